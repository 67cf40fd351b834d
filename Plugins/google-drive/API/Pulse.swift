// What has been moved so far, told as progress: also the sign of life while Google lets us wait.
import PluginKit
import Synchronization

final class Pulse: Sendable {
  private let run: Run
  private let bytes = Atomic<Int64>(0)

  init(_ run: Run) { self.run = run }

  func add(_ count: Int64) {
    bytes.add(count, ordering: .relaxed)
    beat()
  }

  func beat() { run.progress(UInt64(max(0, bytes.load(ordering: .relaxed))), of: nil, "bytes") }

  var total: Int64 { bytes.load(ordering: .relaxed) }
}

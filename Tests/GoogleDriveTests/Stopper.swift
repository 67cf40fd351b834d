// Cancels a bench's run from another thread, once something has happened.
import Foundation
import PluginTesting
import Synchronization

final class Stopper: Sendable {
  private let bench: PluginBench
  private let once: @Sendable () throws -> Bool
  private let at = Mutex<ContinuousClock.Instant?>(nil)

  init(_ bench: PluginBench, once: @escaping @Sendable () throws -> Bool) {
    self.bench = bench
    self.once = once
  }

  /// When the run was cancelled.
  var stopped: ContinuousClock.Instant? { at.withLock { $0 } }

  func start() {
    Thread.detachNewThread { [self] in
      let deadline = Date() + 30
      while Date() < deadline, (try? once()) != true { usleep(20_000) }
      at.withLock { $0 = ContinuousClock().now }
      bench.cancel()
    }
  }
}

// How long an edge's reader waited for batches, and how long batches waited for it.
import CWorker
import Model
import PluginKit
import Synchronization

/// Serial: one reader. Anybody may look meanwhile.
final class EdgeClock: Sendable {
  let input: PlanInput
  private let now: @Sendable () -> UInt64
  private let waited = Atomic<UInt64>(0)
  private let held = Atomic<UInt64>(0)
  /// When the batch was asked for that is still to come; 0: none is.
  private let asked = Atomic<UInt64>(0)
  /// When the last batch was handed over; 0 before the first and after the last.
  private let handed = Atomic<UInt64>(0)

  init(_ input: PlanInput, now: @escaping @Sendable () -> UInt64 = { ote_now_ns() }) {
    self.input = input
    self.now = now
  }

  /// Asks for the next batch.
  func next(_ upstream: any BatchStream) throws -> RecordBatch? {
    let began = now()
    let before = handed.load(ordering: .relaxed)
    if before > 0 { held.wrappingAdd(began - before, ordering: .relaxed) }
    asked.store(began, ordering: .relaxed)
    var batch: RecordBatch?
    defer {
      let ended = now()
      asked.store(0, ordering: .relaxed)
      waited.wrappingAdd(ended - began, ordering: .relaxed)
      handed.store(batch == nil ? 0 : ended, ordering: .relaxed)
    }
    batch = try upstream.next()
    return batch
  }

  /// nil where nothing was ever asked for.
  var wait: EdgeWait? {
    let since = asked.load(ordering: .relaxed)
    let current = now()
    let open = since > 0 && current > since ? current - since : 0
    let total = waited.load(ordering: .relaxed) + open
    guard total > 0 else { return nil }
    return EdgeWait(
      input: input.name, from: input.node, output: input.output, waitSeconds: Double(total) / 1e9,
      heldSeconds: Double(held.load(ordering: .relaxed)) / 1e9)
  }
}

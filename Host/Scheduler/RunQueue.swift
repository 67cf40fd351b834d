// The orders that wait and those that run, and which comes next.
package import Model

/// Order: higher priority, then longer waiting, then the run's id. An order that may not start yet, since its pipeline
/// is busy or its back-off is not over, is passed over and holds nobody up. So a steady stream of higher priority can
/// keep a lower one waiting for ever; within a priority nobody is overtaken except while his pipeline is busy.
package struct RunQueue: Sendable {
  package private(set) var waiting: [RunOrder] = []
  package private(set) var active: [String: RunOrder] = [:]
  private var activeCounts: [PipelineKey: Int] = [:]

  mutating func add(_ order: RunOrder) {
    guard active[order.run] == nil, !waiting.contains(where: { $0.run == order.run }) else { return }
    let index = waiting.firstIndex { Self.precedes(order, $0) } ?? waiting.endIndex
    waiting.insert(order, at: index)
  }

  mutating func withdraw(_ run: String) { waiting.removeAll { $0.run == run } }

  mutating func begin(_ order: RunOrder) {
    withdraw(order.run)
    guard active.updateValue(order, forKey: order.run) == nil else { return }
    activeCounts[order.key, default: 0] += 1
  }

  mutating func begin(run: String) {
    if let order = waiting.first(where: { $0.run == run }) { begin(order) }
  }

  mutating func end(_ run: String) -> RunOrder? {
    withdraw(run)
    guard let order = active.removeValue(forKey: run) else { return nil }
    activeCounts[order.key] = activeCounts[order.key].flatMap { $0 > 1 ? $0 - 1 : nil }
    return order
  }

  mutating func withdrawAll(of key: PipelineKey) { waiting.removeAll { $0.key == key } }

  /// The order that may start now, already counted as active.
  mutating func takeNext(now: Instant, activeMax: Int, limit: (PipelineKey) -> Int) -> RunOrder? {
    guard active.count < activeMax else { return nil }
    let next = waiting.first { order in
      order.start <= now && activeCounts[order.key, default: 0] < limit(order.key)
    }
    if let next { begin(next) }
    return next
  }

  func holds(cause: String, of key: PipelineKey) -> Bool {
    waiting.contains { $0.causedBy == cause && $0.key == key }
      || active.values.contains { $0.causedBy == cause && $0.key == key }
  }

  func waitingSlots(of key: PipelineKey) -> Int { waiting.count { $0.cause == .schedule && $0.key == key } }

  /// When the next back-off ends.
  func nextStart(after now: Instant) -> Instant? { waiting.map(\.start).filter { $0 > now }.min() }

  private static func precedes(_ left: RunOrder, _ right: RunOrder) -> Bool {
    if left.priority != right.priority { return left.priority > right.priority }
    let (leftQueued, rightQueued) = (left.queued, right.queued)
    return leftQueued == rightQueued ? left.run < right.run : leftQueued < rightQueued
  }
}

extension RunOrder {
  var key: PipelineKey { PipelineKey(project: project, name: pipeline) }
  /// A time that cannot be read counts as long ago: the order starts rather than waits for ever.
  var queued: Instant { Instant(queuedAt) ?? Instant(0) }
  var start: Instant { notBefore.flatMap { Instant($0) } ?? Instant(0) }
}

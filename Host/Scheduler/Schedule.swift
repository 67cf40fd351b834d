// When a pipeline runs by itself: at times, at intervals, or when a dataset has a new version.
package import JSONValue

package struct Schedule: Sendable, Hashable {
  /// What happens with slots that passed while the host was away or the pipeline was busy.
  package enum CatchUp: String, Sendable, CaseIterable { case none, latest, all }

  enum Timing: Sendable, Hashable {
    case cron(Cron)
    /// Absolute: daylight saving does not move it.
    case every(seconds: Double, from: Instant)
  }

  /// `catch_up: all` looks back at most this many slots, and keeps at most this many waiting.
  package static let catchUpSlotsMax = 100

  var timing: Timing?
  var clock: WallClock
  package internal(set) var datasets: [String] = []
  package internal(set) var timezone = "UTC"
  package internal(set) var catchUp = CatchUp.latest
  package internal(set) var parameters: [String: JSONValue] = [:]
  package internal(set) var priority = 0
  package internal(set) var maxActive = 1
  package internal(set) var pauseAfterFailures: Int?

  /// The first slot later than the moment; nil where only datasets start it.
  package func next(after instant: Instant) -> Instant? {
    switch timing {
    case .cron(let cron): cron.next(after: instant, clock)
    case .every(let seconds, let from): Self.interval(seconds, from, after: instant)
    case nil: nil
    }
  }

  /// Oldest first.
  package func slots(after start: Instant, through end: Instant, limit: Int) -> [Instant] {
    var found: [Instant] = []
    var last = start
    while found.count < limit, let slot = next(after: last), slot <= end {
      found.append(slot)
      last = slot
    }
    return found
  }

  /// The newest slots, oldest of them first.
  package func newestSlots(after start: Instant, through end: Instant, limit: Int) -> [Instant] {
    switch timing {
    case .cron(let cron): return cron.newest(after: start, through: end, limit: limit, clock).reversed()
    case .every(let seconds, _):
      // One interval more, as a slot may lie at the very end.
      return slots(
        after: max(start, end + -(seconds * Double(limit + 1))), through: end, limit: limit + 1
      ).suffix(limit)
    case nil: return []
    }
  }

  package func upcoming(_ count: Int = 5, after instant: Instant) -> [Instant] {
    slots(after: instant, through: Instant(.infinity), limit: count)
  }

  private static func interval(_ seconds: Double, _ from: Instant, after instant: Instant) -> Instant {
    if instant < from { return from }
    var count = ((instant - from) / seconds).rounded(.down)
    while from + count * seconds <= instant { count += 1 }
    return from + count * seconds
  }
}

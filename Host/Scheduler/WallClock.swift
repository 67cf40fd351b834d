// From what a clock on a wall shows in a zone to the moment it means, across daylight saving.
import Foundation

/// The rule: a time that the clocks skip means the first moment after the gap; one that they show twice, the first.
struct WallClock: Sendable, Hashable {
  private let zone: TimeZone

  init?(_ identifier: String) {
    guard let zone = TimeZone(identifier: identifier) else { return nil }
    self.zone = zone
  }

  static var knownZones: [String] { TimeZone.knownTimeZoneIdentifiers }

  /// Seconds since 1970 as the wall shows them, read as if they were UTC.
  func shown(at instant: Instant) -> Int {
    let whole = Int(instant.seconds.rounded(.down))
    return whole + offset(whole)
  }

  func instant(showing wall: Int) -> Instant {
    let before = offset(wall - 86_400)
    let after = offset(wall + 86_400)
    let candidates = [wall - before, wall - after].filter { $0 + offset($0) == wall }
    if let first = candidates.min() { return Instant(Double(first)) }
    return Instant(Double(change(between: wall - 86_400, and: wall + 86_400)))
  }

  /// The first second with the later offset.
  private func change(between early: Int, and late: Int) -> Int {
    let old = offset(early)
    var (low, high) = (early, late)
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if offset(middle) == old { low = middle } else { high = middle }
    }
    return high
  }

  private func offset(_ seconds: Int) -> Int {
    zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
  }
}

// A rate that may be exceeded for a moment and not for long.

/// Fills steadily, up to ten seconds' worth. Who finds something in it may take more than there is: the debt is then waited
/// off by the next.
struct TokenBucket {
  private let perSecond: Double
  private let most: Double
  private var level: Double
  private var filledAt: Double

  init(perMinute: Double, now: Double) {
    perSecond = perMinute / 60
    most = max(1, perMinute / 6)
    level = most
    filledAt = now
  }

  private mutating func fill(_ now: Double) {
    level = min(most, level + max(0, now - filledAt) * perSecond)
    filledAt = now
  }

  /// Seconds until something may be taken, 0 for at once.
  mutating func wait(_ now: Double) -> Double {
    fill(now)
    // A request is a whole one.
    let wanted = min(1, most)
    return level >= wanted - 1e-9 ? 0 : (wanted - level) / perSecond
  }

  mutating func take(_ amount: Double, _ now: Double) {
    fill(now)
    level -= amount
  }

  /// What was taken by an estimate and not used, or used beyond it (negative).
  mutating func giveBack(_ amount: Double) { level = min(most, level + amount) }
}

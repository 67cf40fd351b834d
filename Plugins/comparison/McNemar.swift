// McNemar's test: of the rows where one of two is right and the other wrong, does one win more often than by chance?
import Glibc

enum McNemar {
  /// Two-sided. `one` and `other` are how many rows only the one, and only the other, got right.
  static func exact(_ one: Int, _ other: Int) -> Double { min(1, 2 * tail(one, other).cumulative) }

  /// Counts what was observed by half: less cautious than the exact test, which errs on the safe side (Fagerland 2013).
  static func midP(_ one: Int, _ other: Int) -> Double {
    let tail = tail(one, other)
    return min(1, 2 * tail.cumulative - tail.point)
  }

  /// The binomial probability of so few or fewer, and of just so few, at one half.
  private static func tail(_ one: Int, _ other: Int) -> (cumulative: Double, point: Double) {
    let (fewer, all) = (min(one, other), one + other)
    var term = exp(
      lgamma(Double(all + 1)) - lgamma(Double(fewer + 1)) - lgamma(Double(all - fewer + 1)) - Double(all) * log(2))
    let point = term
    var sum = term
    var count = fewer
    while count > 0, term > sum * 1e-18 {
      term *= Double(count) / Double(all - count + 1)
      sum += term
      count -= 1
    }
    return (sum, point)
  }
}

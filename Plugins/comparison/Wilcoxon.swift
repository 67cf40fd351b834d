// Wilcoxon's signed-rank test of paired differences; differences of zero are left out.
import Glibc
import Statistics

struct Wilcoxon {
  /// Differences that are not zero.
  let count: Int
  let positiveRanks: Double
  let negativeRanks: Double
  /// Two-sided; nil where every difference is zero.
  let p: Double?
  let isExact: Bool

  /// Up to so many differences every assignment of signs is counted.
  static let exactLimit = 50

  init(_ differences: [Double]) {
    let moved = differences.filter { $0 != 0 }
    count = moved.count
    let (ranks, ties) = Order.ranks(moved.map { abs($0) })
    positiveRanks = zip(moved, ranks).reduce(0) { $0 + ($1.0 > 0 ? $1.1 : 0) }
    negativeRanks = zip(moved, ranks).reduce(0) { $0 + ($1.0 < 0 ? $1.1 : 0) }
    isExact = count <= Self.exactLimit
    if count == 0 {
      p = nil
    } else if isExact {
      p = Self.exact(ranks, min(positiveRanks, negativeRanks))
    } else {
      let n = Double(count)
      let tied = ties.reduce(0.0) { $0 + Double($1) * Double($1) * Double($1) - Double($1) }
      let deviation = ((n * (n + 1) * (2 * n + 1) - tied / 2) / 24).squareRoot()
      p = 2 * Normal.cumulative(-abs(positiveRanks - n * (n + 1) / 4) / deviation)
    }
  }

  /// How likely a rank sum so small or smaller is, twice. Ranks are doubled, as tied ones are halves: exact with ties too.
  private static func exact(_ ranks: [Double], _ smaller: Double) -> Double {
    let doubled = ranks.map { Int(($0 * 2).rounded()) }
    var ways = [Double](repeating: 0, count: doubled.reduce(0, +) + 1)
    ways[0] = 1
    var highest = 0
    for rank in doubled {
      highest += rank
      // Halved each time: the sum stays a probability.
      for sum in stride(from: highest, through: 0, by: -1) {
        ways[sum] = 0.5 * (ways[sum] + (sum >= rank ? ways[sum - rank] : 0))
      }
    }
    let most = Int((smaller * 2).rounded())
    return min(1, 2 * ways[...most].reduce(0, +))
  }
}

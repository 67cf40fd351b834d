// Everything about one pair of scores of the same rows.
import Glibc
import Statistics

struct PairedFigures {
  let a: [Double]
  let b: [Double]
  let differences: [Double]
  /// All scores are 0 or 1.
  let isBinary: Bool

  /// Only rows with both scores.
  init(a: [Double], b: [Double]) {
    self.a = a
    self.b = b
    differences = zip(a, b).map { $1 - $0 }
    isBinary = !a.isEmpty && a.allSatisfy { $0 == 0 || $0 == 1 } && b.allSatisfy { $0 == 0 || $0 == 1 }
  }

  var count: Int { differences.count }

  private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  var meanA: Double { Self.mean(a) }
  var meanB: Double { Self.mean(b) }
  var meanDifference: Double { Self.mean(differences) }

  /// Of the differences, with n - 1; NaN below two rows.
  var deviation: Double {
    let mean = meanDifference
    return (differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1)).squareRoot()
  }

  /// Cohen's d for pairs: the mean difference in deviations of the differences. Not defined where all differ alike.
  var standardizedDifference: Double { deviation == 0 ? .nan : meanDifference / deviation }

  /// How often a score of B is above one of A, less how often below, over all pairs of rows.
  var cliffsDelta: Double {
    let sorted = a.sorted()
    var sum = 0.0
    for value in b {
      let below = Self.firstIndex(sorted) { $0 >= value }
      let upTo = Self.firstIndex(sorted) { $0 > value }
      sum += Double(below) - Double(sorted.count - upTo)
    }
    return sum / (Double(a.count) * Double(b.count))
  }

  private static func firstIndex(_ sorted: [Double], _ isPast: (Double) -> Bool) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if isPast(sorted[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  var aAbove: Int { differences.count { $0 < 0 } }
  var bAbove: Int { differences.count { $0 > 0 } }
  var equal: Int { differences.count { $0 == 0 } }

  /// Rows that B alone has right for each that A alone has right; not defined without the latter.
  var oddsRatio: Double { aAbove == 0 ? .nan : Double(bAbove) / Double(aAbove) }

  /// How many rows would show a difference like the observed one, by the normal approximation.
  func rowsNeeded(alpha: Double, power: Double) -> Double? {
    let effect = standardizedDifference
    guard effect.isFinite, effect != 0 else { return nil }
    let sum = Normal.quantile(1 - alpha / 2) + Normal.quantile(power)
    return (sum * sum / (effect * effect)).rounded(.up)
  }
}

/// Probabilities raised for how many there are (Holm 1979), in the given order; nil stays nil and does not count.
func holmAdjusted(_ values: [Double?]) -> [Double?] {
  let order = values.indices.filter { values[$0] != nil }.sorted { (values[$0] ?? 1) < (values[$1] ?? 1) }
  var adjusted = values
  var highest = 0.0
  for (place, index) in order.enumerated() {
    highest = max(highest, min(1, (values[index] ?? 1) * Double(order.count - place)))
    adjusted[index] = highest
  }
  return adjusted
}

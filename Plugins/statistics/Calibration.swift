// Whether a probability means what it says: bins of equal width over [0, 1], expected calibration error, Brier, log loss.
import Glibc

package struct Calibration: Sendable {
  package struct Bin: Sendable, Hashable {
    package var rows = 0.0
    package var probabilities = 0.0
    package var positives = 0.0

    /// NaN for an empty bin.
    package var meanProbability: Double { probabilities / rows }
    package var rate: Double { positives / rows }
  }

  private let probabilities: [Double]
  private let isPositive: [Bool]
  private let places: [Int32]
  private let binCount: Int

  /// Probabilities must lie in [0, 1]. Bin k of n holds (k/n, (k+1)/n]; 0 is in the first.
  package init(probabilities: [Double], isPositive: [Bool], bins: Int = 15) {
    self.probabilities = probabilities
    self.isPositive = isPositive
    binCount = bins
    // Compared with the edges themselves, as a product p * n may round over one.
    let edges = (1..<max(bins, 1)).map { Double($0) * (1 / Double(bins)) }
    places = probabilities.map { p in
      var place = min(max(Int(p * Double(bins)), 0), bins - 1)
      while place > 0, p <= edges[place - 1] { place -= 1 }
      while place < bins - 1, p > edges[place] { place += 1 }
      return Int32(place)
    }
  }

  package func bins(_ weights: UnsafeBufferPointer<Double>? = nil) -> [Bin] {
    var bins = [Bin](repeating: Bin(), count: binCount)
    for row in probabilities.indices {
      let weight = weights?[row] ?? 1
      let place = Int(places[row])
      bins[place].rows += weight
      bins[place].probabilities += weight * probabilities[row]
      if isPositive[row] { bins[place].positives += weight }
    }
    return bins
  }

  /// The mean distance of rate and mean probability, each bin by its share of the rows; NaN for no rows.
  package func expectedError(_ weights: UnsafeBufferPointer<Double>? = nil) -> Double {
    let filled = bins(weights).filter { $0.rows > 0 }
    let rows = filled.reduce(0) { $0 + $1.rows }
    return filled.reduce(0) { $0 + abs($1.positives - $1.probabilities) } / rows
  }

  /// The mean squared distance of probability and outcome; NaN for no rows.
  package func brier(_ weights: UnsafeBufferPointer<Double>? = nil) -> Double {
    var sum = 0.0
    var rows = 0.0
    for row in probabilities.indices {
      let weight = weights?[row] ?? 1
      let distance = probabilities[row] - (isPositive[row] ? 1 : 0)
      sum += weight * distance * distance
      rows += weight
    }
    return sum / rows
  }

  /// Probabilities are kept this far from 0 and 1, as scikit-learn does, so that one sure error is not infinitely bad.
  package static let smallest = Double.ulpOfOne

  /// The mean negative logarithm of the probability of what was the case; NaN for no rows.
  package func logLoss(_ weights: UnsafeBufferPointer<Double>? = nil) -> Double {
    var sum = 0.0
    var rows = 0.0
    for row in probabilities.indices {
      let weight = weights?[row] ?? 1
      let p = min(max(probabilities[row], Self.smallest), 1 - Self.smallest)
      sum -= weight * (isPositive[row] ? log(p) : log(1 - p))
      rows += weight
    }
    return sum / rows
  }
}

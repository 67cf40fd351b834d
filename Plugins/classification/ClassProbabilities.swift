// What scores and probabilities tell: ranking, sharpness, calibration.
import Glibc
import Statistics

/// Made once for rows; its figures are then cheap for any weights.
struct ClassProbabilities {
  /// One for a score, one for each class of probabilities.
  private var rankings: [Ranking] = []
  /// Of the positive class, or of the likeliest one; nil where the scores are no probabilities.
  private(set) var calibration: Calibration?
  private let truth: [Int32]
  private let probabilities: [Double]
  /// Column of probabilities by class number, -1 where a class has none.
  private let columns: [Int]
  private let width: Int
  let isBinary: Bool
  /// For two classes only.
  var ranking: Ranking? { isBinary ? rankings.first : nil }

  /// For a score.
  init(scores: [Double], isPositive: [Bool], bins: Int) {
    isBinary = true
    rankings = [Ranking(scores: scores, isPositive: isPositive)]
    if scores.allSatisfy({ $0 >= 0 && $0 <= 1 }) {
      calibration = Calibration(probabilities: scores, isPositive: isPositive, bins: bins)
    }
    truth = []
    probabilities = []
    columns = []
    width = 0
  }

  /// For probabilities of each class; `names` are their classes in the order of the columns.
  init(_ rows: LabelledRows, names: [String], bins: Int) {
    isBinary = false
    width = names.count
    truth = rows.truth
    probabilities = rows.probabilities
    var columns = [Int](repeating: -1, count: rows.classes.count)
    for (column, name) in names.enumerated() { if let number = rows.find(name) { columns[Int(number)] = column } }
    self.columns = columns
    rankings = names.enumerated().map { column, name in
      let number = rows.find(name)
      return Ranking(
        scores: (0..<rows.count).map { rows.probabilities[$0 * names.count + column] },
        isPositive: rows.truth.map { $0 == number })
    }
    let likeliest = (0..<rows.count).map { row -> (confidence: Double, column: Int) in
      let own = rows.probabilities[row * names.count..<(row + 1) * names.count]
      let confidence = own.max() ?? 0
      return (confidence, (own.firstIndex(of: confidence) ?? own.startIndex) - own.startIndex)
    }
    calibration = Calibration(
      probabilities: likeliest.map { min(max($0.confidence, 0), 1) },
      isPositive: likeliest.enumerated().map { row, best in columns[Int(rows.truth[row])] == best.column }, bins: bins)
  }

  /// ROC-AUC, for several classes the mean of each against the rest; NaN where a class is missing.
  func areaUnderROC(_ weights: UnsafeBufferPointer<Double>? = nil) -> Double { mean { $0.areaUnderROC(weights) } }

  func averagePrecision(_ weights: UnsafeBufferPointer<Double>? = nil) -> Double {
    mean { $0.averagePrecision(weights) }
  }

  private func mean(_ figure: (Ranking) -> Double) -> Double {
    rankings.reduce(0) { $0 + figure($1) } / Double(rankings.count)
  }

  func logLoss(_ weights: UnsafeBufferPointer<Double>? = nil) -> Double {
    if isBinary { return calibration?.logLoss(weights) ?? .nan }
    return overRows(weights) { row in
      let column = columns[Int(truth[row])]
      let p = column < 0 ? 0 : probabilities[row * width + column]
      return -log(min(max(p, Calibration.smallest), 1 - Calibration.smallest))
    }
  }

  /// For several classes the sum over them.
  func brier(_ weights: UnsafeBufferPointer<Double>? = nil) -> Double {
    if isBinary { return calibration?.brier(weights) ?? .nan }
    return overRows(weights) { row in
      let column = columns[Int(truth[row])]
      var sum = column < 0 ? 1.0 : 0
      for place in 0..<width {
        let distance = probabilities[row * width + place] - (place == column ? 1 : 0)
        sum += distance * distance
      }
      return sum
    }
  }

  private func overRows(_ weights: UnsafeBufferPointer<Double>?, _ value: (Int) -> Double) -> Double {
    var sum = 0.0
    var rows = 0.0
    for row in truth.indices {
      let weight = weights?[row] ?? 1
      if weight == 0 { continue }
      sum += weight * value(row)
      rows += weight
    }
    return sum / rows
  }
}

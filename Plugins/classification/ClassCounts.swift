// What the labels alone tell: counts by class, and every figure that follows from them.

/// Weights of rows by class: right ones, predicted ones, and those that are of the class.
struct ClassCounts {
  var right: [Double]
  var predicted: [Double]
  var actual: [Double]

  init(_ rows: LabelledRows, _ weights: UnsafeBufferPointer<Double>? = nil) {
    right = [Double](repeating: 0, count: rows.classes.count)
    predicted = right
    actual = right
    for row in 0..<rows.count {
      let weight = weights?[row] ?? 1
      let (truth, guess) = (Int(rows.truth[row]), Int(rows.predicted[row]))
      actual[truth] += weight
      predicted[guess] += weight
      if truth == guess { right[truth] += weight }
    }
  }

  var total: Double { actual.reduce(0, +) }
  var accuracy: Double { right.reduce(0, +) / total }

  /// Of those predicted as the class; 0 where none was, as scikit-learn has it.
  func precision(_ class: Int) -> Double { predicted[`class`] == 0 ? 0 : right[`class`] / predicted[`class`] }
  /// Of those that are of the class; 0 where none is.
  func recall(_ class: Int) -> Double { actual[`class`] == 0 ? 0 : right[`class`] / actual[`class`] }
  func f1(_ class: Int) -> Double {
    let sum = predicted[`class`] + actual[`class`]
    return sum == 0 ? 0 : 2 * right[`class`] / sum
  }

  /// Classes that occur, as a label or as a prediction.
  private var present: [Int] { actual.indices.filter { actual[$0] > 0 || predicted[$0] > 0 } }

  func macro(_ figure: (Int) -> Double) -> Double {
    let present = present
    return present.reduce(0) { $0 + figure($1) } / Double(present.count)
  }

  func weighted(_ figure: (Int) -> Double) -> Double {
    actual.indices.reduce(0) { $0 + actual[$1] * figure($1) } / total
  }

  /// The mean recall of the classes that are there.
  var balancedAccuracy: Double {
    let there = actual.indices.filter { actual[$0] > 0 }
    return there.reduce(0) { $0 + recall($1) } / Double(there.count)
  }

  /// Matthews' coefficient for any number of classes (Gorodkin 2004); 0 where it is not defined, as scikit-learn has it.
  var correlation: Double {
    if total == 0 { return .nan }
    let covariance = right.reduce(0, +) * total - zip(actual, predicted).reduce(0) { $0 + $1.0 * $1.1 }
    let guesses = total * total - predicted.reduce(0) { $0 + $1 * $1 }
    let truths = total * total - actual.reduce(0) { $0 + $1 * $1 }
    return guesses * truths == 0 ? 0 : covariance / (guesses * truths).squareRoot()
  }

  /// Cohen's kappa; NaN where all labels and predictions are one class.
  var kappa: Double {
    let expected = zip(actual, predicted).reduce(0) { $0 + $1.0 * $1.1 } / (total * total)
    return (accuracy - expected) / (1 - expected)
  }
}

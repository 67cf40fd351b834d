// Every figure of `evaluate` by name, for rows that count as often as weights say.
import Statistics

struct ClassificationFigures {
  struct Entry {
    var name: String
    var better = Report.Metric.Direction.higher
  }

  let rows: LabelledRows
  let probabilities: ClassProbabilities?
  /// The class whose precision and recall stand for themselves, where there are two.
  let positive: Int?
  let entries: [Entry]

  init(_ rows: LabelledRows, _ probabilities: ClassProbabilities?, positive: Int?) {
    self.rows = rows
    self.probabilities = probabilities
    self.positive = positive
    var names = ["accuracy", "balanced_accuracy"]
    if positive != nil { names += ["precision", "recall", "f1"] }
    for average in ["macro", "micro", "weighted"] { names += ["precision", "recall", "f1"].map { "\($0)_\(average)" } }
    names += ["mcc", "kappa"]
    var entries = names.map { Entry(name: $0) }
    if let probabilities {
      entries += [
        Entry(name: probabilities.isBinary ? "roc_auc" : "roc_auc_ovr"), Entry(name: "average_precision"),
        Entry(name: "log_loss", better: .lower), Entry(name: "brier", better: .lower),
        Entry(name: "ece", better: .lower),
      ]
    }
    self.entries = entries
  }

  func values() -> [Double] {
    var out = [Double](repeating: .nan, count: entries.count)
    if rows.count == 0 { return out }
    out.withUnsafeMutableBufferPointer { evaluate(nil, $0) }
    return out
  }

  func evaluate(_ weights: UnsafeBufferPointer<Double>?, _ out: UnsafeMutableBufferPointer<Double>) {
    let counts = ClassCounts(rows, weights)
    var place = 0
    func add(_ value: Double) {
      out[place] = value
      place += 1
    }
    add(counts.accuracy)
    add(counts.balancedAccuracy)
    if let positive {
      add(counts.precision(positive))
      add(counts.recall(positive))
      add(counts.f1(positive))
    }
    for figure in [counts.precision, counts.recall, counts.f1] { add(counts.macro(figure)) }
    // Over all classes together each row is one prediction: all three are the accuracy.
    for _ in 0..<3 { add(counts.accuracy) }
    for figure in [counts.precision, counts.recall, counts.f1] { add(counts.weighted(figure)) }
    add(counts.correlation)
    add(counts.kappa)
    guard let probabilities else { return }
    add(probabilities.areaUnderROC(weights))
    add(probabilities.averagePrecision(weights))
    add(probabilities.logLoss(weights))
    add(probabilities.brier(weights))
    add(probabilities.calibration?.expectedError(weights) ?? .nan)
  }
}

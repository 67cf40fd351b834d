// The rows as they come: which can be judged, and what they hold.
import PluginKit
import Statistics

struct JudgedRows {
  private let settings: ClassificationSettings
  var rows = LabelledRows()
  private(set) var total = 0
  private(set) var withoutLabel = 0
  private(set) var withoutPrediction = 0
  private(set) var groups: NamedGroups?
  private(set) var clusters: NamedGroups?
  /// Whether each judged row is of the class that the score speaks for.
  private(set) var isPositive: [Bool] = []

  init(_ settings: ClassificationSettings) {
    self.settings = settings
    if settings.groupBy != nil { groups = NamedGroups() }
    if settings.cluster != nil { clusters = NamedGroups() }
  }

  /// Only the score says what is predicted: the table then knows two classes.
  private var isOneAgainstRest: Bool { settings.score != nil && settings.prediction == nil }
  private var positiveName: String { settings.positive ?? "positive" }
  private var restName: String { "not \(positiveName)" }

  /// What is said of the row: nil for one that cannot be judged. `prediction` is nil where no column is configured.
  mutating func add(
    label: String?, prediction: String??, score: Double?, probabilities: [Double?], named: [String], group: String??,
    cluster: String??
  ) throws -> (predicted: String, isCorrect: Bool)? {
    total += 1
    guard let label else {
      withoutLabel += 1
      return nil
    }
    guard let guess = guess(prediction, score, probabilities, named) else {
      withoutPrediction += 1
      return nil
    }
    let isPositive = settings.isPositive(label)
    let name = isOneAgainstRest ? (isPositive ? positiveName : restName) : label
    rows.truth.append(rows.number(name))
    rows.predicted.append(rows.number(guess))
    if let score { rows.scores.append(score) }
    rows.probabilities.append(contentsOf: probabilities.lazy.map { $0 ?? 0 })
    self.isPositive.append(isPositive)
    if let group { groups?.append(group) }
    if let cluster { clusters?.append(cluster) }
    return (guess, guess == name)
  }

  /// The predicted class, nil where a configured column has no value.
  private func guess(_ prediction: String??, _ score: Double?, _ probabilities: [Double?], _ named: [String]) -> String?
  {
    if settings.score != nil {
      guard let score, !score.isNaN else { return nil }
    }
    var best = -1
    for (place, value) in probabilities.enumerated() {
      guard let value else { return nil }
      if best < 0 || value > (probabilities[best] ?? 0) { best = place }
    }
    if let prediction { return prediction }
    if let score { return score >= settings.threshold ? positiveName : restName }
    return best < 0 ? nil : named[best]
  }
}

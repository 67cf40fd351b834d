// The configuration of `evaluate`.
import PluginKit
import Statistics

struct ClassificationSettings: Decodable, Sendable {
  var label: String
  var prediction: String?
  var score: String?
  /// Column of the probability by class.
  var probabilities: [String: String]?
  var positive: String?
  var threshold: Double
  var bins: Int
  var groupBy: String?
  var cluster: String?
  var prefix: String
  var bootstrap: Bootstrap?

  private enum CodingKeys: String, CodingKey {
    case label, prediction, score, probabilities, positive, threshold, bins, cluster, prefix, bootstrap
    case groupBy = "group_by"
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    label = try values.decode(String.self, forKey: .label)
    prediction = try values.decodeIfPresent(String.self, forKey: .prediction)
    score = try values.decodeIfPresent(String.self, forKey: .score)
    probabilities = try values.decodeIfPresent([String: String].self, forKey: .probabilities)
    positive = try values.decodeIfPresent(String.self, forKey: .positive)
    threshold = try values.decodeIfPresent(Double.self, forKey: .threshold) ?? 0.5
    bins = try values.decodeIfPresent(Int.self, forKey: .bins) ?? 15
    groupBy = try values.decodeIfPresent(String.self, forKey: .groupBy)
    cluster = try values.decodeIfPresent(String.self, forKey: .cluster)
    prefix = try values.decodeIfPresent(String.self, forKey: .prefix) ?? ""
    bootstrap =
      (try values.decodeIfPresent(BootstrapSettings.self, forKey: .bootstrap) ?? BootstrapSettings()).bootstrap
    try check()
  }

  private func check() throws {
    if score != nil, probabilities != nil {
      throw PluginError.configuration(
        "give either 'score' for two classes or 'probabilities' for each class, not both", at: "/probabilities")
    }
    if prediction == nil, score == nil, probabilities == nil {
      throw PluginError.configuration(
        "name the column of predicted labels, of a score, or of each class's probability", at: "/prediction")
    }
    if let probabilities, probabilities.count < 2 {
      throw PluginError.configuration("probabilities are needed for two classes or more", at: "/probabilities")
    }
    guard bins >= 1, bins <= 1000 else {
      throw PluginError.configuration("'bins' lies between 1 and 1000", at: "/bins")
    }
  }

  /// Whether a label is the one that a score speaks for.
  func isPositive(_ label: String) -> Bool {
    if let positive { return label == positive }
    return label == "1" || label.lowercased() == "true"
  }
}

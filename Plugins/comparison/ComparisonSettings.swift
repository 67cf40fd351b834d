// The configuration of `compare`.
import PluginKit
import Statistics

struct ComparisonSettings: Decodable, Sendable {
  /// Two columns of scores of the same rows.
  struct Pair: Decodable, Sendable, Hashable {
    var a: String
    var b: String
    var name: String?

    var title: String { name ?? (a == b ? a : "\(a), \(b)") }
  }

  enum Test: String, Decodable, Sendable { case auto, mcnemar, wilcoxon }

  var key: [String]
  var pairs: [Pair]
  var nameA: String
  var nameB: String
  var lowerIsBetter: Set<String>
  var test: Test
  var alpha: Double
  var power: Double
  var cluster: String?
  var bootstrap: Bootstrap?

  private enum CodingKeys: String, CodingKey {
    case key, scores, pairs, test, alpha, power, cluster, bootstrap
    case nameA = "name_a"
    case nameB = "name_b"
    case lowerIsBetter = "lower_is_better"
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    key = try values.decodeIfPresent([String].self, forKey: .key) ?? []
    let scores = try values.decodeIfPresent([String].self, forKey: .scores) ?? []
    pairs =
      scores.map { Pair(a: $0, b: $0, name: $0) } + (try values.decodeIfPresent([Pair].self, forKey: .pairs) ?? [])
    nameA = try values.decodeIfPresent(String.self, forKey: .nameA) ?? "A"
    nameB = try values.decodeIfPresent(String.self, forKey: .nameB) ?? "B"
    lowerIsBetter = Set(try values.decodeIfPresent([String].self, forKey: .lowerIsBetter) ?? [])
    test = try values.decodeIfPresent(Test.self, forKey: .test) ?? .auto
    alpha = try values.decodeIfPresent(Double.self, forKey: .alpha) ?? 0.05
    power = try values.decodeIfPresent(Double.self, forKey: .power) ?? 0.8
    cluster = try values.decodeIfPresent(String.self, forKey: .cluster)
    bootstrap =
      (try values.decodeIfPresent(BootstrapSettings.self, forKey: .bootstrap) ?? BootstrapSettings()).bootstrap
    try check()
  }

  private func check() throws {
    guard !pairs.isEmpty else {
      throw PluginError.configuration("name the column of scores in 'scores', or two of them in 'pairs'", at: "/scores")
    }
    let titles = pairs.map(\.title)
    if let twice = titles.first(where: { title in titles.count { $0 == title } > 1 }) {
      throw PluginError.configuration("'\(twice)' is compared twice", at: "/scores")
    }
    guard alpha > 0, alpha < 1 else { throw PluginError.configuration("'alpha' lies between 0 and 1", at: "/alpha") }
    guard power > 0, power < 1 else { throw PluginError.configuration("'power' lies between 0 and 1", at: "/power") }
    if let stranger = lowerIsBetter.sorted().first(where: { !titles.contains($0) }) {
      throw PluginError.configuration("'\(stranger)' is not among what is compared", at: "/lower_is_better")
    }
  }

  func isLowerBetter(_ pair: Pair) -> Bool { lowerIsBetter.contains(pair.title) }
}

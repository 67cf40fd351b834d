// All rows as the few numbers that a report needs of each.
import Statistics

struct ScoredRows {
  private var scorer: RowScorer
  private let missing: TextMetricsSettings.Missing
  private(set) var figures: AdditiveFigures
  /// Scores of single rows by metric, for histograms.
  private(set) var histograms: [Histogram]
  /// How many rows each metric has judged.
  private(set) var judged: [Int]
  private(set) var total = 0
  private(set) var withoutPrediction = 0
  private(set) var withoutReference = 0
  /// Of the scored rows, nil where none are configured.
  private(set) var groups: NamedGroups?
  private(set) var clusters: NamedGroups?
  /// The metrics' numbers of rows by group.
  private(set) var judgedByRow: [[Bool]]

  init(_ settings: TextMetricsSettings) {
    let scorer = RowScorer(settings)
    self.scorer = scorer
    missing = settings.missing
    figures = AdditiveFigures(width: scorer.width, count: scorer.names.count) { scorer.figures($0, $1) }
    histograms = scorer.names.map { Histogram(upTo: $0.width == 2 ? 1 : 100) }
    judged = scorer.names.map { _ in 0 }
    judgedByRow = scorer.names.map { _ in [] }
    if settings.groupBy != nil { groups = NamedGroups() }
    if settings.cluster != nil { clusters = NamedGroups() }
  }

  /// The row's scores, NaN where a metric could not judge it; nil for a row without prediction.
  mutating func add(
    prediction: [UInt8]?, references: [[UInt8]], schema: String?, pattern: String?, group: String??, cluster: String??
  ) -> [Double]? {
    total += 1
    if prediction == nil { withoutPrediction += 1 }
    guard let text = prediction ?? (missing == .empty ? [] : nil) else { return nil }
    if references.isEmpty { withoutReference += 1 }
    let (numbers, scores) = scorer.measure(
      prediction: text, references: references, schema: schema, pattern: pattern)
    figures.append(numbers)
    for (index, score) in scores.enumerated() {
      judgedByRow[index].append(!score.isNaN)
      guard !score.isNaN else { continue }
      judged[index] += 1
      histograms[index].add(score)
    }
    if let group { groups?.append(group) }
    if let cluster { clusters?.append(cluster) }
    return scores
  }
}

/// Twenty equal bins from 0 on; what lies above is in the last one.
struct Histogram: Sendable {
  static let binCount = 20
  let width: Double
  private(set) var counts = [Int](repeating: 0, count: binCount)

  init(upTo highest: Double) { width = highest / Double(Self.binCount) }

  mutating func add(_ value: Double) {
    counts[min(max(Int(value / width), 0), Self.binCount - 1)] += 1
  }
}

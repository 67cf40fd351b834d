// All judged rows as the few numbers that add up, for either task.
import Glibc
import Statistics

struct JudgedTexts {
  struct Entry: Sendable {
    var name: String
    var better: Report.Metric.Direction
    var unit: String?
  }

  static let choiceEntries = [
    Entry(name: "acc", better: .higher), Entry(name: "acc_norm", better: .higher),
    Entry(name: "acc_bytes", better: .higher), Entry(name: "exact_match", better: .higher),
    Entry(name: "brier_score", better: .lower),
  ]
  static let perplexityEntries = [
    Entry(name: "token_perplexity", better: .lower), Entry(name: "word_perplexity", better: .lower),
    Entry(name: "byte_perplexity", better: .lower), Entry(name: "bits_per_byte", better: .lower, unit: "bits"),
  ]

  let entries: [Entry]
  private(set) var figures: AdditiveFigures
  private(set) var total = 0
  private(set) var missing = 0
  private(set) var refused = 0
  private(set) var groups: NamedGroups?
  private(set) var clusters: NamedGroups?

  init(_ settings: LikelihoodSettings) {
    switch settings.task {
    case .multipleChoice:
      entries = Self.choiceEntries
      // A value and whether there is one, for each.
      figures = AdditiveFigures(width: 10, count: 5) { sums, out in
        for index in 0..<5 { out[index] = sums[2 * index] / sums[2 * index + 1] }
      }
    case .perplexity:
      entries = Self.perplexityEntries
      // Log-likelihood, tokens (and the log-likelihood of rows that know theirs), words, bytes.
      figures = AdditiveFigures(width: 5, count: 4) { sums, out in
        out[0] = exp(-sums[2] / sums[1])
        out[1] = exp(-sums[0] / sums[3])
        out[2] = exp(-sums[0] / sums[4])
        out[3] = -(sums[0] / sums[4]) / log(2)
      }
    }
    if settings.groupBy != nil { groups = NamedGroups() }
    if settings.cluster != nil { clusters = NamedGroups() }
  }

  mutating func countMissing() {
    total += 1
    missing += 1
  }

  mutating func countRefused() {
    total += 1
    refused += 1
  }

  mutating func add(_ judgement: ChoiceJudgement, group: String??, cluster: String??) {
    let values = [
      judgement.accuracy, judgement.byCharacters, judgement.byBytes, judgement.exactMatch, judgement.brier,
    ]
    add(values.flatMap { [$0 ?? 0, $0 == nil ? 0 : 1] }, group, cluster)
  }

  mutating func add(_ logLikelihood: Double, tokens: Int?, text: String, group: String??, cluster: String??) {
    let tokens = tokens.flatMap { $0 > 0 ? $0 : nil }
    add(
      [
        logLikelihood, Double(tokens ?? 0), tokens == nil ? 0 : logLikelihood, Double(TextSize.words(text)),
        Double(text.utf8.count),
      ], group, cluster)
  }

  private mutating func add(_ numbers: [Double], _ group: String??, _ cluster: String??) {
    total += 1
    figures.append(numbers)
    if let group { groups?.append(group) }
    if let cluster { clusters?.append(cluster) }
  }

  /// How many rows have a figure's value, and its standard error (deviation with n - 1, over the root of n); only means
  /// have one.
  func standardError(_ index: Int) -> (rows: Int, error: Double?) {
    guard entries.count == Self.choiceEntries.count else { return (figures.rows, nil) }
    var values: [Double] = []
    for row in 0..<figures.rows where figures.numbers[row * 10 + 2 * index + 1] == 1 {
      values.append(figures.numbers[row * 10 + 2 * index])
    }
    let n = Double(values.count)
    guard n > 1 else { return (values.count, nil) }
    let mean = values.reduce(0, +) / n
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (values.count, (squares / (n - 1)).squareRoot() / n.squareRoot())
  }
}

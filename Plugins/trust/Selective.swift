// Risk and coverage: how wrong the answers are when only the most trusted ones are given.

struct RiskCoverage: Sendable {
  /// Row numbers by falling score.
  private let order: [Int]
  private let scores: [Double]
  private let isRight: [Bool]

  init(scores: [Double], isRight: [Bool]) {
    self.scores = scores
    self.isRight = isRight
    order = scores.indices.sorted { scores[$0] > scores[$1] }
  }

  /// One point for each distinct score: the share of rows at or above it, and how many of those are wrong.
  func curve(_ weights: UnsafeBufferPointer<Double>? = nil) -> [(coverage: Double, risk: Double, weight: Double)] {
    var points: [(coverage: Double, risk: Double, weight: Double)] = []
    var (rows, wrong, group) = (0.0, 0.0, 0.0)
    for (place, row) in order.enumerated() {
      let weight = weights?[row] ?? 1
      rows += weight
      group += weight
      if !isRight[row] { wrong += weight }
      let endsGroup = place + 1 == order.count || scores[order[place + 1]] != scores[row]
      if endsGroup, group > 0 {
        points.append((rows, wrong / rows, group))
        group = 0
      }
    }
    return points.map { ($0.coverage / rows, $0.risk, $0.weight) }
  }

  /// The area under the curve: the mean over the rows of the risk among those trusted at least as much (Geifman et al.
  /// 2019); NaN without rows.
  func area(_ weights: UnsafeBufferPointer<Double>? = nil) -> Double {
    let points = curve(weights)
    return points.reduce(0) { $0 + $1.risk * $1.weight } / points.reduce(0) { $0 + $1.weight }
  }
}

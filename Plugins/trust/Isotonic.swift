// Isotonic regression: the rising function that is nearest to the outcomes, by pooling adjacent violators.

/// As scikit-learn's IsotonicRegression(out_of_bounds: "clip"): linear between the scores it was fitted on.
struct Isotonic: Sendable, Hashable {
  /// Ascending.
  private(set) var scores: [Double] = []
  private(set) var values: [Double] = []

  init(scores: [Double], isPositive: [Bool]) {
    struct Block {
      var first: Int
      var weight: Double
      var sum: Double
      var value: Double { sum / weight }
    }
    var blocks: [Block] = []
    var distinct: [Double] = []
    for row in scores.indices.sorted(by: { scores[$0] < scores[$1] }) {
      let outcome = isPositive[row] ? 1.0 : 0
      if distinct.last == scores[row] {
        blocks[blocks.count - 1].weight += 1
        blocks[blocks.count - 1].sum += outcome
        continue
      }
      distinct.append(scores[row])
      blocks.append(Block(first: distinct.count - 1, weight: 1, sum: outcome))
    }
    var pooled: [Block] = []
    for block in blocks {
      pooled.append(block)
      while pooled.count > 1, pooled[pooled.count - 2].value >= pooled[pooled.count - 1].value {
        let last = pooled.removeLast()
        pooled[pooled.count - 1].weight += last.weight
        pooled[pooled.count - 1].sum += last.sum
      }
    }
    self.scores = distinct
    values = [Double](repeating: 0, count: distinct.count)
    for (index, block) in pooled.enumerated() {
      let end = index + 1 < pooled.count ? pooled[index + 1].first : distinct.count
      for place in block.first..<end { values[place] = block.value }
    }
  }

  func callAsFunction(_ score: Double) -> Double {
    guard let first = scores.first, let last = scores.last else { return .nan }
    if score <= first { return values[0] }
    if score >= last { return values[values.count - 1] }
    var low = 0
    var high = scores.count - 1
    while high - low > 1 {
      let middle = (low + high) / 2
      if scores[middle] <= score { low = middle } else { high = middle }
    }
    let share = (score - scores[low]) / (scores[high] - scores[low])
    return values[low] + share * (values[high] - values[low])
  }
}

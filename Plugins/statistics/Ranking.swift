// How well scores put the positive rows above the others: ROC and precision-recall, with weighted rows.

/// Rows sorted once by falling score; the figures are then one pass for any weights, so that resampling stays cheap.
package struct Ranking: Sendable {
  /// Row numbers by falling score.
  private let order: [Int32]
  /// At this place of `order` a group of equal scores ends.
  private let endsGroup: [Bool]
  private let isPositive: [Bool]
  private let scores: [Double]

  /// Scores must be numbers: leave rows with a missing score out before.
  package init(scores: [Double], isPositive: [Bool]) {
    self.scores = scores
    self.isPositive = isPositive
    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    self.order = order.map { Int32($0) }
    endsGroup = order.indices.map { $0 + 1 == order.count || scores[order[$0 + 1]] != scores[order[$0]] }
  }

  /// Calls `body` at each distinct score, from the highest, with the weight of positives and negatives down to it.
  private func walk(
    _ weights: UnsafeBufferPointer<Double>?, _ body: (_ score: Double, _ positives: Double, _ negatives: Double) -> Void
  ) {
    var positives = 0.0
    var negatives = 0.0
    for place in order.indices {
      let row = Int(order[place])
      let weight = weights?[row] ?? 1
      if isPositive[row] { positives += weight } else { negatives += weight }
      if endsGroup[place] { body(scores[row], positives, negatives) }
    }
  }

  /// The area under the ROC curve, NaN where one of the classes is missing.
  package func areaUnderROC(_ weights: UnsafeBufferPointer<Double>? = nil) -> Double {
    var area = 0.0
    var before = (positives: 0.0, negatives: 0.0)
    walk(weights) { _, positives, negatives in
      area += (negatives - before.negatives) * (positives + before.positives) / 2
      before = (positives, negatives)
    }
    return area / (before.positives * before.negatives)
  }

  /// Average precision: the mean of precision over recall steps, without interpolation; NaN without a positive row.
  package func averagePrecision(_ weights: UnsafeBufferPointer<Double>? = nil) -> Double {
    var sum = 0.0
    var before = 0.0
    walk(weights) { _, positives, negatives in
      if positives > before { sum += (positives - before) * positives / (positives + negatives) }
      before = positives
    }
    return sum / before
  }

  /// Points (false positive rate, true positive rate, score), from (0, 0, infinity) on, one for each distinct score.
  package func curve() -> [(falseRate: Double, trueRate: Double, score: Double)] {
    let positives = Double(isPositive.count { $0 })
    let negatives = Double(isPositive.count) - positives
    var points: [(falseRate: Double, trueRate: Double, score: Double)] = [(0, 0, .infinity)]
    walk(nil) { score, hits, misses in points.append((misses / negatives, hits / positives, score)) }
    return points
  }

  /// Points (recall, precision, score), one for each distinct score, from the highest.
  package func precisionRecall() -> [(recall: Double, precision: Double, score: Double)] {
    let positives = Double(isPositive.count { $0 })
    var points: [(recall: Double, precision: Double, score: Double)] = []
    walk(nil) { score, hits, misses in points.append((hits / positives, hits / (hits + misses), score)) }
    return points
  }
}

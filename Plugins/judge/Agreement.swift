// Agreement between several ratings of the same things.

enum Agreement {
  enum Distance { case nominal, interval }

  /// Krippendorff's alpha (2011): 1 - observed / expected disagreement; missing ratings are left out. nil where fewer than
  /// two things have two ratings, or all ratings are the same, so that nothing tells agreement from chance. `weights` count
  /// the things.
  static func alpha(_ ratings: [[Double?]], _ distance: Distance, weights: UnsafeBufferPointer<Double>? = nil)
    -> Double?
  {
    // Coincidences of values: each pair of ratings of one thing, by 1 / (ratings - 1).
    var values: [Double: Int] = [:]
    for case let value? in ratings.joined() where values[value] == nil { values[value] = values.count }
    var coincidences = [[Double]](repeating: [Double](repeating: 0, count: values.count), count: values.count)
    var units = 0.0
    for (row, unit) in ratings.enumerated() {
      let given = unit.compactMap { $0.flatMap { values[$0] } }
      let weight = weights?[row] ?? 1
      guard given.count >= 2, weight > 0 else { continue }
      units += weight
      for one in given.indices {
        for other in given.indices where one != other {
          coincidences[given[one]][given[other]] += weight / Double(given.count - 1)
        }
      }
    }
    guard units >= 2 else { return nil }
    let totals = coincidences.map { $0.reduce(0, +) }
    let all = totals.reduce(0, +)
    var (observed, expected) = (0.0, 0.0)
    for (one, first) in values {
      for (other, second) in values {
        let apart = distance == .nominal ? (one == other ? 0 : 1) : (one - other) * (one - other)
        observed += coincidences[first][second] * apart
        expected += totals[first] * totals[second] * apart
      }
    }
    return expected == 0 ? nil : 1 - (all - 1) * observed / expected
  }

  /// Cohen's kappa of two raters over the pairs that both have rated; nil without such pairs or where both always say the
  /// same one thing.
  static func kappa(_ pairs: [(String, String)], weights: UnsafeBufferPointer<Double>? = nil) -> Double? {
    var (first, second): ([String: Double], [String: Double]) = ([:], [:])
    var (same, all) = (0.0, 0.0)
    for (row, pair) in pairs.enumerated() {
      let weight = weights?[row] ?? 1
      first[pair.0, default: 0] += weight
      second[pair.1, default: 0] += weight
      if pair.0 == pair.1 { same += weight }
      all += weight
    }
    guard all > 0 else { return nil }
    let chance = first.reduce(0) { $0 + $1.value * (second[$1.key] ?? 0) } / (all * all)
    return chance == 1 ? nil : (same / all - chance) / (1 - chance)
  }
}

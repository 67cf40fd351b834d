// The scores of all rows that have two of them, by what is compared.
import Statistics

struct PairedRows {
  struct Scores {
    var a: [Double] = []
    var b: [Double] = []
    var clusters: [Int32] = []
    /// Rows that lack one of the two scores.
    var missing = 0
  }

  private(set) var scores: [Scores]
  private(set) var total = 0
  /// Rows of table a that table b does not have.
  private(set) var unmatched = 0
  private var clusters: NamedGroups?

  init(_ pairs: Int, hasClusters: Bool) {
    scores = [Scores](repeating: Scores(), count: pairs)
    if hasClusters { clusters = NamedGroups() }
  }

  /// `b` is nil where there is no such row.
  mutating func append(a: [Double], b: [Double]?, cluster: String??) {
    total += 1
    if let cluster { clusters?.append(cluster) }
    guard let b else {
      unmatched += 1
      return
    }
    for index in a.indices {
      guard !a[index].isNaN, !b[index].isNaN else {
        scores[index].missing += 1
        continue
      }
      scores[index].a.append(a[index])
      scores[index].b.append(b[index])
      if let clusters { scores[index].clusters.append(clusters.ofRow[total - 1]) }
    }
  }
}

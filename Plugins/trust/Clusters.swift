// Samples gathered into clusters, and how spread they are.
import Glibc

enum Clusters {
  /// Each item joins the first cluster whose first member it equals, else it begins one (Kuhn et al. 2023). Answers the
  /// sizes.
  static func sizes(_ count: Int, equal: (_ member: Int, _ item: Int) throws -> Bool?) rethrows -> [Int]? {
    var firsts: [Int] = []
    var sizes: [Int] = []
    items: for item in 0..<count {
      for (cluster, first) in firsts.enumerated() {
        guard let isEqual = try equal(first, item) else { return nil }
        if isEqual {
          sizes[cluster] += 1
          continue items
        }
      }
      firsts.append(item)
      sizes.append(1)
    }
    return sizes
  }

  /// In nats, from the clusters' shares.
  static func entropy(_ sizes: [Int]) -> Double? {
    let total = Double(sizes.reduce(0, +))
    guard total > 0 else { return nil }
    return -sizes.reduce(0) { $0 + Double($1) / total * log(Double($1) / total) } + 0
  }

  /// nil for a vector of length 0, which has no direction.
  static func cosine(_ one: [Float], _ other: [Float]) -> Double? {
    guard one.count == other.count else { return nil }
    var (product, first, second) = (0.0, 0.0, 0.0)
    for index in one.indices {
      let (a, b) = (Double(one[index]), Double(other[index]))
      product += a * b
      first += a * a
      second += b * b
    }
    return first > 0 && second > 0 ? product / (first * second).squareRoot() : nil
  }

  static func embeddingEntropy(_ vectors: [[Float]], similarity: Double) -> Double? {
    sizes(vectors.count) { cosine(vectors[$0], vectors[$1]).map { $0 >= similarity } }.flatMap { entropy($0) }
  }
}

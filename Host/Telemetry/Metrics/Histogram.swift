// How often something took how long, in buckets of fixed bounds.

package struct Histogram: Sendable {
  /// Ascending, in seconds.
  package let bounds: [Double]
  /// By bound, each for itself; what is larger than all of them is only in `count`.
  package private(set) var buckets: [Int]
  package private(set) var count = 0
  package private(set) var sum = 0.0

  package init(bounds: [Double]) {
    self.bounds = bounds
    buckets = [Int](repeating: 0, count: bounds.count)
  }

  package mutating func note(_ value: Double) {
    count += 1
    sum += value
    if let index = bounds.firstIndex(where: { value <= $0 }) { buckets[index] += 1 }
  }
}

// Intervals by resampling: rows, or clusters of rows, are drawn with replacement and the figure is computed again.

/// Settings of a bootstrap. Equal settings on equal rows give equal intervals, whatever the machine.
package struct Bootstrap: Sendable, Hashable {
  package enum Method: String, Sendable, Hashable, CaseIterable { case percentile, bca }

  package var resamples: Int
  package var level: Double
  package var seed: UInt64
  package var method: Method

  package init(resamples: Int = 1000, level: Double = 0.95, seed: UInt64 = 1, method: Method = .percentile) {
    self.resamples = resamples
    self.level = level
    self.seed = seed
    self.method = method
  }

  /// How often each row counts: 1 everywhere for the rows as they are. Valid during the call only.
  package typealias Weights = UnsafeBufferPointer<Double>
  /// Computes all figures of one resample into `out`; NaN where a figure is not defined there.
  package typealias Figures = (_ weights: Weights, _ out: UnsafeMutableBufferPointer<Double>) -> Void

  /// An interval of each figure, nil where one cannot be told: fewer than two units, or a figure that is not defined
  /// for the rows themselves or for most resamples. `clusters` gives each row the number of the unit it belongs to, from
  /// 0; rows of a unit are drawn together. `alive` is called before each resample and may throw to stop.
  package func intervals(
    rows: Int, figures count: Int, clusters: [Int32]? = nil, alive: (_ done: Int) throws -> Void = { _ in },
    _ figures: Figures
  ) throws -> [Interval?] {
    let units = clusters.map { Int($0.max() ?? -1) + 1 } ?? rows
    guard units >= 2, resamples > 0, count > 0 else { return [Interval?](repeating: nil, count: count) }
    var draw = Draw(rows: rows, units: units, clusters: clusters)
    let observed = draw.asGiven(count, figures)
    var random = Xoshiro256(seed: seed)
    var samples = [[Double]](repeating: [], count: count)
    for done in 0..<resamples {
      try alive(done)
      let values = draw.resampled(&random, count, figures)
      for (index, value) in values.enumerated() where !value.isNaN { samples[index].append(value) }
    }
    var accelerations: [Double]?
    if method == .bca { accelerations = try draw.accelerations(count, alive: { try alive(resamples) }, figures) }
    return (0..<count).map { index in
      guard !observed[index].isNaN, samples[index].count * 2 > resamples else { return nil }
      return interval(samples[index].sorted(), observed[index], accelerations?[index])
    }
  }

  private func interval(_ sorted: [Double], _ observed: Double, _ acceleration: Double?) -> Interval? {
    var low = (1 - level) / 2
    var high = 1 - low
    if let acceleration, sorted.first != sorted.last {
      // Efron (1987). Where no resample lies on one side, the correction is not defined.
      let below = sorted.reduce(0.0) { $0 + ($1 < observed ? 1 : $1 == observed ? 0.5 : 0) }
      let bias = Normal.quantile(below / Double(sorted.count))
      guard bias.isFinite, acceleration.isFinite else { return nil }
      func adjusted(_ p: Double) -> Double {
        let z = bias + Normal.quantile(p)
        return Normal.cumulative(bias + z / (1 - acceleration * z))
      }
      (low, high) = (adjusted(low), adjusted(high))
    }
    return Interval(low: Order.quantile(sorted, low), high: Order.quantile(sorted, high))
  }
}

package struct Interval: Sendable, Hashable {
  package var low: Double
  package var high: Double

  package init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }
}

/// The weights of rows, drawn again and again in one piece of memory.
private struct Draw {
  private let units: Int
  private let clusters: [Int32]?
  private var unitWeights: [Double]
  private var rowWeights: [Double]

  /// Above this many units the jackknife leaves out groups of them.
  private static let jackknifeLimit = 4096

  init(rows: Int, units: Int, clusters: [Int32]?) {
    self.units = units
    self.clusters = clusters
    unitWeights = [Double](repeating: 1, count: units)
    rowWeights = [Double](repeating: 1, count: rows)
  }

  func values(_ count: Int, _ figures: Bootstrap.Figures) -> [Double] {
    var out = [Double](repeating: .nan, count: count)
    let weights = clusters == nil ? unitWeights : rowWeights
    weights.withUnsafeBufferPointer { weights in out.withUnsafeMutableBufferPointer { figures(weights, $0) } }
    return out
  }

  private mutating func spread() {
    guard let clusters else { return }
    for (row, cluster) in clusters.enumerated() { rowWeights[row] = unitWeights[Int(cluster)] }
  }

  func asGiven(_ count: Int, _ figures: Bootstrap.Figures) -> [Double] { values(count, figures) }

  mutating func resampled(_ random: inout Xoshiro256, _ count: Int, _ figures: Bootstrap.Figures) -> [Double] {
    unitWeights.withUnsafeMutableBufferPointer { weights in
      weights.update(repeating: 0)
      for _ in 0..<units { weights[Int(random.below(UInt64(units)))] += 1 }
    }
    spread()
    return values(count, figures)
  }

  /// The acceleration of each figure by the jackknife.
  mutating func accelerations(
    _ count: Int, alive: () throws -> Void, _ figures: Bootstrap.Figures
  ) throws -> [Double] {
    let groups = min(units, Self.jackknifeLimit)
    var left = [[Double]](repeating: [], count: count)
    for group in 0..<groups {
      try alive()
      for unit in 0..<units { unitWeights[unit] = unit * groups / units == group ? 0 : 1 }
      spread()
      for (index, value) in values(count, figures).enumerated() where !value.isNaN { left[index].append(value) }
    }
    return left.map { values in
      let mean = values.reduce(0, +) / Double(max(values.count, 1))
      let squares = values.reduce(0) { $0 + (mean - $1) * (mean - $1) }
      let cubes = values.reduce(0) { $0 + (mean - $1) * (mean - $1) * (mean - $1) }
      return squares == 0 ? 0 : cubes / (6 * squares * squares.squareRoot())
    }
  }
}

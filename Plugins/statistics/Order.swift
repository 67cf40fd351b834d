// Figures that depend on the order of values: quantiles and ranks.

package enum Order {
  /// The quantile of ascending values by linear interpolation (numpy's and R's default, type 7); NaN for none.
  package static func quantile(_ sorted: [Double], _ p: Double) -> Double {
    guard let last = sorted.last, !p.isNaN else { return .nan }
    let position = min(max(p, 0), 1) * Double(sorted.count - 1)
    let below = Int(position)
    guard below + 1 < sorted.count else { return last }
    let fraction = position - Double(below)
    let (low, high) = (sorted[below], sorted[below + 1])
    // numpy's form, so that the last bits are the same.
    return fraction >= 0.5 ? high - (high - low) * (1 - fraction) : low + (high - low) * fraction
  }

  /// Ranks from 1; equal values share the mean of their places. `ties` are the sizes of groups of equal values.
  package static func ranks(_ values: [Double]) -> (ranks: [Double], ties: [Int]) {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var ties: [Int] = []
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      let rank = Double(start + end + 1) / 2
      for place in start..<end { ranks[order[place]] = rank }
      ties.append(end - start)
      start = end
    }
    return (ranks, ties)
  }
}

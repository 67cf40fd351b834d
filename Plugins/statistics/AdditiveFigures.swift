// Figures that follow from sums over rows: means, and scores of a corpus such as BLEU.

/// Rows as a few numbers each, which add up, and what becomes of the sums.
package struct AdditiveFigures {
  /// Numbers of a row.
  package let width: Int
  /// How many figures come of the sums.
  package let count: Int
  /// Row after row.
  package private(set) var numbers: [Double] = []
  private let figures: (_ sums: UnsafeBufferPointer<Double>, _ out: UnsafeMutableBufferPointer<Double>) -> Void

  package init(
    width: Int, count: Int,
    figures: @escaping (_ sums: UnsafeBufferPointer<Double>, _ out: UnsafeMutableBufferPointer<Double>) -> Void
  ) {
    self.width = width
    self.count = count
    self.figures = figures
  }

  package var rows: Int { width == 0 ? 0 : numbers.count / width }

  package mutating func append(_ row: some Collection<Double>) {
    precondition(row.count == width, "\(row.count) numbers where a row has \(width)")
    numbers.append(contentsOf: row)
  }

  /// The figures of all rows.
  package func values() -> [Double] {
    let ones = [Double](repeating: 1, count: rows)
    var out = [Double](repeating: .nan, count: count)
    ones.withUnsafeBufferPointer { ones in out.withUnsafeMutableBufferPointer { evaluate(ones, $0) } }
    return out
  }

  /// The figures of rows that count as often as `weights` say: what a bootstrap asks for.
  package func evaluate(_ weights: UnsafeBufferPointer<Double>, _ out: UnsafeMutableBufferPointer<Double>) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: max(width, 1)) { sums in
      sums.update(repeating: 0)
      numbers.withUnsafeBufferPointer { numbers in
        var place = 0
        for row in 0..<weights.count {
          let weight = weights[row]
          if weight != 0 { for column in 0..<width { sums[column] += weight * numbers[place &+ column] } }
          place &+= width
        }
      }
      figures(UnsafeBufferPointer(sums), out)
    }
  }

  /// The same figures of some rows only.
  package func selecting(_ rows: [Int]) -> AdditiveFigures {
    var chosen = AdditiveFigures(width: width, count: count, figures: figures)
    chosen.numbers.reserveCapacity(rows.count * width)
    for row in rows { chosen.numbers.append(contentsOf: numbers[row * width..<(row + 1) * width]) }
    return chosen
  }
}

// Longest common subsequences, 64 cells of the table at once (Hyyrö 2004). A row of the table is a bit for each place where
// it grows by one.

enum LongestSubsequence {
  static func length(_ reference: [Int32], _ candidate: [Int32]) -> Int {
    var table = Table(candidate)
    for token in reference { table.advance(token) }
    return table.grown(upTo: candidate.count)
  }

  /// Marks the places of `reference` that belong to one of the longest: the one that rouge-score reads out.
  static func mark(_ reference: [Int32], _ candidate: [Int32], _ marks: inout [Bool]) {
    guard !reference.isEmpty, !candidate.isEmpty else { return }
    var table = Table(candidate)
    var rows: [[UInt64]] = [table.row]
    rows.reserveCapacity(reference.count + 1)
    for token in reference {
      table.advance(token)
      rows.append(table.row)
    }
    var (i, j) = (reference.count, candidate.count)
    // The table's values at (i, j) and (i - 1, j), kept up to date on the way back.
    var here = Table.grown(rows[i], upTo: j)
    var above = Table.grown(rows[i - 1], upTo: j)
    while i > 0, j > 0 {
      let hereLeft = here - Table.bit(rows[i], j - 1)
      if reference[i - 1] == candidate[j - 1] {
        marks[i - 1] = true
        above -= Table.bit(rows[i - 1], j - 1)
        i -= 1
        j -= 1
        here = above
        if i > 0 { above = Table.grown(rows[i - 1], upTo: j) }
      } else if hereLeft > above {
        above -= Table.bit(rows[i - 1], j - 1)
        here = hereLeft
        j -= 1
      } else {
        i -= 1
        here = above
        if i > 0 { above = Table.grown(rows[i - 1], upTo: j) }
      }
    }
  }

  private struct Table {
    /// Bit j is 0 where the row grows from place j to j + 1.
    private(set) var row: [UInt64]
    private var places: [Int32: [Int32]] = [:]
    private var mask: [UInt64]

    init(_ candidate: [Int32]) {
      let words = (candidate.count + 63) / 64
      row = [UInt64](repeating: ~0, count: words)
      mask = [UInt64](repeating: 0, count: words)
      for (place, token) in candidate.enumerated() { places[token, default: []].append(Int32(place)) }
    }

    mutating func advance(_ token: Int32) {
      guard let places = places[token] else { return }
      for place in places { mask[Int(place) >> 6] |= 1 << UInt64(place & 63) }
      var carry: UInt64 = 0
      for word in row.indices {
        let value = row[word]
        let matched = value & mask[word]
        let first = value.addingReportingOverflow(matched)
        let second = first.partialValue.addingReportingOverflow(carry)
        carry = first.overflow || second.overflow ? 1 : 0
        row[word] = second.partialValue | (value & ~matched)
      }
      for place in places { mask[Int(place) >> 6] = 0 }
    }

    func grown(upTo count: Int) -> Int { Self.grown(row, upTo: count) }

    static func bit(_ row: [UInt64], _ place: Int) -> Int { Int(~row[place >> 6] >> UInt64(place & 63) & 1) }

    /// The table's value at a place: how often the row has grown before it.
    static func grown(_ row: [UInt64], upTo count: Int) -> Int {
      var sum = 0
      for word in 0..<count >> 6 { sum += (~row[word]).nonzeroBitCount }
      if count & 63 != 0 { sum += (~row[count >> 6] & (1 << UInt64(count & 63) - 1)).nonzeroBitCount }
      return sum
    }
  }
}

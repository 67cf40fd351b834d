// The second table in memory: its scores by key.
import PluginKit
import Statistics

struct SecondTable {
  private var rowByKey: [String: Int32] = [:]
  /// By row, one column of scores after the other; NaN for a missing one.
  private var scores: [[Double]]
  private var isTaken: [Bool] = []

  init(width: Int) { scores = [[Double]](repeating: [], count: width) }

  var count: Int { isTaken.count }
  var untaken: Int { isTaken.count { !$0 } }

  static let input = "b"

  mutating func append(key: String, _ values: [Double]) throws {
    guard rowByKey.updateValue(Int32(count), forKey: key) == nil else { throw Self.twice(key, "b", row: count) }
    for (index, value) in values.enumerated() { scores[index].append(value) }
    isTaken.append(false)
  }

  /// The scores of a key, nil where the table has none.
  mutating func take(_ key: String, row: Int) throws -> [Double]? {
    guard let found = rowByKey[key] else { return nil }
    guard !isTaken[Int(found)] else { throw Self.twice(key, "a", row: row) }
    isTaken[Int(found)] = true
    return scores.map { $0[Int(found)] }
  }

  private static func twice(_ key: String, _ table: String, row: Int) -> PluginError {
    let shown = key.replacing("\u{1F}", with: ", ")
    return PluginError.data(
      "the key '\(shown)' occurs twice in table \(table): add columns to 'key' until each row has its own", row: row)
  }

  /// The key of a row. A null is a value like others: two rows without a key are the same key.
  static func key(_ columns: [Column], _ row: Int) -> String {
    if columns.count == 1 { return columns[0].isNull(row) ? "\u{0}" : columns[0].text(row) }
    return columns.map { $0.isNull(row) ? "\u{0}" : $0.text(row) }.joined(separator: "\u{1F}")
  }
}

// Rules about the identity of rows: unique and referential, over 128-bit hashes of the key columns.
import JSONValue
import PluginKit

/// Hashes the key columns of rows. A row with a null in any of them has no key.
struct RowKeys {
  private struct Part {
    var column: Int
    var family: ColumnFamily
    /// Brings times of different units to nanoseconds; 1 for everything else.
    var factor: Int128
  }

  private let parts: [Part]

  init(columns: [Int], families: [ColumnFamily]) {
    parts = zip(columns, families).map { column, family in
      switch family {
      case .date(let unit), .time(let unit), .timestamp(let unit), .duration(let unit):
        Part(column: column, family: family, factor: unit)
      default: Part(column: column, family: family, factor: 1)
      }
    }
  }

  /// Calls `body` for every row that has a key, in order. Keys are made some rows ahead and the table is touched for
  /// all of them at once, so that the waits for memory overlap.
  func forEach(_ batch: BatchView, in table: KeyTable, _ body: (Int, KeyHash) throws -> Void) rethrows {
    let views = parts.map { (part: $0, view: batch.column($0.column)) }
    try withUnsafeTemporaryAllocation(of: (row: Int, key: KeyHash).self, capacity: RowKeys.ahead) { waiting in
      var count = 0
      for row in 0..<batch.rowCount {
        guard let key = RowKeys.key(of: row, views) else { continue }
        waiting.initializeElement(at: count, to: (row, key))
        count += 1
        guard count == RowKeys.ahead else { continue }
        table.touch(UnsafeBufferPointer(rebasing: waiting[..<count]))
        for index in 0..<count { try body(waiting[index].row, waiting[index].key) }
        count = 0
      }
      for index in 0..<count { try body(waiting[index].row, waiting[index].key) }
    }
  }

  private static let ahead = 32

  /// nil where a column is null.
  @inline(__always)
  private static func key(of row: Int, _ views: [(part: Part, view: ColumnView)]) -> KeyHash? {
    var hasher = KeyHasher()
    for index in views.indices {
      guard let place = views[index].view.place(row) else { return nil }
      add(views[index].part, place.view, place.index, &hasher)
    }
    return hasher.finish()
  }

  @inline(__always)
  private static func add(_ part: Part, _ view: FlatView, _ index: Int, _ hasher: inout KeyHasher) {
    switch part.family {
    case .text, .binary: hasher.add(view.bytes(index))
    case .float: hasher.add(view.double(index))
    default: hasher.add(view.integer(index) &* part.factor)
    }
  }
}

/// unique: every occurrence of a key after its first is a failing row.
final class UniqueEvaluation: Evaluation {
  let rule: Rule
  private let keys: RowKeys
  private let table: KeyTable
  private var tally = RowTally()
  private var example: (row: Int64, first: Int64)?

  init(_ rule: Rule, keys: RowKeys, budget: MemoryBudget) {
    self.rule = rule
    self.keys = keys
    table = KeyTable(
      purpose: "the rule unique on \(rule.columns.joined(separator: ", "))", pointer: "/rules/\(rule.index)",
      budget: budget)
  }

  var byteCount: Int { tally.failing.byteCount }

  func observe(_ batch: BatchView, firstRow: Int64) throws {
    try keys.forEach(batch, in: table) { row, key in
      tally.judged += 1
      let ordinal = firstRow + Int64(row)
      if let first = try table.insert(key, row: ordinal) {
        if example == nil { example = (ordinal, first) }
        tally.failing.append(ordinal)
      }
    }
  }

  func finish() -> Verdict {
    let names = rule.columns.joined(separator: ", ")
    var verdict = tally.verdict(
      rule, things: rule.columns.count == 1 ? "values of \(names)" : "combinations of \(names)", good: "occur once",
      bad: "repeat an earlier row")
    if let example { verdict.finding.message += ", which repeats row \(example.first)" }
    return verdict
  }
}

/// referential: every key must occur in a reference input.
final class ReferentialEvaluation: Evaluation {
  let rule: Rule
  let target: String
  private let keys: RowKeys
  private let targetKeys: RowKeys
  private let table: KeyTable
  private let targetColumns: [String]
  private var tally = RowTally()

  init(
    _ rule: Rule, keys: RowKeys, target: String, targetColumns: [String], targetKeys: RowKeys, budget: MemoryBudget
  ) {
    self.rule = rule
    self.keys = keys
    self.target = target
    self.targetColumns = targetColumns
    self.targetKeys = targetKeys
    table = KeyTable(
      purpose: "the keys of '\(target)' for the rule referential", pointer: "/rules/\(rule.index)", budget: budget)
  }

  var byteCount: Int { tally.failing.byteCount }

  /// A batch of the reference input, before the table's first batch.
  func learn(_ batch: BatchView, firstRow: Int64) throws {
    try targetKeys.forEach(batch, in: table) { row, key in _ = try table.insert(key, row: firstRow + Int64(row)) }
  }

  func observe(_ batch: BatchView, firstRow: Int64) {
    keys.forEach(batch, in: table) { row, key in
      tally.judged += 1
      if !table.contains(key) { tally.failing.append(firstRow + Int64(row)) }
    }
  }

  func finish() -> Verdict {
    let names = rule.columns.joined(separator: ", ")
    let place = "\(target).\(targetColumns.joined(separator: ", "))"
    return tally.verdict(
      rule, things: rule.columns.count == 1 ? "values of \(names)" : "combinations of \(names)",
      good: "occur in \(place)", bad: "do not occur in \(place), which holds \(Words.count(Int64(table.count))) keys")
  }
}

// The three ports of a check as streams: the table that passes, the failing rows, the findings.
import CWorker
import Model
import PluginKit

/// The table, unchanged: batches go on as soon as the check has seen them.
final class PassingStream: BatchStream {
  let schema: Schema
  private let check: CheckRun

  init(_ check: CheckRun) {
    self.check = check
    schema = check.schema
  }

  func next() throws -> RecordBatch? { try check.observeNext() }

  func close() {
    check.drain()
    check.upstream.close()
  }
}

/// The table after the check has seen everything, so its rows wait on disk: without those that a quarantine gate sets
/// aside, or whole where its readers need the findings at the same time.
final class HeldStream: BatchStream {
  let schema: Schema
  private let check: CheckRun
  private var replay: RowReplay?

  init(_ check: CheckRun) {
    self.check = check
    schema = check.schema
  }

  func next() throws -> RecordBatch? {
    if replay == nil {
      let outcome = try check.outcome()
      replay = try RowReplay(check, rows: outcome.gate.action == .quarantine ? outcome.quarantined : [])
    }
    while let step = try replay?.next() {
      if step.failing.isEmpty { return step.batch }
      let failing = Set(step.failing)
      let passing = (0..<step.batch.rowCount).filter { !failing.contains($0) }
      if !passing.isEmpty { return step.batch.take(passing) }
    }
    return nil
  }

  func close() {
    check.drain()
    check.upstream.close()
  }
}

/// Walks the kept rows batch by batch, with the positions of the wanted ordinals in each.
private struct RowReplay {
  private let reader: BatchFileReader
  private let rows: [Int64]
  private var position = 0
  private var first: Int64 = 0

  init(_ check: CheckRun, rows: [Int64]) throws(Problem) {
    reader = try BatchFileReader(path: check.bufferPath)
    self.rows = rows
  }

  mutating func next() throws -> (batch: RecordBatch, failing: [Int], first: Int64)? {
    guard let batch = try reader.next() else { return nil }
    ote_boundary_alive()  // passing over many batches is no stall
    let start = first
    first += Int64(batch.rowCount)
    var failing: [Int] = []
    while position < rows.count, rows[position] < first {
      failing.append(Int(rows[position] - start))
      position += 1
    }
    return (batch, failing, start)
  }
}

/// The failing rows with their ordinal and the rules they broke. Waits until the check has finished.
final class FailingStream: BatchStream {
  let schema: Schema
  private let check: CheckRun
  private var replay: RowReplay?
  private var outcome: CheckOutcome?

  init(_ check: CheckRun) {
    self.check = check
    schema = Self.schema(of: check.schema)
  }

  static func schema(of table: Schema) -> Schema {
    Schema(
      table.fields + [
        Field(FailingRows.rowColumn, .int64, nullable: false), Field(FailingRows.rulesColumn, .utf8, nullable: false),
      ])
  }

  func next() throws -> RecordBatch? {
    if replay == nil {
      let outcome = try check.outcome()
      let rows = outcome.gate.action == .quarantine ? outcome.quarantined : FailingRows.union(outcome.failing)
      self.outcome = outcome
      replay = try RowReplay(check, rows: rows)
    }
    while let step = try replay?.next() {
      if !step.failing.isEmpty { return try rows(step.batch, step.failing, first: step.first) }
    }
    return nil
  }

  private func rows(_ batch: RecordBatch, _ failing: [Int], first: Int64) throws -> RecordBatch {
    var extra = BatchBuilder(Schema(Array(schema.fields.suffix(2))), capacity: failing.count)
    for position in failing {
      let row = first + Int64(position)
      extra[0].append(row)
      extra[1].append(rules(breaking: row))
    }
    return try batch.take(failing).appending(columns: extra.finish())
  }

  private func rules(breaking row: Int64) -> String {
    guard let outcome else { return "" }
    return outcome.findings.indices.filter { outcome.failing[$0].containsSorted(row) }
      .map { index in
        let finding = outcome.findings[index]
        let column = finding.column ?? finding.columns?.joined(separator: ", ")
        return column.map { "\(finding.rule)(\($0))" } ?? finding.rule
      }.joined(separator: "; ")
  }
}

/// The findings as a table. Waits until the check has finished.
final class FindingsStream: BatchStream {
  let schema = Findings.schema
  private let check: CheckRun
  private var done = false

  init(_ check: CheckRun) { self.check = check }

  func next() throws -> RecordBatch? {
    guard !done else { return nil }
    done = true
    let findings = try check.outcome().findings
    return findings.isEmpty ? nil : try Findings.batch(findings)
  }
}

extension [Int64] {
  /// Binary search in an ascending list.
  fileprivate func containsSorted(_ value: Int64) -> Bool {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low < count && self[low] == value
  }
}

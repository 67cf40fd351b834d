// Runs the check over rows written as JSON, in batches of any size.
import CPluginABI
import JSONValue
import PluginKit

@testable import ExpectationsPlugin

struct Judged {
  var findings: [Finding]
  var report: JSONValue
  /// Failing ordinals by finding.
  var failing: [[Int64]]

  var only: Finding { findings[0] }
  var rows: [Int64] { failing[0] }
}

struct CheckRunner {
  var table: Schema
  var references: [(name: String, schema: Schema, rows: [[JSONValue]])] = []
  var memoryMiB: Int64?

  init(_ fields: [Field]) { table = Schema(fields) }

  init(_ type: DataType) { table = Schema([Field("v", type)]) }

  static func batch(_ schema: Schema, _ rows: [[JSONValue]]) throws -> RecordBatch {
    var builder = BatchBuilder(schema, capacity: max(rows.count, 1))
    for row in rows { try builder.append(row) }
    return builder.finish()
  }

  static func stream(_ schema: Schema, _ rows: [[JSONValue]]) throws -> ImportedStream {
    let raw = UnsafeMutablePointer<ArrowArrayStream>.allocate(capacity: 1)
    defer { raw.deallocate() }
    export(BatchList(schema: schema, batches: rows.isEmpty ? [] : [try batch(schema, rows)]), to: raw)
    return try ImportedStream(moving: raw)
  }

  func make(_ rules: [JSONValue]) throws -> ExpectationsCheck {
    var config: [String: JSONValue] = ["rules": .array(rules)]
    if let memoryMiB { config["memory_limit_mib"] = .int(memoryMiB) }
    return try ExpectationsCheck(configuration: JSONValue.object(config).decode(), host: .detached)
  }

  /// Throws what decoding, `bind` or a later step throws.
  func run(_ rules: [JSONValue], _ batches: [RecordBatch]) throws -> Judged {
    let check = try make(rules)
    try check.bind(table, references: references.map { ($0.name, $0.schema) })
    try check.begin(
      table, references: try references.map { ($0.name, try CheckRunner.stream($0.schema, $0.rows)) }, .detached)
    var first: Int64 = 0
    for batch in batches {
      try check.observe(batch, firstRow: first)
      first += Int64(batch.rowCount)
    }
    let result = try check.finish(.detached)
    var failing = [[Int64]](repeating: [], count: result.findings.count)
    while let batch = try result.failing?.next() {
      try batch.validate(full: true)
      for row in 0..<batch.rowCount {
        failing[Int(batch.column(0).int64(row)!)].append(batch.column(1).int64(row)!)
      }
    }
    return Judged(findings: result.findings, report: result.report ?? .null, failing: failing)
  }

  func run(_ rules: [JSONValue], rows: [[JSONValue]], batchRows: Int = 1024) throws -> Judged {
    if rows.isEmpty { return try run(rules, []) }
    let whole = try CheckRunner.batch(table, rows)
    let starts = stride(from: 0, to: rows.count, by: batchRows)
    return try run(rules, starts.map { whole.slice($0, min(batchRows, rows.count - $0)) })
  }

  /// One column of values.
  func run(_ rule: JSONValue, _ values: [JSONValue], batchRows: Int = 1024) throws -> Judged {
    try run([rule], rows: values.map { [$0] }, batchRows: batchRows)
  }

  func problem(_ rules: [JSONValue]) -> PluginError? {
    do { _ = try run(rules, []) } catch { return error as? PluginError }
    return nil
  }
}

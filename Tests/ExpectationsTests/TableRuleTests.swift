// Rules about the table as a whole, the report, and empty streams.
import JSONValue
import PluginKit
import Testing

@testable import ExpectationsPlugin

@Suite struct TableRuleTests {
  @Test func `row_count compares the number of rows`() throws {
    let runner = CheckRunner(.int32)
    let values = [JSONValue](repeating: 1, count: 5)
    func passes(_ rule: JSONValue) throws -> Bool { try runner.run(rule, values, batchRows: 2).only.passed }
    #expect(try passes(["rule": "row_count", "equals": 5]))
    #expect(try !passes(["rule": "row_count", "equals": 4]))
    #expect(try passes(["rule": "row_count", "min": 5, "max": 6]))
    #expect(try !passes(["rule": "row_count", "max": 4]))
    let finding = try runner.run(["rule": "row_count", "min": 1200], values).only
    #expect(finding.message == "the table has 5 rows; 1,200 or more expected")
    #expect(finding.observed == 5 && finding.limit == ["min": 1200] && finding.unit == "rows")
  }

  @Test func `columns looks for names and types`() throws {
    let runner = CheckRunner([
      Field("a", .int32), Field("b", .largeUtf8), Field("c", .decimal(precision: 9, scale: 2, bitWidth: 128)),
    ])
    func finding(_ rule: JSONValue) throws -> Finding { try runner.run([rule], []).only }
    #expect(try finding(["rule": "columns", "names": ["b", "a"]]).passed)
    #expect(try finding(["rule": "columns", "names": ["a", "b", "c"], "match": "exact"]).passed)
    #expect(
      try finding(["rule": "columns", "names": ["a", "c", "b"], "match": "exact"]).message.contains("another order"))
    #expect(
      try finding(["rule": "columns", "names": ["a", "x"], "match": "exact"]).message
        == "missing: 'x'; not expected: 'b' and 'c'")
    #expect(try finding(["rule": "columns", "types": ["a": "integer", "b": "utf8", "c": "number"]]).passed)
    #expect(try finding(["rule": "columns", "types": ["a": "text"]]).message == "a is int32, not text")
  }

  @Test(arguments: [
    (DataType.int32, "integer", true), (.int32, "int32", true), (.int32, "int64", false), (.float64, "number", true),
    (.dictionary(index: .int8, value: .utf8View, ordered: false), "text", true),
    (.dictionary(index: .int8, value: .utf8View, ordered: false), "utf8", true),
    (.timestamp(.microsecond, zone: "UTC"), "timestamp[us, UTC]", true),
    (.timestamp(.microsecond, zone: "UTC"), "timestamp[us]", false),
    (.timestamp(.second, zone: nil), "timestamp", true),
    (.list(Field("item", .int8)), "list", true), (.date64, "date", true), (.bool, "boolean", true),
    (.null, "text", false),
  ])
  func `type compares families and exact types`(_ type: DataType, _ name: String, _ expected: Bool) throws {
    let finding = try CheckRunner(type).run([["rule": "type", "column": "v", "type": .string(name)]], []).only
    #expect(finding.passed == expected)
    let either = try CheckRunner(type).run([["rule": "type", "column": "v", "type": ["binary", .string(name)]]], [])
      .only
    #expect(either.passed == expected)
  }

  @Test func `freshness measures the newest value against the span`() throws {
    let runner = CheckRunner(.timestamp(.microsecond, zone: "UTC"))
    let values: [JSONValue] = ["2026-01-01T10:00:00Z", nil, "2026-01-01T12:00:00Z", "2025-01-01T00:00:00Z"]
    func finding(_ within: JSONValue, _ now: JSONValue) throws -> Finding {
      try runner.run(["rule": "freshness", "column": "v", "within": within, "now": now], values, batchRows: 2).only
    }
    let fresh = try finding("24h", "2026-01-02T12:00:00Z")
    #expect(fresh.passed && fresh.observed == 86_400.0 && fresh.limit == 86_400.0 && fresh.unit == "s")
    let stale = try finding("24h", "2026-01-02T12:00:01Z")
    #expect(!stale.passed && stale.message == "the newest v is 1 d 1 s old; up to 1 d is allowed")
    #expect(try finding("1h", "2026-01-01").passed)
    let dates = CheckRunner(.date32)
    #expect(
      try !dates.run(["rule": "freshness", "column": "v", "within": "1d", "now": "2026-01-03"], ["2026-01-01"]).only
        .passed)
    #expect(try !CheckRunner(.date32).run(["rule": "freshness", "column": "v", "within": "1d"], [nil]).only.passed)
  }

  @Test func `an empty stream passes rules about rows and fails those that need some`() throws {
    let runner = CheckRunner([Field("v", .utf8), Field("t", .date32)])
    let judged = try runner.run(
      [
        ["rule": "not_null", "column": "v"], ["rule": "unique", "columns": ["v"]],
        ["rule": "in_set", "column": "v", "values": ["a"]], ["rule": "regex", "column": "v", "pattern": "a"],
        ["rule": "row_count", "min": 1], ["rule": "freshness", "column": "t", "within": "1d"],
      ], [])
    #expect(judged.findings.map(\.passed) == [true, true, true, true, false, false])
    #expect(judged.only.message == "there were no rows to judge" && judged.only.observed == 0.0)
    let batch = try CheckRunner.batch(runner.table, [["a", nil]])
    #expect(try runner.run([["rule": "not_null", "column": "v"]], [batch.slice(0, 0), batch.slice(1, 0)]).only.passed)
  }

  @Test func `the report has a row for each rule and counts them`() throws {
    let judged = try CheckRunner(.int32).run(
      [
        ["rule": "not_null", "column": "v", "title": "ids are set"],
        ["rule": "range", "column": "v", "max": 1, "severity": "warn"],
      ], rows: [[1], [2]])
    let report = judged.report
    #expect(report["title"] == "Data quality rules" && report["charts"] == [])
    let table = try #require(report["tables"]?[0])
    #expect(table["rows"]?.array?.count == 2)
    #expect(table["rows"]?.array?.allSatisfy { $0.array?.count == table["columns"]?.array?.count } == true)
    #expect(table["rows"]?[0]?[1] == "ids are set" && table["rows"]?[1]?[4] == "failed")
    let metrics = report["metrics"]?.array ?? []
    #expect(metrics.map { $0["value"]?.int } == [2, 2, 1, 0, 1])
    #expect(metrics.allSatisfy { $0["name"]?.string != nil && $0["unit"]?.string != nil })
  }
}

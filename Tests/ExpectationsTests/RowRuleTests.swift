// Rules that judge each row: which rows fail, and what is said about them.
import JSONValue
import PluginKit
import Testing

@Suite struct RowRuleTests {
  private static let origins: [JSONValue] = ["EWR", nil, "JFK", "XXX", "LGA", "", "EWR", "ewr"]

  private static let textTypes: [DataType] = [
    .utf8, .largeUtf8, .utf8View, .dictionary(index: .int32, value: .utf8, ordered: false),
    .dictionary(index: .int8, value: .utf8View, ordered: false),
  ]

  @Test(arguments: textTypes)
  func `not_null fails the rows without a value`(_ type: DataType) throws {
    let judged = try CheckRunner(type).run(["rule": "not_null", "column": "v"], Self.origins)
    #expect(judged.rows == [1] && !judged.only.passed && judged.only.failingRows == 1)
    #expect(judged.only.message == "1 of 8 rows (12.5 %) have no v; first at row 1")
    #expect(judged.only.observed == 0.125 && judged.only.limit == 0.0 && judged.only.unit == "fraction")
  }

  @Test func `not_null judges nested columns too`() throws {
    let runner = CheckRunner(.list(Field("item", .int32)))
    #expect(try runner.run(["rule": "not_null", "column": "v"], [[1], nil, [], nil]).rows == [1, 3])
  }

  @Test(arguments: textTypes)
  func `in_set and not_in_set compare text exactly and pass nulls over`(_ type: DataType) throws {
    let runner = CheckRunner(type)
    let inside = try runner.run(["rule": "in_set", "column": "v", "values": ["EWR", "JFK", "LGA"]], Self.origins)
    #expect(inside.rows == [3, 5, 7])
    #expect(inside.only.message == "3 of 7 values of v (42.86 %) are not in the list; first at row 3")
    let outside = try runner.run(["rule": "not_in_set", "column": "v", "values": ["XXX", ""]], Self.origins)
    #expect(outside.rows == [3, 5])
  }

  @Test func `sets of numbers, dates and flags read their values by the column's type`() throws {
    #expect(
      try CheckRunner(.int32).run(["rule": "in_set", "column": "v", "values": [1, 2.0, 2.5]], [1, 2, 3, nil]).rows == [
        2
      ])
    #expect(
      try CheckRunner(.uint64).run(["rule": "in_set", "column": "v", "values": ["18446744073709551615"]], [1]).rows == [
        0
      ])
    #expect(try CheckRunner(.float32).run(["rule": "in_set", "column": "v", "values": [0.1]], [0.1, 0.2]).rows == [1])
    #expect(
      try CheckRunner(.bool).run(["rule": "in_set", "column": "v", "values": [true]], [true, false, nil]).rows == [1])
    let dates = CheckRunner(.date32)
    #expect(
      try dates.run(["rule": "in_set", "column": "v", "values": ["2026-02-28"]], ["2026-02-28", "2026-03-01"]).rows == [
        1
      ])
    let decimal = CheckRunner(.decimal(precision: 12, scale: 2, bitWidth: 128))
    #expect(
      try decimal.run(["rule": "in_set", "column": "v", "values": [0.1, "7.25"]], ["0.10", "7.25", "7.26"]).rows == [2])
    let many = (0..<100).map { JSONValue.int($0 * 2) }
    #expect(
      try CheckRunner(.int64).run(["rule": "in_set", "column": "v", "values": .array(many)], [4, 5, 198, 200]).rows == [
        1, 3,
      ])
  }

  @Test func `range holds both ends, or without them when exclusive`() throws {
    let runner = CheckRunner(.int16)
    let values: [JSONValue] = [-1, 0, 5, 10, 11, nil]
    #expect(try runner.run(["rule": "range", "column": "v", "min": 0, "max": 10], values).rows == [0, 4])
    #expect(
      try runner.run(["rule": "range", "column": "v", "min": 0, "max": 10, "exclusive": true], values).rows == [
        0, 1, 3, 4,
      ])
    #expect(try runner.run(["rule": "range", "column": "v", "min": 0.5], values).rows == [0, 1])
    #expect(try runner.run(["rule": "range", "column": "v", "max": 10.5, "exclusive": true], values).rows == [4])
    let message = try runner.run(["rule": "range", "column": "v", "min": 0, "max": 10], values).only.message
    #expect(message == "2 of 5 values of v (40 %) are not 0 or more and 10 or less; first at row 0")
  }

  @Test func `range is exact where doubles are not`() throws {
    let big: JSONValue = 9_007_199_254_740_993
    #expect(
      try CheckRunner(.int64).run(["rule": "range", "column": "v", "max": 9_007_199_254_740_992], [big]).rows == [0])
    let decimal = CheckRunner(.decimal(precision: 38, scale: 3, bitWidth: 128))
    let rule: JSONValue = ["rule": "range", "column": "v", "min": "-0.1", "max": 0.3]
    #expect(try decimal.run(rule, ["0.300", "0.301", "-0.100", "-0.101"]).rows == [1, 3])
    #expect(
      try CheckRunner(.uint64).run(["rule": "range", "column": "v", "min": -5, "max": 1e30], [0, 7]).only.passed)
  }

  @Test(arguments: [DataType.float64, .float32, .float16])
  func `NaN is in no range and no set, and is not null`(_ type: DataType) throws {
    let values: [JSONValue] = [.double(.nan), 1.0, .double(.infinity), nil]
    let runner = CheckRunner(type)
    #expect(try runner.run(["rule": "range", "column": "v", "min": 0], values).rows == [0])
    #expect(try runner.run(["rule": "range", "column": "v", "max": 5, "min": 0], values).rows == [0, 2])
    #expect(try runner.run(["rule": "in_set", "column": "v", "values": [1]], values).rows == [0, 2])
    #expect(try runner.run(["rule": "not_in_set", "column": "v", "values": [1]], values).rows == [1])
    #expect(try runner.run(["rule": "not_null", "column": "v"], values).rows == [3])
  }

  @Test func `range reads dates, times and spans`() throws {
    let times = CheckRunner(.timestamp(.millisecond, zone: "UTC"))
    let values: [JSONValue] = ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.001Z", "2025-12-31T23:59:59.999Z"]
    #expect(try times.run(["rule": "range", "column": "v", "min": "2026-01-01T01:00:00+01:00"], values).rows == [2])
    #expect(
      try times.run(["rule": "range", "column": "v", "min": "2026-01-01", "exclusive": true], values).rows == [0, 2])
    let dates = CheckRunner(.date32)
    #expect(
      try dates.run(["rule": "range", "column": "v", "max": "1969-12-31"], ["1969-12-31", "1970-01-01"]).rows == [1])
    let clock = CheckRunner(.time32(.second))
    #expect(try clock.run(["rule": "range", "column": "v", "min": "08:00"], ["07:59:59", "08:00:00"]).rows == [0])
  }

  @Test(arguments: textTypes)
  func `length counts characters of text`(_ type: DataType) throws {
    let values: [JSONValue] = ["", "é", "日本語", "abcd", nil]
    #expect(try CheckRunner(type).run(["rule": "length", "column": "v", "min": 1, "max": 3], values).rows == [0, 3])
    #expect(try CheckRunner(type).run(["rule": "length", "column": "v", "max": 3], values).rows == [3])
  }

  @Test(arguments: textTypes)
  func `regex searches anywhere in the text`(_ type: DataType) throws {
    let values: [JSONValue] = ["ab12", "xab12", "ab", nil, "", "日ab1"]
    #expect(try CheckRunner(type).run(["rule": "regex", "column": "v", "pattern": "ab\\d"], values).rows == [2, 4])
    #expect(
      try CheckRunner(type).run(["rule": "regex", "column": "v", "pattern": "^ab\\d+$"], values).rows == [1, 2, 4, 5])
  }

  @Test func `monotone compares with the last value before, across nulls and batches`() throws {
    let values: [JSONValue] = [1, 2, nil, 2, 1, 5, 4, nil, 6]
    let runner = CheckRunner(.int64)
    for size in [1, 2, 100] {
      #expect(try runner.run(["rule": "monotone", "column": "v"], values, batchRows: size).rows == [4, 6])
      #expect(
        try runner.run(["rule": "monotone", "column": "v", "strict": true], values, batchRows: size).rows == [3, 4, 6])
      let falling: JSONValue = ["rule": "monotone", "column": "v", "direction": "decreasing"]
      #expect(try runner.run(falling, values, batchRows: size).rows == [1, 5, 8])
    }
    let doubles: [JSONValue] = [1, .double(.nan), 2, 1]
    #expect(try CheckRunner(.float64).run(["rule": "monotone", "column": "v"], doubles).rows == [1, 3])
    let texts: [JSONValue] = ["a", "ab", "b", "aa", "z"]
    for size in [1, 3] {
      for type in Self.textTypes {
        #expect(try CheckRunner(type).run(["rule": "monotone", "column": "v"], texts, batchRows: size).rows == [3])
      }
    }
  }

  @Test func `an allowance lets a fraction or a number of rows fail`() throws {
    let runner = CheckRunner(.int32)
    let values: [JSONValue] = [1, 2, 3, 99]
    func rule(_ key: String, _ value: JSONValue) -> JSONValue {
      .object(["rule": "range", "column": "v", "max": 10, "severity": "warn", key: value])
    }
    let fraction = try runner.run(rule("at_most", 0.25), values)
    #expect(fraction.only.passed && fraction.only.limit == 0.25 && fraction.rows == [3])
    #expect(fraction.only.message == "1 of 4 values of v (25 %) are not 10 or less; 25 % may; first at row 3")
    #expect(try !runner.run(rule("at_most", 0.24), values).only.passed)
    let rows = try runner.run(rule("at_most_rows", 1), values)
    #expect(rows.only.passed && rows.only.observed == 1 && rows.only.unit == "rows" && rows.only.severity == .warn)
    #expect(try !runner.run(rule("at_most_rows", 0), values).only.passed)
  }

  @Test func `a column of nothing but nulls passes every rule but not_null`() throws {
    let rules: [JSONValue] = [
      ["rule": "not_null", "column": "v"], ["rule": "unique", "columns": ["v"]],
      ["rule": "in_set", "column": "v", "values": ["a"]], ["rule": "range", "column": "v", "min": 1],
      ["rule": "regex", "column": "v", "pattern": "a"], ["rule": "length", "column": "v", "min": 1],
      ["rule": "monotone", "column": "v"],
    ]
    let judged = try CheckRunner(.null).run(rules, rows: [[nil], [nil]])
    #expect(judged.findings.map(\.passed) == [false] + [Bool](repeating: true, count: 6))
  }
}

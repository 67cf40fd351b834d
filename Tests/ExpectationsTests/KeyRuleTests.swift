// unique and referential.
import JSONValue
import PluginKit
import Testing

@testable import ExpectationsPlugin

@Suite struct KeyRuleTests {
  @Test func `unique fails every occurrence after the first`() throws {
    let values: [JSONValue] = ["a", "b", "a", nil, "a", nil, "c", "b"]
    for type in [DataType.utf8, .utf8View, .dictionary(index: .int16, value: .utf8, ordered: false)] {
      for size in [1, 3, 100] {
        let judged = try CheckRunner(type).run(["rule": "unique", "columns": ["v"]], values, batchRows: size)
        #expect(judged.rows == [2, 4, 7])
        #expect(
          judged.only.message
            == "3 of 6 values of v (50 %) repeat an earlier row; first at row 2, which repeats row 0")
      }
    }
  }

  @Test func `unique over several columns keeps neighbouring texts apart`() throws {
    let runner = CheckRunner([Field("a", .utf8), Field("b", .utf8), Field("n", .int64)])
    let rows: [[JSONValue]] = [
      ["x", "yz", 1], ["xy", "z", 1], ["x", "yz", 2], ["x", "yz", 1], ["x", nil, 1], ["x", nil, 1], ["", "xyz", 1],
    ]
    let judged = try runner.run([["rule": "unique", "columns": ["a", "b", "n"]]], rows: rows)
    #expect(judged.rows == [3] && judged.only.columns == ["a", "b", "n"] && judged.only.column == nil)
  }

  @Test func `all NaN are one value and so are both zeros`() throws {
    let values: [JSONValue] = [.double(.nan), 0.0, .double(-0.0), .double(-.nan), 1.5]
    #expect(try CheckRunner(.float64).run(["rule": "unique", "columns": ["v"]], values).rows == [2, 3])
  }

  @Test(arguments: [
    DataType.int8, .uint8, .int32, .int64, .uint64, .float32, .date32, .timestamp(.nanosecond, zone: nil),
    .decimal(precision: 9, scale: 2, bitWidth: 128), .duration(.second),
  ])
  func `unique works on every type with values`(_ type: DataType) throws {
    let runner = CheckRunner(type)
    var builder = BatchBuilder(runner.table)
    let numbers: [JSONValue] = type == .date32 ? ["2026-01-01", "2026-01-02", "2026-01-01"] : [1, 2, 1]
    if case .timestamp = type {
      for text in ["2026-01-01T00:00:00", "2026-01-01T00:00:01", "2026-01-01T00:00:00"] {
        try builder.append([.string(text)])
      }
    } else {
      for number in numbers { try builder.append([number]) }
    }
    #expect(try runner.run([["rule": "unique", "columns": ["v"]]], [builder.finish()]).rows == [2])
  }

  @Test func `referential fails the values that do not occur in the reference`() throws {
    var runner = CheckRunner([Field("carrier", .utf8), Field("code", .int32)])
    runner.references = [
      (
        "airlines", Schema([Field("name", .utf8), Field("key", .utf8View)]), [["x", "AA"], ["y", "UA"], ["z", nil]]
      ),
      ("codes", Schema([Field("code", .int64)]), [[1], [2]]),
    ]
    let rows: [[JSONValue]] = [["AA", 1], ["ZZ", 2], [nil, 3], ["UA", nil], ["zz", 1]]
    let judged = try runner.run(
      [
        ["rule": "referential", "columns": ["carrier"], "to": "airlines", "to_columns": ["key"]],
        ["rule": "referential", "column": "code", "to": "codes", "at_most_rows": 1],
      ], rows: rows, batchRows: 2)
    #expect(judged.failing == [[1, 4], [2]])
    #expect(judged.findings.map(\.passed) == [false, true])
    #expect(judged.findings[0].message.contains("do not occur in airlines.key, which holds 2 keys"))
  }

  @Test func `referential compares times of different units and pairs of columns`() throws {
    var runner = CheckRunner([Field("t", .timestamp(.second, zone: "UTC")), Field("n", .int8)])
    runner.references = [
      (
        "r", Schema([Field("at", .timestamp(.microsecond, zone: "UTC")), Field("m", .uint64)]),
        [["2026-01-01T00:00:00Z", 1], ["2026-01-01T00:00:05Z", 2]]
      )
    ]
    let judged = try runner.run(
      [["rule": "referential", "columns": ["t", "n"], "to_columns": ["at", "m"]]],
      rows: [["2026-01-01T00:00:00Z", 1], ["2026-01-01T00:00:05Z", 1], ["2026-01-01T00:00:05Z", 2]])
    #expect(judged.rows == [1])
  }

  @Test func `an empty reference fails every value`() throws {
    var runner = CheckRunner(.int64)
    runner.references = [("r", Schema([Field("v", .int64)]), [])]
    #expect(try runner.run(["rule": "referential", "columns": ["v"]], [1, nil, 2]).rows == [0, 2])
  }

  @Test func `too many keys for the memory limit end with a way out`() throws {
    var runner = CheckRunner(.int64)
    runner.memoryMiB = 1
    let rows = (0..<60_000).map { [JSONValue.int($0)] }
    do {
      _ = try runner.run([["rule": "unique", "columns": ["v"]]], rows: rows)
      Issue.record("the limit was not kept")
    } catch let error as PluginError {
      #expect(error.status == .resource && error.details["path"] == "/rules/0")
      #expect(error.message.contains("Raise memory_limit_mib"))
    }
    #expect(try runner.run([["rule": "unique", "columns": ["v"]]], rows: Array(rows.prefix(20_000))).only.passed)
  }

  @Test func `the key table keeps the first row of each of many keys`() throws {
    let budget = MemoryBudget(limit: 1 << 30)
    let table = KeyTable(purpose: "test", pointer: "", budget: budget)
    func key(_ number: Int) -> KeyHash {
      var hasher = KeyHasher()
      hasher.add(Int128(number))
      return hasher.finish()
    }
    for number in 0..<100_000 { #expect(try table.insert(key(number), row: Int64(number)) == nil) }
    for number in stride(from: 0, to: 100_000, by: 77) {
      #expect(try table.insert(key(number), row: 5) == Int64(number))
      #expect(!table.contains(key(-1 - number)))
    }
    #expect(table.count == 100_000 && budget.used < 100_000 * 60)
  }
}

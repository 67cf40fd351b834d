// Failing rows: exact, all of them, whatever the batches were, and small.
import JSONValue
import PluginKit
import Testing

@testable import ExpectationsPlugin

@Suite struct OrdinalTests {
  private static let fields = [
    Field("id", .int64), Field("name", .dictionary(index: .int32, value: .utf8, ordered: false)), Field("x", .float64),
    Field("text", .utf8View),
  ]

  /// 5000 rows of a fixed pseudo-random sequence.
  private static let rows: [[JSONValue]] = {
    var state: UInt64 = 42
    func next(_ bound: Int64) -> Int64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int64((state >> 33) % UInt64(bound))
    }
    return (0..<5000).map { _ in
      [
        next(20) == 0 ? nil : .int(next(3000)), next(10) == 0 ? nil : .string("n\(next(30))"),
        next(15) == 0 ? nil : .double(Double(next(1000)) / 10), .string("text number \(next(500))"),
      ]
    }
  }()

  private static let rules: [JSONValue] = [
    ["rule": "not_null", "column": "name"], ["rule": "unique", "columns": ["id"]],
    ["rule": "unique", "columns": ["id", "name"]],
    ["rule": "in_set", "column": "name", "values": ["n1", "n2", "n3"]],
    ["rule": "range", "column": "x", "min": 10, "max": 90],
    ["rule": "regex", "column": "text", "pattern": "\\b4\\d+$"],
    ["rule": "length", "column": "text", "max": 14], ["rule": "monotone", "column": "id"],
  ]

  /// The same rules, judged by hand over the JSON rows.
  private static func expected() -> [[Int64]] {
    var result = [[Int64]](repeating: [], count: rules.count)
    var ids: Set<JSONValue> = []
    var pairs: Set<JSONValue> = []
    var last: Int64?
    for (index, row) in rows.enumerated() {
      let ordinal = Int64(index)
      if row[1].isNull { result[0].append(ordinal) }
      if !row[0].isNull, !ids.insert(row[0]).inserted { result[1].append(ordinal) }
      if !row[0].isNull, !row[1].isNull, !pairs.insert(.array([row[0], row[1]])).inserted { result[2].append(ordinal) }
      if let name = row[1].string, !["n1", "n2", "n3"].contains(name) { result[3].append(ordinal) }
      if let x = row[2].double, x < 10 || x > 90 { result[4].append(ordinal) }
      let text = row[3].string!
      let number = text.dropFirst("text number ".count)
      if !(number.hasPrefix("4") && number.count > 1) { result[5].append(ordinal) }
      if text.count > 14 { result[6].append(ordinal) }
      if let id = row[0].int {
        if let last, id < last { result[7].append(ordinal) }
        last = id
      }
    }
    return result
  }

  @Test(arguments: [1, 7, 1024, 5000])
  func `the failing rows do not depend on the size of the batches`(_ batchRows: Int) throws {
    let judged = try CheckRunner(Self.fields).run(Self.rules, rows: Self.rows, batchRows: batchRows)
    let expected = Self.expected()
    for (index, rows) in expected.enumerated() {
      #expect(judged.failing[index] == rows, "rule \(index)")
      #expect(judged.findings[index].failingRows == Int64(rows.count))
    }
  }

  @Test func `ordinals come back as they went in`() {
    var list = OrdinalList()
    var rows: [Int64] = [0, 1, 2, 5, 6, 9, 200, 201, 202, 70_000, 5_000_000_000]
    rows += (6_000_000_000..<6_000_001_000)
    for row in rows { list.append(row) }
    #expect(Array(IteratorSequence(list.makeReader())) == rows)
    #expect(list.count == Int64(rows.count) && list.first == 0)
    #expect(Array(IteratorSequence(OrdinalList().makeReader())).isEmpty)
  }

  @Test func `millions of failing rows stay small`() {
    var block = OrdinalList()
    for row in 0..<Int64(3_000_000) { block.append(row) }
    #expect(block.byteCount < 100)
    var scattered = OrdinalList()
    for row in stride(from: Int64(0), to: 6_000_000, by: 6) { scattered.append(row) }
    #expect(scattered.byteCount <= 2_200_000 && scattered.count == 1_000_000)
  }

  @Test func `a long list of failing rows comes in several batches`() throws {
    var list = OrdinalList()
    for row in stride(from: Int64(0), to: 400_000, by: 2) { list.append(row) }
    let stream = FailingRows([OrdinalList(), list, OrdinalList()])
    var count = 0
    var batches = 0
    while let batch = stream.next() {
      #expect(batch.column(0).int64(0) == 1 && batch.column(1).int64(0) == Int64(count * 2))
      count += batch.rowCount
      batches += 1
    }
    #expect(count == 200_000 && batches == 4)
  }
}

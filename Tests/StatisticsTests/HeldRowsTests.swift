// Rows that wait for a report, and columns put beside them.
import PluginKit
import Statistics
import Testing

struct HeldRowsTests {
  private func batch(_ from: Int, _ count: Int) -> RecordBatch {
    var builder = BatchBuilder(Schema([Field("n", .int64), Field("text", .utf8)]))
    for n in from..<from + count {
      builder[0].append(Int64(n))
      if n % 3 == 0 { builder[1].appendNull() } else { builder[1].append("row \(n)") }
    }
    return builder.finish()
  }

  @Test func `rows come back in order`() throws {
    let first = batch(0, 5)
    let held = HeldRows(schema: first.schema, run: .detached)
    try held.append(first)
    try held.append(batch(5, 3).slice(1, 2))
    let stream = try held.stream()
    var seen: [Int64?] = []
    while let next = try stream.next() { for row in 0..<next.rowCount { seen.append(next.column(0).int64(row)) } }
    #expect(seen == [0, 1, 2, 3, 4, 6, 7])
  }

  @Test func `without a folder for them too many rows are an error`() throws {
    let held = HeldRows(schema: batch(0, 1).schema, run: .detached, memoryLimit: 10)
    #expect(throws: PluginError.self) { try held.append(batch(0, 100)) }
  }

  @Test func `columns stand beside those of a slice, nulls included`() throws {
    let left = batch(0, 10).slice(4, 3)
    var builder = BatchBuilder(Schema([Field("score", .float64)]))
    builder[0].append(0.5)
    builder[0].appendNull()
    builder[0].append(1.5)
    let joined = left.adding(columnsOf: builder.finish())
    try joined.validate(full: true)
    #expect(joined.schema.fields.map(\.name) == ["n", "text", "score"])
    #expect((0..<3).map { joined.column(0).int64($0) } == [4, 5, 6])
    #expect((0..<3).map { joined.column(1).string($0) } == ["row 4", "row 5", nil])
    #expect((0..<3).map { joined.column(2).double($0) } == [0.5, nil, 1.5])
    #expect(joined.column(1).nullCount == 1)
    #expect(joined.slice(2, 1).take([0]).column(2).double(0) == 1.5)
  }
}

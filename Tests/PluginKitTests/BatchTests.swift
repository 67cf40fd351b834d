// Batches of every type: building, reading, cutting, copying and spilling.
import JSONValue
import Testing

@testable import PluginKit

@Test(arguments: Sample.all)
func `what is built from JSON reads back as the same JSON`(sample: Sample) throws {
  let batch = try sample.batch
  try batch.validate(full: true)
  #expect(batch.column(0).type == sample.type)
  let column = batch.column(0)
  for (row, value) in sample.values.enumerated() {
    #expect(column.json(row) == value)
    #expect(column.isNull(row) == value.isNull)
  }
  #expect(column.nullCount == sample.values.count { $0.isNull })
}

@Test(arguments: Sample.all)
func `take, slice and select agree on every type`(sample: Sample) throws {
  let batch = try sample.batch
  let rows = batch.rows
  let chosen = Array(rows.indices.reversed()) + rows.indices + [0, 0]
  let taken = batch.take(chosen)
  try taken.validate(full: true)
  #expect(taken.rows == chosen.map { rows[$0] })
  for offset in 0...rows.count {
    let part = batch.slice(offset, 2)
    try part.validate(full: true)
    #expect(part.rows == Array(rows[offset...].prefix(2)))
    let copied = part.take(Array(0..<part.rowCount))
    try copied.validate(full: true)
    #expect(copied.rows == part.rows)
    #expect(part.column(0).nullCount == part.rows.count { $0[0].isNull })
  }
  let swapped = batch.select(columns: [1, 0]).slice(1, rows.count)
  #expect(swapped.rows == rows.dropFirst().map { [$0[1], $0[0]] })
  #expect(batch.take([]).rowCount == 0)
  #expect(batch.byteCount > 0)
}

@Test(arguments: Sample.all)
func `a spilled batch comes back the same, whole and in part`(sample: Sample) throws {
  let batch = try sample.batch
  let codec = BatchCodec(schema: batch.schema)
  for offset in 0...batch.rowCount {
    let part = batch.slice(offset, batch.rowCount)
    let bytes = try spilled(codec, part)
    let back = try bytes.withUnsafeBytes { try codec.read($0) }
    try back.validate(full: true)
    #expect(back.rows == part.rows)
    // Once more from its own output: gathered arrays are written in place then.
    #expect(try spilled(codec, back).withUnsafeBytes { try codec.read($0) }.rows == part.rows)
  }
}

private func spilled(_ codec: BatchCodec, _ batch: RecordBatch) throws -> [UInt8] {
  var bytes: [UInt8] = []
  try codec.write(batch) { piece in bytes.append(contentsOf: piece) }
  return bytes
}

@Test(arguments: Sample.all)
func `a damaged spill is refused or read within its bounds`(sample: Sample) throws {
  let batch = try sample.batch
  let codec = BatchCodec(schema: batch.schema)
  let bytes = try spilled(codec, batch)
  for length in stride(from: 0, to: bytes.count, by: 8) {
    #expect(throws: ArrowError.self) { try bytes.prefix(length).withUnsafeBytes { _ = try codec.read($0) } }
  }
  for position in bytes.indices {
    for value in [UInt8(0x7F), 0x80, 0xFF, 1] {
      var damaged = bytes
      damaged[position] = value
      // Whether it is refused depends on the byte; what is read must be readable to the last row.
      if let back = try? damaged.withUnsafeBytes({ try codec.read($0) }) {
        #expect(back.rows.count == back.rowCount)
      }
    }
  }
}

@Test func `a batch that is a slice of a slice writes only its rows`() throws {
  var builder = BatchBuilder(Schema([Field("text", .utf8)]))
  for row in 0..<10_000 { builder[0].append("value number \(row)") }
  let part = builder.finish().slice(100, 1_000).slice(10, 5)
  let codec = BatchCodec(schema: part.schema)
  let bytes = try spilled(codec, part)
  #expect(bytes.count < 300)
  #expect(part.byteCount < 200)
  #expect(try bytes.withUnsafeBytes { try codec.read($0) }.column(0).string(0) == "value number 110")
}

@Test func `typed appends and typed reads meet`() {
  var builder = BatchBuilder(
    Schema([
      Field("i", .int32), Field("d", .float64), Field("b", .bool), Field("s", .utf8), Field("x", .binary),
      Field("u", .uint64), Field("n", .decimal(precision: 5, scale: 2, bitWidth: 128)),
      Field("k", .dictionary(index: .int8, value: .utf8, ordered: false)), Field("l", .list(Field("item", .int8))),
    ]))
  for row in 0..<3 {
    builder[0].append(Int64(row))
    builder[1].append(Double(row) / 2)
    builder[2].append(row == 1)
    builder[3].append("row \(row)")
    [UInt8(row), 255].withUnsafeBytes { builder[4].append(bytes: $0) }
    builder[5].append(Int64(row))
    builder[6].append(1.25)
    builder[7].append("same")
    builder[8].child(0).append(Int64(row))
    builder[8].child(0).appendNull()
    builder[8].appendNested()
  }
  let batch = builder.finish()
  #expect(builder.rowCount == 0)
  #expect(batch.rowCount == 3)
  #expect(batch.column("i")?.int64(2) == 2)
  #expect(batch.column("d")?.double(1) == 0.5)
  #expect(batch.column("b")?.bool(1) == true)
  #expect(batch.column("b")?.int64(1) == 1)
  #expect(batch.column("s")?.string(2) == "row 2")
  #expect(batch.column("s")?.withBytes(2) { $0.count } == 5)
  #expect(batch.column("x")?.bytes(1) == [1, 255])
  #expect(batch.column("x")?.string(1) == nil)
  #expect(batch.column("u")?.double(2) == 2)
  #expect(batch.column("n")?.double(0) == 1.25)
  #expect(batch.column("k")?.string(2) == "same")
  #expect(batch.column("l")?.list(2)?.int64(0) == 2)
  #expect(batch.column("l")?.list(2)?.isNull(1) == true)
  #expect(batch.column("i")?.withValues(as: Int32.self) { Array($0) } == [0, 1, 2])
  #expect(batch.slice(1, 2).column(0).withValues(as: Int32.self) { Array($0) } == [1, 2])
  #expect(batch.column("missing") == nil)
}

@Test func `a row that does not fit names its column and leaves no trace`() throws {
  let type = try DataType(named: "struct<a: int8, b: list<utf8>, c: dense_union<n: int8=0, t: utf8=1>>")
  var builder = BatchBuilder(Schema([Field("ok", .utf8), Field("s", type), Field("last", .date32)]))
  let good: [JSONValue] = ["x", ["a": 1, "b": ["p", "q"], "c": "t"], "2024-01-01"]
  try builder.append(good)
  let bad: [[JSONValue]] = [
    ["x", ["a": 300], nil], ["x", ["a": 1, "b": ["p", 5]], nil], ["x", ["c": true], nil], ["x", ["z": 1], nil],
    ["x", ["a": 1, "b": ["p"], "c": 5], "2023-02-29"], ["x", nil, nil, nil],
  ]
  for row in bad { #expect(throws: ArrowError.self) { try builder.append(row) } }
  try builder.append([nil, nil, nil])
  try builder.append(good)
  let batch = builder.finish()
  try batch.validate(full: true)
  #expect(batch.rows == [good, [nil, nil, nil], good])
  #expect(throws: ArrowError(message: "column 'n' holds int8, and \"no\" does not fit")) {
    var builder = BatchBuilder(Schema([Field("n", .int8)]))
    try builder.append(["no"])
  }
}

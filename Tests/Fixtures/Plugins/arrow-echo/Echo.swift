// A shared object for round trips with other Arrow implementations: takes a batch in, gives one back.
public import CPluginABI
import PluginKit

/// Takes over `array` and fills `out` with what the operation makes of it; `schema` stays the caller's. Answers 0, or
/// 1 with words in `message`.
@c(arrow_echo)
public func arrowEcho(
  _ operation: UnsafePointer<CChar>, _ schema: UnsafePointer<ArrowSchema>, _ array: UnsafeMutablePointer<ArrowArray>,
  _ outSchema: UnsafeMutablePointer<ArrowSchema>, _ out: UnsafeMutablePointer<ArrowArray>,
  _ message: UnsafeMutablePointer<CChar>, _ capacity: Int
) -> Int32 {
  do {
    let batch = try RecordBatch(moving: array, schema: Schema(importing: schema))
    try batch.validate(full: true)
    let result = try transformed(batch, String(cString: operation))
    try result.validate(full: true)
    result.schema.export(to: outSchema)
    result.export(to: out)
    return 0
  } catch {
    let text = Array("\(error)".utf8CString.prefix(capacity - 1)) + [0]
    message.update(from: text, count: min(text.count, capacity))
    return 1
  }
}

private func transformed(_ batch: RecordBatch, _ operation: String) throws -> RecordBatch {
  let rows = batch.rowCount
  switch operation {
  case "export": return batch
  case "slice": return batch.slice(1, rows - 2)
  case "take": return batch.take(Array((0..<rows).reversed()) + Array(0..<rows))
  case "take of slice": return batch.slice(1, rows - 2).take(Array((0..<rows - 2).reversed()))
  case "select": return batch.select(columns: Array((0..<batch.columnCount).reversed()))
  case "codec": return try coded(batch)
  case "codec of slice": return try coded(batch.slice(1, rows - 2))
  case "json": return try rebuilt(batch)
  case "text": return texts(batch)
  default: throw ArrowError(message: "no operation '\(operation)'")
  }
}

private func coded(_ batch: RecordBatch) throws -> RecordBatch {
  let codec = BatchCodec(schema: batch.schema)
  var bytes: [UInt8] = []
  try codec.write(batch) { bytes.append(contentsOf: $0) }
  return try bytes.withUnsafeBytes { try codec.read($0) }
}

/// Every value through JSON into a new batch.
private func rebuilt(_ batch: RecordBatch) throws -> RecordBatch {
  var builder = BatchBuilder(batch.schema)
  for row in 0..<batch.rowCount {
    try builder.append((0..<batch.columnCount).map { batch.column($0).json(row) })
  }
  return builder.finish()
}

/// Every column as the text a table would show.
private func texts(_ batch: RecordBatch) -> RecordBatch {
  var builder = BatchBuilder(Schema(batch.schema.fields.map { Field($0.name, .utf8) }))
  for index in 0..<batch.columnCount {
    let column = batch.column(index)
    for row in 0..<batch.rowCount { builder[index].append(column.text(row)) }
  }
  return builder.finish()
}

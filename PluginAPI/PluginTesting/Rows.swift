// Tables written and read as JSON, for tests.
public import JSONValue
public import PluginKit

extension BatchList {
  /// A table of JSON rows, each value converted to its column's type, in batches of at most `batch` rows.
  public convenience init(_ fields: [Field], rows: [[JSONValue]], batch: Int = 1000) throws {
    let schema = Schema(fields)
    var builder = BatchBuilder(schema)
    var batches: [RecordBatch] = []
    for row in rows {
      try builder.append(row)
      if builder.rowCount == batch { batches.append(builder.finish()) }
    }
    if builder.rowCount > 0 || rows.isEmpty { batches.append(builder.finish()) }
    self.init(schema: schema, batches: batches)
  }
}

extension BatchStream {
  /// All rows to the end, by column name; closes the stream.
  public func readRows() throws -> [[String: JSONValue]] {
    defer { close() }
    var rows: [[String: JSONValue]] = []
    while let batch = try next() {
      for row in 0..<batch.rowCount {
        var object: [String: JSONValue] = [:]
        for index in 0..<batch.columnCount {
          object[schema.fields[index].name] = batch.column(index).json(row)
        }
        rows.append(object)
      }
    }
    return rows
  }
}

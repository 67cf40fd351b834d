// Builds one batch, column by column or row by row.
internal import CPluginABI
public import JSONValue

/// Collects rows and turns them into batches; after `finish()` it starts the next one.
///
///     var builder = BatchBuilder(Schema([Field("id", .int64), Field("name", .utf8)]))
///     builder[0].append(1); builder[1].append("Ada")
///     let batch = builder.finish()
///
/// It is a value with shared column builders: use one copy only. Not thread-safe.
public struct BatchBuilder {
  public let schema: Schema
  private let layout: BatchLayout
  private let columns: [ColumnBuilder]

  /// `capacity` is how many rows are expected; more are fine.
  public init(_ schema: Schema, capacity: Int = 1024) {
    self.schema = schema
    columns = schema.fields.map { ColumnBuilder($0, capacity: capacity) }
    layout = BatchLayout(schema: schema, columns: columns.map(\.layout))
  }

  public subscript(_ index: Int) -> ColumnBuilder { columns[index] }

  /// Rows so far, by the first column.
  public var rowCount: Int { columns.first?.count ?? 0 }

  /// Appends one row, each value converted to its column's type; values left out at the end are null. Throws
  /// `ArrowError` naming the column, and the row is then not there.
  public mutating func append(_ row: [JSONValue]) throws {
    let rows = rowCount
    guard row.count <= columns.count else {
      throw ArrowError("\(row.count) values for a row of \(columns.count) columns")
    }
    do {
      for (index, column) in columns.enumerated() { try column.append(json: index < row.count ? row[index] : .null) }
    } catch {
      for column in columns { column.truncate(to: rows) }
      throw error
    }
  }

  /// The batch of all rows so far. All columns must have the same number of values.
  public mutating func finish() -> RecordBatch {
    let rows = rowCount
    for column in columns where column.count != rows {
      fatalError("column '\(column.field.name)' has \(column.count) values where the first has \(rows)")
    }
    let arena = Arena()
    let nodes = columns.map { $0.finish(into: arena) }
    return RecordBatch(arena.root(length: rows, columns: nodes), layout: layout, rowCount: rows, owner: arena)
  }
}

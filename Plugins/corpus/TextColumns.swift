// The columns a component looks at, found in a schema, and their text per row.
import PluginKit

struct TextColumns {
  let names: [String]
  let indices: [Int]

  /// `names` nil stands for all columns. Throws a configuration error that names what is there.
  init(_ names: [String]?, in schema: Schema, at pointer: String) throws {
    self.names = names ?? schema.fields.map(\.name)
    guard !self.names.isEmpty else { throw PluginError.configuration("the table has no columns", at: pointer) }
    indices = try self.names.enumerated().map { position, name in
      guard let index = schema.index(of: name) else {
        let known = schema.fields.map(\.name).prefix(20).joined(separator: ", ")
        throw PluginError.configuration(
          "there is no column '\(name)'; there are: \(known)", at: "\(pointer)/\(position)")
      }
      return index
    }
  }

  /// One text a column, nil for null.
  func texts(_ batch: RecordBatch, _ row: Int) -> [String?] {
    indices.map { index in
      let column = batch.column(index)
      return column.isNull(row) ? nil : column.text(row)
    }
  }

  /// All columns in one text.
  func joined(_ batch: RecordBatch, _ row: Int) -> String {
    texts(batch, row).compactMap { $0 }.joined(separator: "\n")
  }
}

// What a `read` node can be told.
import JSONValue
import PluginKit

struct ReadConfiguration: Decodable {
  enum BadRows: String, Decodable { case fail, reject }

  var format: String?
  var delimiter: String?
  var quote: String?
  var escape: String?
  var comment: String?
  var header: Bool?
  var skip: Int?
  var nulls: [String]?
  var columns: [String: String]?
  var dateFormat: String?
  var timestampFormat: String?
  var encoding: String?
  var sheet: String?
  var range: String?
  var sampleRows: Int?
  var unionByName: Bool?
  var addSource: String?
  var maxLineBytes: Int?
  var onBadRows: BadRows?
  var preserveOrder: Bool?

  enum CodingKeys: String, CodingKey {
    case format, delimiter, quote, escape, comment, header, skip, nulls, columns, encoding, sheet, range
    case dateFormat = "date_format"
    case timestampFormat = "timestamp_format"
    case sampleRows = "sample_rows"
    case unionByName = "union_by_name"
    case addSource = "add_source"
    case maxLineBytes = "max_line_bytes"
    case onBadRows = "on_bad_rows"
    case preserveOrder = "preserve_order"
  }

  /// nil for "auto".
  var chosenFormat: FileFormat? { format.flatMap { FileFormat(rawValue: $0) } }
  var rejects: Bool { onBadRows == .reject }

  /// The type overrides with DuckDB's type names, checked. Throws `configuration`.
  func typeOverrides() throws -> [String: String] {
    try Dictionary(
      uniqueKeysWithValues: (columns ?? [:]).map { name, type in
        guard let sql = TypeName.sql(type) else {
          throw PluginError.configuration(
            "\"\(type)\" is not a type; try int64, float64, utf8, date32 or bool", at: pointer(name))
        }
        return (name, sql)
      })
  }

  private func pointer(_ column: String) -> String {
    "/columns/\(column.replacing("~", with: "~0").replacing("/", with: "~1"))"
  }

  /// Columns with the overrides put in. Throws `configuration` for an override of a column that is not there.
  func overridden(_ found: [(name: String, type: String)]) throws -> [(name: String, type: String)] {
    let overrides = try typeOverrides()
    for name in overrides.keys.sorted() where !found.contains(where: { $0.name == name }) {
      let known = found.map(\.name).joined(separator: ", ")
      throw PluginError.configuration("there is no column \"\(name)\"; the file has \(known)", at: pointer(name))
    }
    return found.map { (name: $0.name, type: overrides[$0.name] ?? $0.type) }
  }
}

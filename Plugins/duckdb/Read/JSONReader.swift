// JSON documents (one array, or one value after another) and JSON lines.
import JSONValue
import PluginKit

struct JSONReader {
  private let files: [FileEntry]
  private let configuration: ReadConfiguration
  private let lines: Bool
  private let connection: Connection

  init(_ files: [FileEntry], _ configuration: ReadConfiguration, lines: Bool, _ connection: Connection) {
    self.files = files
    self.configuration = configuration
    self.lines = lines
    self.connection = connection
  }

  func reader() throws -> ReadPlan.Reader {
    let columns = try configuration.overridden(try sniff())
    if configuration.rejects { return try readerWithRejects(columns) }
    var options = try self.options() + ["columns=\(SQLText.types(columns))"]
    if let source = configuration.addSource { options.append("filename=\(source.sqlLiteral)") }
    return ReadPlan.Reader(
      relation: "read_json(\(SQLText.list(files.map(\.path))), \(options.joined(separator: ", ")))",
      addsSource: configuration.addSource != nil)
  }

  private func options() throws -> [String] {
    var options = [
      "format='\(lines ? "newline_delimited" : "auto")'",
      "compression='\(try Compression.detect(files).jsonName)'",
    ]
    if let bytes = configuration.maxLineBytes { options.append("maximum_object_size=\(bytes)") }
    if let format = configuration.dateFormat { options.append("dateformat=\(format.sqlLiteral)") }
    if let format = configuration.timestampFormat { options.append("timestampformat=\(format.sqlLiteral)") }
    return options
  }

  private func sniff() throws -> [(name: String, type: String)] {
    var options =
      try self.options() + [
        "sample_size=\(configuration.sampleRows ?? 20_480)", "union_by_name=\(configuration.unionByName ?? false)",
      ]
    // With bad rows set aside the columns come from the good ones.
    if configuration.rejects { options.append("ignore_errors=true") }
    let rows = try connection.rows(
      "SELECT column_name, column_type FROM "
        + "(DESCRIBE SELECT * FROM read_json(\(SQLText.list(files.map(\.path))), \(options.joined(separator: ", "))))")
    return rows.map { (name: $0[0].string ?? "", type: $0[1].string ?? "VARCHAR") }
  }

  // MARK: bad rows set aside

  /// DuckDB's JSON reader can only leave bad lines out. Here each line is read as text and converted by itself.
  private func readerWithRejects(_ columns: [(name: String, type: String)]) throws -> ReadPlan.Reader {
    let structure =
      "{\(columns.map { "\(Self.jsonText($0.name)): \(Self.jsonText($0.type))" }.joined(separator: ", "))}"
    let converted = "try(json_transform_strict(line, \(structure.sqlLiteral)))"
    let good = try files.map { try text(of: $0) }.joined(separator: " UNION ALL ")
    let source = configuration.addSource.map { ", file AS \($0.sqlName)" } ?? ""
    let table =
      "(SELECT unnest(value)\(source) FROM (SELECT file, \(converted) AS value FROM (\(good))) WHERE value IS NOT NULL)"
    let rejects =
      "(SELECT file, line_number AS line, NULL::VARCHAR AS \"column\", "
      + "CASE WHEN json_valid(line) THEN 'CAST' ELSE 'MALFORMED' END AS error, "
      + "CASE WHEN json_valid(line) THEN 'a value does not fit the type of its column' ELSE 'the line is not JSON' END "
      + "AS message, line AS \"row\" FROM (\(good)) WHERE \(converted) IS NULL)"
    return ReadPlan.Reader(relation: table, rejects: rejects, addsSource: configuration.addSource != nil)
  }

  private func text(of file: FileEntry) throws -> String {
    var options = [
      "auto_detect=false", "delim=chr(1)", "quote=''", "escape=''", "comment=''", "header=false",
      "columns={'line': 'VARCHAR'}", "compression='\(try Compression.detect(files).rawValue)'",
    ]
    if let bytes = configuration.maxLineBytes { options.append("max_line_size=\(bytes)") }
    let scan = "read_csv(\(file.path.sqlLiteral), \(options.joined(separator: ", ")))"
    return
      "SELECT * FROM (SELECT \(file.path.sqlLiteral) AS file, row_number() OVER () AS line_number, line FROM \(scan)) "
      + "WHERE trim(line) <> ''"
  }

  private static func jsonText(_ text: String) -> String {
    "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
  }
}

// The `dataset` sink: a table becomes a dataset version, as one Parquet file.
import JSONValue
import PluginKit

final class DatasetSink: Sink {
  struct Configuration: Decodable {
    var name: String
    var preserveOrder: Bool?
    var rowGroupRows: Int?

    enum CodingKeys: String, CodingKey {
      case name
      case preserveOrder = "preserve_order"
      case rowGroupRows = "row_group_rows"
    }
  }

  private struct Written {
    var path: String
    var rows: Int64
    var summary: ParquetSummary
  }

  private let configuration: Configuration
  private var folder: String?
  private var written: Written?
  /// The table comes from a `read` that had no file, and so knew no columns.
  private var isNothing = false
  private var receipt: JSONValue?

  init(configuration: Configuration, host: Host) throws { self.configuration = configuration }

  func bind(_ schema: Schema, input: String) throws {
    if schema.fields.isEmpty { throw PluginError.data("a dataset needs at least one column") }
    var seen: Set<String> = []
    for field in schema.fields where !seen.insert(field.name.lowercased()).inserted {
      throw PluginError.data("two columns are called \"\(field.name)\" (case does not count): rename one")
    }
  }

  func begin(_ schema: Schema, _ run: Run) throws {
    isNothing = schema.fields.isEmpty
    if !isNothing { try bind(schema, input: "table") }
    let folder = "\(try run.temporaryFolder())/dataset"
    LocalFile.remove(folder)
    try LocalFile.makeFolder(folder)
    self.folder = folder
    written = nil
    receipt = nil
  }

  func write(_ input: ImportedStream, _ run: Run) throws -> JSONValue {
    guard let folder else { throw PluginError(.invalidArgument, "write was called before begin") }
    if isNothing {
      while try input.next() != nil {}
      return ["rows": 0]
    }
    let path = "\(folder)/data.parquet"
    let options = SessionOptions(preserveOrder: configuration.preserveOrder ?? true, outputFolders: [folder])
    let session = try Session(planNode(for: input), run, options)
    let answer = try session.execute(
      "COPY (SELECT * FROM \(session.relation)) TO \(path.sqlLiteral) "
        + "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE \(configuration.rowGroupRows ?? 122_880))")
    let rows = answer.first?.first?.int ?? 0
    written = Written(path: path, rows: rows, summary: try ParquetSummary(of: path))
    return ["rows": .int(rows), "bytes": .int(LocalFile.size(path) ?? 0)]
  }

  func commit(_ run: Run) throws -> JSONValue {
    if let receipt { return receipt }
    if isNothing {
      run.log(.info, "there was no file to read: no version of \(configuration.name) is published")
      return ["rows": 0]
    }
    guard let written else { throw PluginError(.invalidArgument, "commit was called before write") }
    let answer = try run.publish(
      written.path, kind: "dataset",
      metadata: [
        "name": .string(configuration.name), "rows": .int(written.rows), "schema": written.summary.schema.json,
        "columns": .object(written.summary.columns),
      ])
    var fields = answer.object ?? [:]
    fields["rows"] = .int(written.rows)
    receipt = .object(fields)
    return .object(fields)
  }

  func abort(_ run: Run) throws {
    if let folder { LocalFile.remove(folder) }
    written = nil
  }
}

extension DatasetSink {
  static let descriptor = ComponentDescriptor(
    "dataset", title: "Dataset", summary: "Publishes the table as a new version of a dataset.",
    docs: """
      Writes the rows as Parquet (zstd) and publishes them as a version of the dataset once every gate has passed.
      Nothing is visible before. Read it back with `duckdb/table`.

      With the version come its schema and, per column, the number of nulls and the smallest and largest value, taken
      from the file's own statistics. Where the file has none (nested columns, very long texts, floats with NaN) the
      figure is missing.
      """,
    inputs: [.table()],
    config: [
      "type": "object", "required": ["name"], "additionalProperties": false,
      "properties": [
        "name": [
          "type": "string", "title": "Dataset", "x-order": 1, "pattern": "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$",
          "description": "A new version of this dataset is made; the first makes the dataset.",
          "examples": ["flights_enriched"],
        ],
        "row_group_rows": [
          "type": "integer", "title": "Rows per row group", "default": 122880, "minimum": 2048, "x-order": 2,
          "x-group": "Performance", "x-advanced": true,
          "description": "Larger groups compress better, smaller ones need less memory.",
        ],
        "preserve_order": ConfigSchema.preserveOrder(3),
      ],
    ],
    examples: [Example("Publish", config: ["name": "flights_enriched"])], fuses: true, deterministic: true)
}

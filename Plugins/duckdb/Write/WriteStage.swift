// The `write` stage: a table becomes files.
import JSONValue
import PluginKit

final class WriteStage: Stage {
  typealias Configuration = WriteConfiguration

  private let configuration: WriteConfiguration

  init(configuration: WriteConfiguration, host: Host) throws {
    try configuration.check()
    self.configuration = configuration
  }

  func bind(_ inputs: [InputSchema], _ run: Run) throws -> BoundOutputs {
    if let schema = inputs.first?.schema { try checkColumns(schema) }
    return BoundOutputs([.files])
  }

  func open(
    _ inputs: [ImportedStream], names: [String], scans: [ScanRequest?], _ run: Run
  ) throws -> [any BatchStream] {
    let input = inputs[0]
    if input.schema.fields.isEmpty {
      // Of a `read` that had no file, and so knew no columns: no file is made of it either.
      return [
        GeneratedStream(schema: .files) {
          while try input.next() != nil {}
          return nil
        }
      ]
    }
    try checkColumns(input.schema)
    let node = planNode(for: input)
    let configuration = configuration
    // Nothing is written before somebody asks for the files.
    var pending: FileWriter? = FileWriter(node, configuration, run)
    return [
      GeneratedStream(schema: .files) {
        guard let writer = pending else { return nil }
        pending = nil
        return try Self.batch(try writer.write(), configuration)
      }
    ]
  }

  private func checkColumns(_ schema: Schema) throws {
    for (index, name) in (configuration.partitionBy ?? []).enumerated() where schema.index(of: name) == nil {
      throw PluginError.configuration("there is no column \"\(name)\" to split by", at: "/partition_by/\(index)")
    }
    if let columns = configuration.partitionBy, columns.count == schema.fields.count {
      throw PluginError.configuration("no column would be left to write", at: "/partition_by")
    }
  }

  private static func batch(_ files: [WrittenFile], _ configuration: WriteConfiguration) throws -> RecordBatch {
    var builder = BatchBuilder(.files, capacity: files.count)
    for file in files {
      builder[0].append("file://\(file.path)")
      builder[1].append(file.path)
      builder[2].append(LocalFile.size(file.path) ?? 0)
      builder[3].appendNull()
      if let modified = LocalFile.modified(file.path) { builder[4].append(modified) } else { builder[4].appendNull() }
      builder[5].append(configuration.mediaType)
      var attributes: [String: JSONValue] = ["relative_path": .string(file.name)]
      attributes["rows"] = file.rows.map { .int($0) }
      builder[6].append(JSONValue.object(attributes).text)
    }
    return builder.finish()
  }
}

extension WriteStage {
  static let descriptor = ComponentDescriptor(
    "write", title: "Write files", summary: "Turns a table into CSV, JSON lines, Parquet or Excel files.",
    docs: """
      Answers a list of files that any files sink (a local folder, S3, Drive) can take.

      - One file, or several: `rows_per_file` cuts after that many rows, `partition_by` makes a folder per value
        (`year=2013/data_0.csv`), whose column is then not in the file.
      - Parquet is compressed with zstd unless told otherwise.
      - An Excel sheet holds at most 1,048,576 rows: set `rows_per_file` for more.
      """,
    inputs: [.table()], outputs: [.files()],
    config: [
      "type": "object", "required": ["format"], "additionalProperties": false,
      "properties": .object(properties),
    ],
    examples: [
      Example("CSV", config: ["format": "csv", "name": "flights"]),
      Example("Parquet, a folder per month", config: ["format": "parquet", "partition_by": ["year", "month"]]),
      Example("JSON lines in parts", config: ["format": "jsonl", "rows_per_file": 100000, "compression": "gzip"]),
    ],
    fuses: true, deterministic: true)

  private static var properties: [String: JSONValue] {
    [
      "format": [
        "enum": ["csv", "tsv", "jsonl", "parquet", "excel"], "title": "Format", "x-order": 1, "default": "parquet",
      ],
      "name": [
        "type": "string", "title": "File name", "default": "data", "x-order": 2,
        "description": "With its ending or without: the one of the format is added where it is missing.",
      ],
      "compression": [
        "enum": ["none", "gzip", "zstd"], "title": "Compression", "x-order": 3,
        "description": "Default: zstd for Parquet; for text what the file name says (all.csv.gz), else none.",
      ],
      "rows_per_file": [
        "type": "integer", "title": "Rows per file", "minimum": 1, "x-order": 4, "x-group": "Split",
      ],
      "partition_by": [
        "type": "array", "items": ["type": "string"], "title": "A folder per value of", "x-order": 5,
        "x-group": "Split",
      ],
      "header": ["type": "boolean", "title": "Header line", "default": true, "x-order": 6, "x-group": "Text"],
      "delimiter": [
        "type": "string", "title": "Delimiter", "x-order": 7, "x-group": "Text", "minLength": 1, "maxLength": 1,
      ],
      "null": ["type": "string", "title": "Text for null", "default": "", "x-order": 8, "x-group": "Text"],
      "date_format": [
        "type": "string", "title": "Date format", "x-order": 9, "x-group": "Text", "description": "Such as %d.%m.%Y.",
      ],
      "timestamp_format": ["type": "string", "title": "Timestamp format", "x-order": 10, "x-group": "Text"],
      "sheet": ["type": "string", "title": "Sheet", "x-order": 11, "x-group": "Excel"],
      "preserve_order": ConfigSchema.preserveOrder(12),
    ]
  }
}

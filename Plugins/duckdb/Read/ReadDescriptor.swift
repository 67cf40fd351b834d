// What `read` says about itself.
import JSONValue
import PluginKit

extension ReadStage {
  static let descriptor = ComponentDescriptor(
    "read", title: "Read files", summary: "Turns CSV, TSV, JSON, JSON lines, Parquet or Excel files into a table.",
    docs: """
      Takes a list of files from any source (a local folder, S3, Drive) and answers their rows as one table.

      - The format of each file follows from its contents, name and media type; `.gz` and `.zst` are unpacked on the way.
      - Columns and types of text files are learned from the first `sample_rows` rows of the first file. A later value
        that does not fit ends the run with its file and line, or, with `on_bad_rows: reject`, goes to the second
        output `rejects` (file, line, column, error, message, row).
      - Only columns that the nodes downstream need are read. A bad value in a column that nobody reads is not noticed,
        unless bad rows are rejected: then all columns are read.
      - Several files must have the same columns; their order may differ. `union_by_name` also takes files with other
        columns, and fills what is missing with null.
      - Excel numbers are float64; dates and times keep their type.
      - No files make an empty table: whether none is fine is for the source to say (`allow_empty`, `incremental`). Its
        columns are those of the files that the run looked at beforehand, else those under `columns`, in the order of
        the alphabet. Where neither tells, it has none: `sql` hands that on, `write` makes no file of it, and
        `dataset` publishes no version.
      """,
    inputs: [.files()], outputs: [.table(), .table("rejects")],
    config: ["type": "object", "additionalProperties": false, "properties": .object(properties)],
    examples: [
      Example("Whatever the files are", config: [:]),
      Example("CSV that writes NA for nothing", config: ["nulls": ["NA", ""]]),
      Example(
        "German CSV with types set",
        config: [
          "format": "csv", "delimiter": ";", "encoding": "latin-1", "date_format": "%d.%m.%Y",
          "columns": ["postcode": "utf8", "founded": "date32"],
        ]),
      Example("Keep going past bad lines", config: ["on_bad_rows": "reject", "add_source": "source_file"]),
    ],
    pushdown: ["columns", "filters", "limit"], fuses: true, adapts: true, deterministic: true)

  private static let formats: [JSONValue] = ["auto"] + FileFormat.allCases.map { .string($0.rawValue) }

  private static var properties: [String: JSONValue] {
    [
      "format": field(
        1, "Format", "General", "How the files are to be read.", ["enum": .array(formats), "default": "auto"]),
      "columns": field(
        2, "Types", "Columns", "A type for a column, in place of the one that was found, such as int64, utf8, date32.",
        ["type": "object", "additionalProperties": ["type": "string"]]),
      "nulls": field(
        3, "Texts for null", "Columns", "CSV: texts that mean no value. Default: the empty field.",
        ["type": "array", "items": ["type": "string"]]),
      "on_bad_rows": field(
        4, "Bad rows", "General",
        "fail ends the run at the first bad row; reject sends bad rows to the output rejects.",
        ["enum": ["fail", "reject"], "default": "fail"]),
      "header": field(5, "First line is a header", "Text", "CSV, Excel. Default: found out.", ["type": "boolean"]),
      "delimiter": field(
        6, "Delimiter", "Text", "CSV. Default: found out.", ["type": "string", "minLength": 1, "maxLength": 4]),
      "quote": field(7, "Quote", "Text", "CSV. Default: \".", ["type": "string", "maxLength": 1]),
      "escape": field(
        8, "Escape", "Text", "CSV: what stands before a quote inside quotes. Default: the quote itself.",
        ["type": "string", "maxLength": 1]),
      "comment": field(
        9, "Comment", "Text", "CSV: lines that begin with it are left out.", ["type": "string", "maxLength": 1]),
      "skip": field(
        10, "Lines to skip", "Text", "CSV: lines before the header.", ["type": "integer", "minimum": 0, "default": 0]),
      "encoding": field(
        11, "Encoding", "Text", "CSV. Default: UTF-8.", ["enum": ["utf-8", "utf-16", "latin-1"]]),
      "date_format": field(12, "Date format", "Text", "Such as %d.%m.%Y.", ["type": "string"]),
      "timestamp_format": field(13, "Timestamp format", "Text", "Such as %d.%m.%Y %H:%M.", ["type": "string"]),
      "max_line_bytes": field(
        14, "Longest line", "Text", "CSV: 2 MB, JSON: 16 MB unless set.",
        ["type": "integer", "minimum": 1024, "x-unit": "bytes"]),
      "sheet": field(15, "Sheet", "Excel", "Name of the sheet. Default: the first.", ["type": "string"]),
      "range": field(16, "Range", "Excel", "Cells to read, such as A3:F200.", ["type": "string"]),
      "sample_rows": field(
        17, "Rows to learn types from", "Columns", "-1 for all.", ["type": "integer", "minimum": -1, "default": 20480]),
      "union_by_name": field(
        18, "Files may have other columns", "Columns", "Columns are matched by name; what is missing is null.",
        ["type": "boolean", "default": false]),
      "add_source": field(
        19, "Column for the file", "Columns", "Name of a column to add, with the file that each row comes from.",
        ["type": "string", "minLength": 1]),
      "preserve_order": ConfigSchema.preserveOrder(20),
    ]
  }

  private static func field(
    _ order: Int64, _ title: String, _ group: String, _ description: String, _ rest: [String: JSONValue]
  ) -> JSONValue {
    let words: [String: JSONValue] = [
      "title": .string(title), "description": .string(description), "x-order": .int(order), "x-group": .string(group),
    ]
    return .object(words.merging(rest) { own, _ in own })
  }
}

// What a `write` node can be told.
import PluginKit

struct WriteConfiguration: Decodable {
  enum Format: String, Decodable { case csv, tsv, jsonl, parquet, excel }
  enum Packing: String, Decodable { case none, gzip, zstd }

  var format: Format
  var name: String?
  var compression: Packing?
  var delimiter: String?
  var header: Bool?
  var null: String?
  var dateFormat: String?
  var timestampFormat: String?
  var sheet: String?
  var rowsPerFile: Int?
  var partitionBy: [String]?
  var preserveOrder: Bool?

  enum CodingKeys: String, CodingKey {
    case format, name, compression, delimiter, header, null, sheet
    case dateFormat = "date_format"
    case timestampFormat = "timestamp_format"
    case rowsPerFile = "rows_per_file"
    case partitionBy = "partition_by"
    case preserveOrder = "preserve_order"
  }

  private var named: FileEnding { FileEnding(of: name ?? "data", format) }
  /// Without the ending.
  var baseName: String { named.base }
  private var packing: Packing { compression ?? named.packing ?? Packing.none }

  /// Without the dot; as it stands in the name where that has one.
  var fileExtension: String {
    let packed = format.isText ? ["gzip": ".gz", "zstd": ".zst"][packing.rawValue] ?? "" : ""
    return "\(named.format ?? format.endings[0])\(named.packed.map { ".\($0)" } ?? packed)"
  }

  var mediaType: String {
    if packing != .none, format.isText {
      return packing == .gzip ? "application/gzip" : "application/zstd"
    }
    return switch format {
    case .csv: "text/csv"
    case .tsv: "text/tab-separated-values"
    case .jsonl: "application/x-ndjson"
    case .parquet: "application/vnd.apache.parquet"
    case .excel: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    }
  }

  /// The options of COPY.
  var copyOptions: [String] {
    switch format {
    case .csv, .tsv:
      [
        "FORMAT csv", "HEADER \(header ?? true)", "COMPRESSION \(packing.rawValue)",
        "DELIMITER \((delimiter ?? (format == .tsv ? "\t" : ",")).sqlLiteral)", "NULLSTR \((null ?? "").sqlLiteral)",
      ] + dates
    case .jsonl: ["FORMAT json", "COMPRESSION \(packing.rawValue)"] + dates
    case .parquet:
      ["FORMAT parquet", "COMPRESSION \(compression.map { $0 == .none ? "uncompressed" : $0.rawValue } ?? "zstd")"]
    case .excel: ["FORMAT xlsx", "HEADER \(header ?? true)"] + (sheet.map { ["SHEET \($0.sqlLiteral)"] } ?? [])
    }
  }

  private var dates: [String] {
    [
      dateFormat.map { "DATEFORMAT \($0.sqlLiteral)" }, timestampFormat.map { "TIMESTAMPFORMAT \($0.sqlLiteral)" },
    ].compactMap(\.self)
  }

  /// Throws `configuration` for options that do not go together.
  func check() throws {
    if baseName.contains("/") || baseName.hasPrefix(".") || baseName.isEmpty {
      throw PluginError.configuration(
        "the file name \"\(baseName)\" must not hold a slash or begin with a dot", at: "/name")
    }
    if let compression, let said = named.packing, said != compression {
      throw PluginError.configuration(
        "the file name \"\(name ?? "")\" says \(said.rawValue), and the compression is \(compression.rawValue)",
        at: "/compression")
    }
    let splits = partitionBy?.isEmpty == false
    if splits, rowsPerFile != nil {
      throw PluginError.configuration("split by rows or by columns, not both", at: "/partition_by")
    }
    if splits, format == .excel {
      throw PluginError.configuration("Excel files cannot be split by columns", at: "/partition_by")
    }
  }
}

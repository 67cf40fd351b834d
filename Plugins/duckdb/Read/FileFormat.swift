// Which format a file has, by its name, its media type and its first bytes.
import JSONValue
import PluginKit

enum FileFormat: String, Decodable, CaseIterable {
  case csv, tsv, json, jsonl, parquet, excel

  private static let extensions: [String: FileFormat] = [
    "csv": .csv, "txt": .csv, "tsv": .tsv, "tab": .tsv, "json": .json, "jsonl": .jsonl, "ndjson": .jsonl,
    "parquet": .parquet, "pq": .parquet, "xlsx": .excel,
  ]
  private static let mediaTypes: [String: FileFormat] = [
    "text/csv": .csv, "text/tab-separated-values": .tsv, "application/json": .json,
    "application/x-ndjson": .jsonl, "application/jsonl": .jsonl, "application/vnd.apache.parquet": .parquet,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": .excel,
  ]

  /// Throws `notFound` for a file that cannot be opened.
  static func detect(_ file: FileEntry) throws -> FileFormat {
    guard let start = LocalFile.start(of: file.path, 64) else {
      throw PluginError(.notFound, "the file \(file.path) cannot be opened", details: ["file": .string(file.path)])
    }
    // Contents that cannot be mistaken win over a wrong name.
    if start.starts(with: Array("PAR1".utf8)) { return .parquet }
    if start.starts(with: [0x50, 0x4B, 0x03, 0x04]) { return .excel }
    var parts = file.name.lowercased().split(separator: ".").dropFirst()
    if let last = parts.last, Compression.extensions[String(last)] != nil { parts.removeLast() }
    if let named = parts.last.flatMap({ extensions[String($0)] }) { return named }
    if let typed = file.mediaType.flatMap({ mediaTypes[$0.lowercased()] }) { return typed }
    let first = start.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }
    return first == UInt8(ascii: "{") || first == UInt8(ascii: "[") ? .json : .csv
  }
}

enum Compression: String {
  case none, gzip, zstd

  static let extensions: [String: Compression] = ["gz": .gzip, "zst": .zstd, "zstd": .zstd]

  /// The readers do not agree on what to call it.
  var jsonName: String { self == .none ? "uncompressed" : rawValue }

  static func detect(_ file: FileEntry) -> Compression {
    let start = LocalFile.start(of: file.path, 4) ?? []
    if start.starts(with: [0x1F, 0x8B]) { return .gzip }
    if start == [0x28, 0xB5, 0x2F, 0xFD] { return .zstd }
    return .none
  }

  /// One for all files. Throws `unsupported` for a mixture.
  static func detect(_ files: [FileEntry]) throws -> Compression {
    let kinds = Set(files.map { detect($0) })
    if kinds.count == 1 { return kinds.first! }
    throw PluginError(.unsupported, "some files are compressed and some are not: read them in two nodes")
  }
}

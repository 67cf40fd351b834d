// Media types by file extension; a packed file keeps the type of what is inside and names its packing.

package struct MediaType: Sendable {
  package var name: String
  /// "gzip", "zstd", "bzip2" or "xz" for a single packed file such as flights.csv.gz.
  package var compression: String?

  package init(fileName: String) {
    let parts = fileName.lowercased().split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count > 1, let last = parts.last else {
      name = MediaType.unknown
      return
    }
    if let packing = MediaType.packings[String(last)] {
      if parts.count > 2, let inner = MediaType.types[String(parts[parts.count - 2])] {
        name = inner
        compression = packing.word
      } else {
        name = packing.type
      }
    } else {
      name = MediaType.types[String(last)] ?? MediaType.unknown
    }
  }

  package static let unknown = "application/octet-stream"

  private static let packings: [String: (word: String, type: String)] = [
    "gz": ("gzip", "application/gzip"), "zst": ("zstd", "application/zstd"), "bz2": ("bzip2", "application/x-bzip2"),
    "xz": ("xz", "application/x-xz"),
  ]

  private static let types: [String: String] = [
    "csv": "text/csv", "tsv": "text/tab-separated-values", "txt": "text/plain", "log": "text/plain",
    "md": "text/markdown", "html": "text/html", "htm": "text/html", "xml": "application/xml",
    "json": "application/json", "jsonl": "application/x-ndjson", "ndjson": "application/x-ndjson",
    "geojson": "application/geo+json", "yaml": "application/yaml", "yml": "application/yaml",
    "toml": "application/toml", "parquet": "application/vnd.apache.parquet", "orc": "application/vnd.apache.orc",
    "avro": "application/vnd.apache.avro", "arrow": "application/vnd.apache.arrow.file",
    "feather": "application/vnd.apache.arrow.file", "arrows": "application/vnd.apache.arrow.stream",
    "sqlite": "application/vnd.sqlite3", "db": "application/vnd.sqlite3",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xls": "application/vnd.ms-excel",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "pdf": "application/pdf",
    "zip": "application/zip", "tar": "application/x-tar", "sql": "application/sql", "py": "text/x-python",
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
    "svg": "image/svg+xml", "tif": "image/tiff", "tiff": "image/tiff", "bmp": "image/bmp",
    "wav": "audio/wav", "mp3": "audio/mpeg", "flac": "audio/flac", "ogg": "audio/ogg", "mp4": "video/mp4",
    "webm": "video/webm",
  ]
}

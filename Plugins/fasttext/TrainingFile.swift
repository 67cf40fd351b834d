// Rows of a table as a file of fastText's lines.
import Glibc
import JSONValue
import PluginKit

struct TrainingFile {
  let path: String
  private(set) var rows = 0
  /// Rows without a text or a label: fastText learns nothing from them.
  private(set) var skipped = 0
  private(set) var labels: Set<String> = []

  private static let labelLimit = 100_000

  /// Reads the stream to its end and closes it.
  init(_ stream: ImportedStream, text: String, label: String, to path: String, _ run: Run) throws {
    defer { stream.close() }
    self.path = path
    try Self.check(stream.schema, text, label)
    guard let file = fopen(path, "we") else { throw Self.failure(path) }
    defer { fclose(file) }
    while let batch = try stream.next() {
      try run.checkCancelled()
      guard let texts = batch.column(text), let marks = batch.column(label) else { break }
      for row in 0..<batch.rowCount {
        let own = Self.labels(marks, row)
        guard let words = texts.string(row), !own.isEmpty else {
          skipped += 1
          continue
        }
        labels.formUnion(own)
        let line = TrainingLine.line(words, labels: own) + "\n"
        guard fputs(line, file) >= 0 else { throw Self.failure(path) }
        rows += 1
      }
      guard labels.count <= Self.labelLimit else {
        throw PluginError(
          .data, "column '\(label)' has more than \(Self.labelLimit) labels; does it hold the text?",
          details: ["path": "/label"])
      }
      run.progress(UInt64(rows), of: nil, "rows")
    }
    guard fflush(file) == 0 else { throw Self.failure(path) }
  }

  static func check(_ schema: Schema, _ text: String, _ label: String) throws {
    for (column, pointer) in [(text, "/text"), (label, "/label")] where schema[column] == nil {
      throw PluginError.configuration(
        "there is no column '\(column)'; the table has \(schema.fields.map(\.name).joined(separator: ", "))",
        at: pointer)
    }
    guard schema[text]?.type.isText == true else {
      throw PluginError.configuration("column '\(text)' has to hold text", at: "/text")
    }
    let type = schema[label]?.type
    guard type?.isText == true || type?.listItem?.type.isText == true || type?.isWhole == true else {
      throw PluginError.configuration(
        "column '\(label)' has to hold text, whole numbers, or lists of texts", at: "/label")
    }
  }

  private static func labels(_ column: Column, _ row: Int) -> [String] {
    if let text = column.string(row) { return text.isEmpty ? [] : [text] }
    if let list = column.list(row) { return (0..<list.count).compactMap { list.string($0) }.filter { !$0.isEmpty } }
    return column.int64(row).map { [String($0)] } ?? []
  }

  private static func failure(_ path: String) -> PluginError {
    let code = errno
    return PluginError(
      code == ENOSPC ? .resource : .io, "cannot write \(path): \(String(cString: strerror(code)))",
      details: ["file": .string(path)])
  }
}

extension DataType {
  var isWhole: Bool {
    switch self {
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64: true
    default: false
    }
  }
}

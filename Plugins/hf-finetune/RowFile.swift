// The input tables as JSON lines, for the Python process to read.
import Glibc
import JSONValue
import PluginKit

/// Which columns are read, and what the rows are.
struct RowShape: Sendable {
  var format: Settings.DataFormat
  /// Column of the table by the key that the Python process knows.
  var columns: [(key: String, column: String)]

  init(_ schema: Schema, _ settings: Settings, input: String) throws {
    let names = settings.columns
    func has(_ keys: [String]) -> Bool { keys.allSatisfy { schema.index(of: names[$0] ?? $0) != nil } }
    let needs: [(Settings.DataFormat, [String])] = [
      (.chat, ["messages"]), (.completion, ["prompt", "completion"]), (.text, ["text"]),
    ]
    let wanted = needs.filter { settings.dataFormat == .auto || $0.0 == settings.dataFormat }
    guard let (format, keys) = wanted.first(where: { has($0.1) }) else {
      throw Self.missing(wanted.map(\.1), names, schema, input)
    }
    self.format = format
    let more = format == .chat && has(["tools"]) ? ["tools"] : []
    columns = (keys + more).map { ($0, names[$0] ?? $0) }
    for (key, column) in columns { try Self.check(key, column, schema, input) }
  }

  private static func missing(
    _ wanted: [[String]], _ names: [String: String], _ schema: Schema, _ input: String
  ) -> PluginError {
    let choices = wanted.map { $0.map { "'\(names[$0] ?? $0)'" }.joined(separator: " and ") }
    let present = schema.fields.prefix(20).map { "'\($0.name)'" }.joined(separator: ", ")
    return PluginError(
      .data,
      "the input \"\(input)\" lacks \(choices.joined(separator: ", or ")); it has \(present.isEmpty ? "no columns" : present)."
        + " Name its columns in the configuration, or shape the table before",
      details: ["input": .string(input)])
  }

  private static func check(_ key: String, _ column: String, _ schema: Schema, _ input: String) throws {
    guard let type = schema[column]?.type else { return }
    let mayBeList = key == "messages" || key == "tools"
    if type.isText || (mayBeList && type.isList) { return }
    let wanted = mayBeList ? "a list of structs, or JSON text" : "text"
    throw PluginError(
      .data, "column '\(column)' of the input \"\(input)\" is \(type); it has to be \(wanted)",
      details: ["input": .string(input), "column": .string(column)])
  }
}

enum RowFile {
  /// Writes all rows and answers how many. Nothing is kept in memory but one batch.
  static func write(_ stream: ImportedStream, _ shape: RowShape, to path: String, _ run: Run) throws -> Int {
    guard let file = fopen(path, "wbe") else { throw failure(path) }
    var isOpen = true
    defer { if isOpen { fclose(file) } }
    var count = 0
    while let batch = try stream.next() {
      try run.checkCancelled()
      let columns = shape.columns.compactMap { item in batch.column(item.column).map { (item.key, $0) } }
      for row in 0..<batch.rowCount {
        let line =
          JSONValue.object(Dictionary(uniqueKeysWithValues: columns.map { ($0.0, $0.1.json(row)) })).text + "\n"
        guard fputs(line, file) >= 0 else { throw failure(path) }
      }
      count += batch.rowCount
      run.progress(UInt64(count), "rows")
    }
    isOpen = false
    guard fclose(file) == 0 else { throw failure(path) }
    return count
  }

  static func failure(_ path: String) -> PluginError {
    let code = errno
    let isFull = [ENOSPC, EDQUOT, EFBIG].contains(code)
    return PluginError(
      isFull ? .resource : .io,
      "cannot write \(path): \(String(cString: strerror(code)))\(isFull ? ". Free some space there and run it again" : "")",
      retryable: isFull, details: ["file": .string(path), "vendor_code": .int(Int64(code))])
  }

  static func write(_ text: String, to path: String) throws {
    guard let file = fopen(path, "wbe") else { throw failure(path) }
    let isWritten = fputs(text, file) >= 0
    guard fclose(file) == 0, isWritten else { throw failure(path) }
  }

  static func read(_ path: String) throws -> [UInt8] {
    guard let file = fopen(path, "rbe") else {
      throw PluginError(.internal, "the training left no \(path)", details: ["file": .string(path)])
    }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&piece, 1, piece.count, file), count > 0 { bytes += piece[..<count] }
    return bytes
  }
}

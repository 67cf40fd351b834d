// What DuckDB says when something fails, and what that means for the person who reads it.
import CDuckDB
import Glibc
import JSONValue
import PluginKit

/// A failure in DuckDB's words ("Binder Error: ..."), or in those of an input stream.
struct EngineError: Error {
  var text: String
  /// Not 0 when an input stream failed: the text is then that stream's own.
  var inputErrno: Int32 = 0

  /// Runs a call of the C core and throws what it reports.
  static func check(_ call: (UnsafeMutablePointer<cduck_error>) -> Int32) throws {
    var error = cduck_error()
    defer { cduck_error_clear(&error) }
    guard call(&error) != 0 else { return }
    throw EngineError(
      text: error.message.map { String(cString: $0) } ?? "unknown error", inputErrno: error.input_errno)
  }

  /// "Binder" of "Binder Error: ...".
  var category: String {
    guard let end = text.firstRange(of: " Error: ") else { return "" }
    return String(text[..<end.lowerBound])
  }

  /// After such an error DuckDB refuses everything else in that instance.
  var isFatal: Bool { ["INTERNAL", "FATAL"].contains(category) || text.contains("database has been invalidated") }

  /// The text without its category, without DuckDB's option dump and excerpt of our generated SQL.
  var message: String {
    var words = text[...]
    if let end = words.firstRange(of: " Error: "), end.lowerBound < words.index(words.startIndex, offsetBy: 30) {
      words = words[end.upperBound...]
    }
    for mark in [
      "\n\nLINE ", "\nPossible fixes:", "\nPossible Solution:", "\nPossible solutions:", "\nPotential Fixes",
      "\nTry setting", "\n\n  file = ",
    ] {
      if let cut = words.firstRange(of: mark) { words = words[..<cut.lowerBound] }
    }
    return words.trimmed
  }
}

extension EngineError {
  /// The error for the run: whose fault, where, and in which file and line.
  func problem(_ run: Run?) -> PluginError {
    if inputErrno != 0 { return PluginError(inputStatus, text) }
    if category == "INTERRUPT" || category == "Interrupt" {
      return PluginError(.cancelled, "the query was stopped because the run was cancelled")
    }
    if let located = FileFault(text) { return .data(located.message(message), file: located.file, line: located.line) }
    return PluginError(status, advice.map { "\(message). \($0)" } ?? message)
  }

  private var inputStatus: PluginError.Status {
    switch inputErrno {
    case ECANCELED: .cancelled
    case EINVAL: .data
    case ENOMEM, ENOSPC, EDQUOT: .resource
    case ENOENT: .notFound
    case EACCES, EPERM: .denied
    case ETIMEDOUT: .timeout
    default: .io
    }
  }

  private var status: PluginError.Status {
    switch category {
    case "Parser", "Binder", "Catalog": .configuration
    case "Conversion", "Invalid Input", "Out of Range", "Mismatch Type", "Constraint", "Invalid type", "Invalid": .data
    case "Out of Memory": .resource
    case "Permission": .denied
    case "Not implemented": .unsupported
    case "IO": text.contains("No space left") ? .resource : text.contains("No files found") ? .notFound : .io
    case "INTERNAL", "FATAL", "": .internal
    default: .data
    }
  }

  private var advice: String? {
    category == "Out of Memory" ? "Give the node more memory, or let the query hold less at once" : nil
  }
}

/// The file and line that an error of the CSV, JSON, Parquet or Excel reader names.
struct FileFault {
  var file: String?
  var line: Int?

  init?(_ text: String) {
    if let start = text.firstRange(of: "CSV Error on Line: ") {
      line = Int(text[start.upperBound...].prefix { $0.isNumber })
      file = text.between("\n  file = ", "\n")
      return
    }
    for mark in [" in file \"", "sniffing file \"", "Current file: ", " in file '", " of file '", " file '"] {
      guard let start = text.firstRange(of: mark) else { continue }
      let end: Character = mark.last == "\"" ? "\"" : mark.last == "'" ? "'" : "\n"
      let rest = text[start.upperBound...]
      file = String(rest[..<(rest.firstIndex(of: end) ?? rest.endIndex)])
      line = Self.number(after: " in line ", rest)
      // For JSON that does not parse DuckDB names the line after it; for a value of the wrong type the line itself.
      if text.contains("Malformed JSON") { line = line.map { $0 - 1 } }
      return
    }
    return nil
  }

  private static func number(after mark: String, _ text: Substring) -> Int? {
    text.firstRange(of: mark).flatMap { Int(text[$0.upperBound...].prefix { $0.isNumber }) }
  }

  func message(_ text: String) -> String {
    // A line may be megabytes long: what is wrong stands around it.
    let short = text.split(separator: "\n", omittingEmptySubsequences: true)
      .map { $0.utf8.count > 300 ? "\($0.prefix(300))..." : String($0) }
      .map { $0.hasSuffix(".") ? String($0.dropLast()) : $0 }.joined(separator: ". ")
      .replacing(" in line \((line ?? 0) + 1)", with: "")
    return [short, file.map { "file \($0)" }, line.map { "line \($0)" }].compactMap(\.self).joined(separator: ", ")
  }
}

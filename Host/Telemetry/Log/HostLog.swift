// The host's log as swift-log knows it: a line is JSON for programs or text for people.
import Glibc
import JSONValue
package import Logging
import WorkerProtocol

package enum LogFormat: String, Sendable, CaseIterable { case text, json }

package enum HostLog {
  /// `isColored` where the reader is a terminal; JSON never is.
  package static func logger(_ format: LogFormat, level: Logger.Level, to sink: LogSink, isColored: Bool) -> Logger {
    Logger(label: "ote") { _ in
      HostLogOutput(format: format, sink: sink, isColored: isColored && format == .text, logLevel: level)
    }
  }

  /// Where nobody asked for a log.
  package static var silent: Logger { Logger(label: "ote") { _ in SwiftLogNoOpLogHandler() } }

  /// Metadata of what is known; nil is left out.
  package static func facts(_ facts: [String: String?]) -> Logger.Metadata {
    facts.compactMapValues { $0.map { .string($0) } }
  }
}

struct HostLogOutput: LogHandler {
  let format: LogFormat
  let sink: LogSink
  let isColored: Bool
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let facts = metadata.merging(event.metadata ?? [:]) { _, last in last }
    let line = LogText(
      time: TimeStamp.now(), level: event.level, message: event.message.description,
      facts: facts.mapValues(\.description))
    sink.write(format == .json ? line.json : line.text(isColored: isColored))
  }
}

/// One line of the log.
package struct LogText {
  private let time: String
  private let level: Logger.Level
  private let message: String
  private let facts: [String: String]

  package init(time: String, level: Logger.Level, message: String, facts: [String: String]) {
    self.time = time
    self.level = level
    self.message = message
    self.facts = facts
  }

  /// `time`, `level` and `message` always, then what is known: `code`, `event`, `run`, `node`, `user`, ...
  package var json: String {
    var object = facts.mapValues { JSONValue.string($0) }
    object["time"] = .string(time)
    object["level"] = .string(level.rawValue)
    object["message"] = .string(message)
    return JSONValue.object(object).text
  }

  package func text(isColored: Bool) -> String {
    let word = level.rawValue + String(repeating: " ", count: max(0, 7 - level.rawValue.count))
    let facts = facts.sorted { $0.key < $1.key }.map { "\($0.key)=\(Self.quoted($0.value))" }
    let tail = facts.isEmpty ? "" : "  " + facts.joined(separator: " ")
    guard isColored else { return "\(time) \(word) \(Self.oneLine(message))\(tail)" }
    let color = level >= .error ? "31" : level == .warning ? "33" : "2"
    return
      "\u{1B}[2m\(time)\u{1B}[0m \u{1B}[\(color)m\(word)\u{1B}[0m \(Self.oneLine(message))\u{1B}[2m\(tail)\u{1B}[0m"
  }

  /// A value with blanks or signs that could forge another line or another fact stands in quotes.
  private static func quoted(_ value: String) -> String {
    let isPlain =
      !value.isEmpty && value.unicodeScalars.allSatisfy { $0.value > 0x20 && !"\"=\u{7F}".unicodeScalars.contains($0) }
    return isPlain ? value : JSONValue.string(value).text
  }

  /// Text from elsewhere may hold newlines and escapes, which would forge a line or colour the terminal.
  private static func oneLine(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
  }
}

// The two streams of a command: answers on stdout, everything else on stderr.
import Glibc
import JSONValue

enum Standard {
  static let errorIsTerminal = isatty(STDERR_FILENO) == 1
  static let outputIsTerminal = isatty(STDOUT_FILENO) == 1

  static func error(_ text: String) { write(text + "\n", to: STDERR_FILENO) }
  static func raw(_ text: String) { write(text, to: STDERR_FILENO) }

  /// One JSON document on stdout.
  static func json(_ value: some Encodable) throws {
    print(try JSONValue(encoding: value).prettyText)
  }

  private static func write(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    var offset = 0
    while offset < bytes.count {
      let n = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + offset, $0.count - offset) }
      if n <= 0 { return }
      offset += n
    }
  }

  static var columns: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 20 else { return 100 }
    return Int(size.ws_col)
  }
}

/// Emphasis where the reader is a terminal; plain text elsewhere and with NO_COLOR.
struct Style {
  let enabled: Bool
  static let error = Style(enabled: Standard.errorIsTerminal && getenv("NO_COLOR") == nil)
  static let output = Style(enabled: Standard.outputIsTerminal && getenv("NO_COLOR") == nil)

  func bold(_ text: String) -> String { wrap("1", text) }
  func dim(_ text: String) -> String { wrap("2", text) }
  func red(_ text: String) -> String { wrap("31", text) }
  func green(_ text: String) -> String { wrap("32", text) }
  func yellow(_ text: String) -> String { wrap("33", text) }
  private func wrap(_ code: String, _ text: String) -> String { enabled ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
}

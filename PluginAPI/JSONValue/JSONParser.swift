// A strict RFC 8259 reader straight into JSONValue: no decoder in between, which costs ten times as much.

/// Reads one document. Depth is bounded, so that hostile nesting ends in an error and not in a stack overflow.
struct JSONParser {
  private static let maximumDepth = 512
  private let bytes: UnsafeBufferPointer<UInt8>
  private var at = 0
  private var depth = 0

  /// Throws `DecodingError.dataCorrupted` with line and column of what is wrong.
  static func parse(_ bytes: [UInt8]) throws -> JSONValue {
    guard String(validating: bytes, as: UTF8.self) != nil else { throw error("not valid UTF-8") }
    return try bytes.withUnsafeBufferPointer { buffer in
      var parser = JSONParser(bytes: buffer)
      parser.skipSpace()
      let value = try parser.value()
      parser.skipSpace()
      guard parser.at == buffer.count else { throw parser.wrong("more text after the value") }
      return value
    }
  }

  private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

  private mutating func skipSpace() {
    while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x0A || bytes[at] == 0x0D || bytes[at] == 0x09 { at += 1 }
  }

  private mutating func value() throws -> JSONValue {
    guard let byte = next else { throw wrong("the text ends where a value should be") }
    switch byte {
    case UInt8(ascii: "{"): return try nested { (parser) throws in .object(try parser.object()) }
    case UInt8(ascii: "["): return try nested { (parser) throws in .array(try parser.array()) }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: throw wrong("no value begins like this")
    }
  }

  private mutating func nested(_ body: (inout JSONParser) throws -> JSONValue) throws -> JSONValue {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else { throw wrong("nested deeper than \(Self.maximumDepth)") }
    at += 1
    skipSpace()
    return try body(&self)
  }

  private mutating func object() throws -> [String: JSONValue] {
    var members: [String: JSONValue] = [:]
    if take("}") { return members }
    while true {
      guard next == UInt8(ascii: "\"") else { throw wrong("a key in quotes should be here") }
      let key = try string()
      skipSpace()
      guard take(":") else { throw wrong("':' should be here") }
      members[key] = try value()
      skipSpace()
      if take("}") { return members }
      guard take(",") else { throw wrong("',' or '}' should be here") }
    }
  }

  private mutating func array() throws -> [JSONValue] {
    var elements: [JSONValue] = []
    if take("]") { return elements }
    while true {
      elements.append(try value())
      skipSpace()
      if take("]") { return elements }
      guard take(",") else { throw wrong("',' or ']' should be here") }
    }
  }

  /// Takes the character and the space behind it.
  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    at += 1
    skipSpace()
    return true
  }

  private mutating func word(_ text: StaticString, _ value: JSONValue) throws -> JSONValue {
    let end = at + text.utf8CodeUnitCount
    guard end <= bytes.count, (at..<end).allSatisfy({ bytes[$0] == text.utf8Start[$0 - at] }) else {
      throw wrong("no value begins like this")
    }
    at = end
    return value
  }

  private mutating func number() throws -> JSONValue {
    let start = at
    var isWhole = true
    if next == UInt8(ascii: "-") { at += 1 }
    let leading = at
    guard digits() else { throw wrong("a digit should be here") }
    if bytes[leading] == UInt8(ascii: "0"), at > leading + 1 { throw wrong("a number does not begin with 0") }
    if next == UInt8(ascii: ".") {
      isWhole = false
      at += 1
      guard digits() else { throw wrong("a digit should be here") }
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      isWhole = false
      at += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { at += 1 }
      guard digits() else { throw wrong("a digit should be here") }
    }
    let text = String(decoding: bytes[start..<at], as: UTF8.self)
    if isWhole, let value = Int64(text) { return .int(value) }
    guard let value = Double(text), value.isFinite else { throw wrong("the number \(text) is too large") }
    // 1.0 and 1 are the same number to JSON, and JSONDecoder reads both as an integer.
    return Int64(exactly: value).map(JSONValue.int) ?? .double(value)
  }

  private mutating func digits() -> Bool {
    let start = at
    while let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { at += 1 }
    return at > start
  }

  private mutating func string() throws -> String {
    at += 1
    let start = at
    while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { at += 1 }
    if next == UInt8(ascii: "\"") {
      defer { at += 1 }
      return String(decoding: bytes[start..<at], as: UTF8.self)
    }
    var text = Array(bytes[start..<at])
    while let byte = next, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw wrong("a control character must be escaped") }
      at += 1
      if byte == UInt8(ascii: "\\") { text += try escape().utf8 } else { text.append(byte) }
    }
    guard next != nil else { throw wrong("the text ends inside quotes") }
    at += 1
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func escape() throws -> String {
    guard let byte = next else { throw wrong("the text ends inside quotes") }
    at += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicodeEscape()
    default: throw wrong("unknown escape")
    }
  }

  /// Four hex digits, or two such escapes that form a surrogate pair.
  private mutating func unicodeEscape() throws -> String {
    let first = try hexDigits()
    guard (0xD800..<0xDC00).contains(first) else {
      guard let scalar = Unicode.Scalar(first) else { throw wrong("half of a surrogate pair") }
      return String(Character(scalar))
    }
    guard at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") else {
      throw wrong("half of a surrogate pair")
    }
    at += 2
    let second = try hexDigits()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw wrong("half of a surrogate pair") }
    return String(Character(scalar))
  }

  private mutating func hexDigits() throws -> UInt32 {
    guard at + 4 <= bytes.count,
      bytes[at..<(at + 4)].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let value = UInt32(String(decoding: bytes[at..<(at + 4)], as: UTF8.self), radix: 16)
    else { throw wrong("four hex digits should be here") }
    at += 4
    return value
  }

  private func wrong(_ words: String) -> DecodingError {
    let before = bytes[..<min(at, bytes.count)]
    let line = before.count { $0 == 0x0A } + 1
    let column = before.count - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1
    return Self.error("\(words) (line \(line), column \(column))")
  }

  private static func error(_ words: String) -> DecodingError {
    .dataCorrupted(DecodingError.Context(codingPath: [], debugDescription: "not valid JSON: \(words)"))
  }
}

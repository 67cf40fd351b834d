// A parsed document: values that know where they stand, in the order they were written.
package import JSONValue

/// A place in the text, both counted from 1. A column counts Unicode scalars.
package struct TextPosition: Sendable, Hashable, Comparable {
  package var line: Int
  package var column: Int
  package static func < (left: TextPosition, right: TextPosition) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}

package struct DocumentValue: Sendable {
  package enum Content: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case string(String)
    case array([DocumentValue])
    case object([Entry])
  }

  package struct Entry: Sendable {
    package var key: String
    package var keyPosition: TextPosition
    package var value: DocumentValue
  }

  package var content: Content
  package var position: TextPosition

  package var json: JSONValue {
    switch content {
    case .null: .null
    case .bool(let value): .bool(value)
    case .int(let value): .int(value)
    case .double(let value): .double(value)
    case .string(let value): .string(value)
    case .array(let items): .array(items.map(\.json))
    case .object(let entries):
      .object(Dictionary(entries.map { ($0.key, $0.value.json) }, uniquingKeysWith: { _, last in last }))
    }
  }

  /// Where the value at a JSON pointer stands: a scalar at its own place, a collection at its key. Where the
  /// document ends before the pointer does, the last value on the way.
  package func position(at pointer: String) -> TextPosition {
    var place = position
    var value = self
    for token in pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
      switch value.content {
      case .object(let entries):
        let key = unescapedPointerToken(token)
        guard let entry = entries.first(where: { $0.key == key }) else { return place }
        value = entry.value
        place = value.isCollection ? entry.keyPosition : value.position
      case .array(let items):
        guard let index = Int(token), items.indices.contains(index) else { return place }
        value = items[index]
        place = value.position
      default: return place
      }
    }
    return place
  }

  private var isCollection: Bool {
    switch content {
    case .array, .object: true
    default: false
    }
  }
}

/// `~` and `/` as RFC 6901 wants them inside a pointer.
func pointerToken(_ key: String) -> String {
  guard key.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "~") }) else { return key }
  return key.reduce(into: "") { text, character in
    switch character {
    case "~": text += "~0"
    case "/": text += "~1"
    default: text.append(character)
    }
  }
}

func unescapedPointerToken(_ token: some StringProtocol) -> String {
  guard token.utf8.contains(UInt8(ascii: "~")) else { return String(token) }
  var text = ""
  var rest = Substring(token)
  while let character = rest.popFirst() {
    if character == "~", let code = rest.first, code == "0" || code == "1" {
      text += code == "0" ? "~" : "/"
      rest.removeFirst()
    } else {
      text.append(character)
    }
  }
  return text
}

/// What a person calls the type of a value: "the text 'x'", "the number 3", "a list".
func spoken(_ value: JSONValue) -> String {
  switch value {
  case .null: "empty"
  case .bool(let value): "\(value)"
  case .int(let value): "the number \(value)"
  case .double(let value): "the number \(value)"
  case .string(let value): "the text '\(shortened(value))'"
  case .array: "a list"
  case .object: "a mapping"
  }
}

/// At most 60 characters of a text, on one line.
func shortened(_ text: String) -> String {
  let line = text.prefix(200).map { $0.isNewline ? " " : $0 }
  return line.count > 60 ? String(line.prefix(57)) + "..." : String(line)
}

// Prompts with holes: "Translate {{text}} into {{language}}." Strict, so that a typing error is found before any row is.
import JSONValue
import PluginKit

/// `{{column}}` stands for the row's value: text as it is, numbers plainly, lists and structs as JSON. `{{column/0/name}}`
/// goes into a list, a struct or JSON text; `{{column|json}}` writes the value as JSON; `{{"odd }} name"}}` quotes a name.
/// `\{{` is a literal `{{`, and `\\{{` a backslash before a value.
struct Template {
  struct Hole: Hashable {
    let column: String
    /// JSON pointer below the column's value, "" for all of it.
    let pointer: String
    let asJSON: Bool
  }

  enum Piece: Hashable {
    case text(String)
    case hole(Hole)
  }

  let pieces: [Piece]

  var holes: [Hole] { pieces.compactMap { if case .hole(let hole) = $0 { hole } else { nil } } }

  /// Throws `PluginError.configuration` with the place of the mistake. `path` is where the text stands.
  init(_ text: String, at path: String) throws {
    var reader = TemplateReader(text, path: path)
    pieces = try reader.read()
  }
}

private struct TemplateReader {
  private let path: String
  private let characters: [Character]
  private var position = 0

  init(_ text: String, path: String) {
    self.path = path
    characters = Array(text)
  }

  mutating func read() throws -> [Template.Piece] {
    var pieces: [Template.Piece] = []
    var text = ""
    while position < characters.count {
      if let backslashes = escapeLength() {
        text += String(repeating: "\\", count: backslashes / 2)
        position += backslashes
        if backslashes % 2 == 1 {
          text += "{{"
          position += 2
          continue
        }
      }
      if startsWith("{{") {
        if !text.isEmpty { pieces.append(.text(text)) }
        text = ""
        pieces.append(.hole(try hole()))
      } else {
        text.append(characters[position])
        position += 1
      }
    }
    if !text.isEmpty { pieces.append(.text(text)) }
    return pieces
  }

  /// How many backslashes stand here right before "{{", nil where that is not so.
  private func escapeLength() -> Int? {
    var end = position
    while end < characters.count, characters[end] == "\\" { end += 1 }
    return end > position && startsWith("{{", at: end) ? end - position : nil
  }

  private func startsWith(_ text: String, at place: Int? = nil) -> Bool {
    let start = place ?? position
    return start + text.count <= characters.count && characters[start..<start + text.count].elementsEqual(text)
  }

  private mutating func hole() throws -> Template.Hole {
    let start = position
    position += 2
    skipSpace()
    let column = position < characters.count && characters[position] == "\"" ? try quoted(start) : word("/|}")
    guard !column.isEmpty else { throw wrong("an empty placeholder", at: start) }
    var pointer = ""
    if position < characters.count, characters[position] == "/" { pointer = word("|}") }
    var asJSON = false
    if position < characters.count, characters[position] == "|" {
      position += 1
      let filter = word("}")
      guard filter == "json" else { throw wrong("the unknown filter '\(filter)' (there is only 'json')", at: start) }
      asJSON = true
    }
    guard startsWith("}}") else { throw wrong("a placeholder that is not closed by '}}'", at: start) }
    position += 2
    return Template.Hole(column: column, pointer: pointer, asJSON: asJSON)
  }

  private mutating func skipSpace() {
    while position < characters.count, characters[position] == " " { position += 1 }
  }

  /// Up to one of the ends, without the spaces around it.
  private mutating func word(_ ends: String) -> String {
    let start = position
    while position < characters.count, !ends.contains(characters[position]) { position += 1 }
    let found = characters[start..<position]
    guard let first = found.firstIndex(where: { $0 != " " }), let last = found.lastIndex(where: { $0 != " " }) else {
      return ""
    }
    return String(found[first...last])
  }

  private mutating func quoted(_ start: Int) throws -> String {
    position += 1
    var name = ""
    while position < characters.count, characters[position] != "\"" {
      if characters[position] == "\\", position + 1 < characters.count { position += 1 }
      name.append(characters[position])
      position += 1
    }
    guard position < characters.count else { throw wrong("a quote that is not closed", at: start) }
    position += 1
    skipSpace()
    return name
  }

  private func wrong(_ what: String, at start: Int) -> PluginError {
    let shown = String(characters[start..<min(characters.count, start + 30)])
    return .configuration(
      "the template has \(what) at character \(start + 1): '\(shown)'. A literal '{{' is written '\\{{'", at: path)
  }
}

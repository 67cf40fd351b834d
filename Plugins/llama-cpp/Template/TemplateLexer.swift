// Jinja text into tokens, with the white-space rules that chat templates are written for.

/// Why a template cannot be used, in words.
struct TemplateError: Error {
  var words: String
}

enum TemplateToken: Hashable {
  case text(String)
  case openOutput, closeOutput, openBlock, closeBlock
  case name(String), string(String), integer(Int64), number(Double), symbol(String)
}

/// As Hugging Face renders: the first newline after a block goes (trim_blocks), and so do blanks between the start of a
/// line and a block (lstrip_blocks).
struct TemplateLexer {
  private let source: [Character]
  private var position = 0
  private var tokens: [TemplateToken] = []
  /// What follows the last tag loses its leading white space, or only one newline.
  private var stripsAll = false
  private var stripsNewline = false

  private init(_ text: String) { source = Array(text) }

  static func tokens(of text: String) throws -> [TemplateToken] {
    var lexer = TemplateLexer(text)
    while lexer.position < lexer.source.count { try lexer.step() }
    return lexer.tokens
  }

  private func has(_ text: String, at index: Int) -> Bool {
    var index = index
    for character in text {
      guard index < source.count, source[index] == character else { return false }
      index += 1
    }
    return true
  }

  private mutating func step() throws {
    var end = position
    while end < source.count, source[end] != "{" || !["{{", "{%", "{#"].contains(where: { has($0, at: end) }) {
      end += 1
    }
    let isTag = end < source.count
    var text = String(source[position..<end])
    if isTag, !has("{{", at: end), !has("+", at: end + 2) { text = Self.withoutIndent(text, isFirst: position == 0) }
    if stripsAll {
      text = String(text.drop { $0.isWhitespace })
    } else if stripsNewline, text.first?.isNewline == true {
      text.removeFirst()
    }
    (stripsAll, stripsNewline) = (false, false)
    if isTag, has("-", at: end + 2) {
      while text.last?.isWhitespace == true { text.removeLast() }
    }
    if !text.isEmpty { tokens.append(.text(text)) }
    position = end
    if isTag { try tag() }
  }

  /// Blanks after the last newline go.
  private static func withoutIndent(_ text: String, isFirst: Bool) -> String {
    let blanks = text.reversed().prefix { $0 == " " || $0 == "\t" }.count
    let rest = text.dropLast(blanks)
    return rest.last?.isNewline == true || (rest.isEmpty && isFirst) ? String(rest) : text
  }

  private mutating func tag() throws {
    let kind = source[position + 1]
    position += 2
    if has("-", at: position) || has("+", at: position) { position += 1 }
    if kind == "#" {
      while position < source.count, !has("#}", at: position) { position += 1 }
      finishTag(isBlock: true, dash: position > 0 && source[position - 1] == "-")
      position += 2
      return
    }
    let isBlock = kind == "%"
    tokens.append(isBlock ? .openBlock : .openOutput)
    let close = isBlock ? "%}" : "}}"
    while true {
      while position < source.count, source[position].isWhitespace { position += 1 }
      guard position < source.count else { throw TemplateError(words: "a tag is not closed") }
      let dash = has("-" + close, at: position)
      if dash || has(close, at: position) {
        position += dash ? 3 : 2
        tokens.append(isBlock ? .closeBlock : .closeOutput)
        return finishTag(isBlock: isBlock, dash: dash)
      }
      try word()
    }
  }

  private mutating func finishTag(isBlock: Bool, dash: Bool) {
    stripsAll = dash
    stripsNewline = isBlock
  }

  private mutating func word() throws {
    let first = source[position]
    if first == "'" || first == "\"" { return try string(first) }
    let start = position
    if first.isNumber {
      while position < source.count, source[position].isNumber || source[position] == "." { position += 1 }
      let text = String(source[start..<position])
      guard let token = Int64(text).map({ TemplateToken.integer($0) }) ?? Double(text).map({ .number($0) }) else {
        throw TemplateError(words: "\(text) is no number")
      }
      return tokens.append(token)
    }
    if first.isLetter || first == "_" {
      while position < source.count, source[position].isLetter || source[position].isNumber || source[position] == "_" {
        position += 1
      }
      return tokens.append(.name(String(source[start..<position])))
    }
    for symbol in ["==", "!=", "<=", ">=", "//", "**"] where has(symbol, at: position) {
      position += 2
      return tokens.append(.symbol(symbol))
    }
    guard "+-*/%~<>=()[]{}.,:|".contains(first) else { throw TemplateError(words: "the sign \(first) is not known") }
    position += 1
    tokens.append(.symbol(String(first)))
  }

  private mutating func string(_ quote: Character) throws {
    position += 1
    var text = ""
    while position < source.count, source[position] != quote {
      if source[position] == "\\", position + 1 < source.count {
        position += 1
        switch source[position] {
        case "n": text += "\n"
        case "t": text += "\t"
        case "r": text += "\r"
        case "\\", "'", "\"": text.append(source[position])
        default: text += "\\" + String(source[position])
        }
      } else {
        text.append(source[position])
      }
      position += 1
    }
    guard position < source.count else { throw TemplateError(words: "a text in quotes is not closed") }
    position += 1
    tokens.append(.string(text))
  }
}

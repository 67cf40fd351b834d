// Walking the tokens of a template.

extension TemplateParser {
  var peek: TemplateToken? { position < tokens.count ? tokens[position].token : nil }
  var next: TemplateToken? { position + 1 < tokens.count ? tokens[position + 1].token : nil }

  /// Where the reader stands.
  var line: Int { tokens[safe: min(position, tokens.count - 1)]?.line ?? 1 }

  mutating func take(_ token: TemplateToken) -> Bool {
    guard peek == token else { return false }
    position += 1
    return true
  }

  mutating func takeSymbol(_ signs: [String]) -> String? {
    guard case .symbol(let sign)? = peek, signs.contains(sign) else { return nil }
    position += 1
    return sign
  }

  mutating func expect(_ token: TemplateToken) throws {
    guard take(token) else {
      throw TemplateError(words: "\(Self.words(token)) is expected, not \(peek.map(Self.words) ?? "the end")")
    }
  }

  mutating func name() throws -> String {
    guard case .name(let name)? = peek else {
      throw TemplateError(words: "a name is expected, not \(peek.map(Self.words) ?? "the end")")
    }
    position += 1
    return name
  }

  static func words(_ token: TemplateToken) -> String {
    switch token {
    case .text: "text"
    case .openOutput: "{{"
    case .closeOutput: "}}"
    case .openBlock: "{%"
    case .closeBlock: "%}"
    case .name(let name): "'\(name)'"
    case .string(let text): "the text \"\(text.prefix(40))\""
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .symbol(let sign): "'\(sign)'"
    }
  }
}

extension Array {
  subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}

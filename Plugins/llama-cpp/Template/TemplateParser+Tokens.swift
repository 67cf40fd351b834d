// Walking the tokens of a template.

extension TemplateParser {
  var peek: TemplateToken? { position < tokens.count ? tokens[position] : nil }
  var next: TemplateToken? { position + 1 < tokens.count ? tokens[position + 1] : nil }

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
      throw TemplateError(words: "\(token) is expected, not \(peek.map { "\($0)" } ?? "the end")")
    }
  }

  mutating func name() throws -> String {
    guard case .name(let name)? = peek else { throw TemplateError(words: "a name is expected") }
    position += 1
    return name
  }
}

// Tokens of a chat template into its tree. What it does not know it refuses, with the name.

struct TemplateParser {
  let tokens: [TemplateToken]
  var position = 0
  private var depth = 0

  private init(_ tokens: [TemplateToken]) { self.tokens = tokens }

  static func parse(_ text: String) throws -> [TemplateNode] {
    var parser = TemplateParser(try TemplateLexer.tokens(of: text))
    let (nodes, end) = try parser.nodes()
    if let end { throw TemplateError(words: "{% \(end) %} stands alone") }
    return nodes
  }

  // ---- statements

  /// Up to a block that ends or continues another, whose word it answers; that word is taken, the rest of its tag is not.
  private mutating func nodes() throws -> ([TemplateNode], String?) {
    depth += 1
    defer { depth -= 1 }
    guard depth < 64 else { throw TemplateError(words: "it is nested too deeply") }
    var result: [TemplateNode] = []
    while position < tokens.count {
      let token = tokens[position]
      position += 1
      switch token {
      case .text(let text): result.append(.text(text))
      case .openOutput:
        result.append(.output(try expression()))
        try expect(.closeOutput)
      case .openBlock:
        let word = try name()
        switch word {
        case "if": result.append(try condition())
        case "for": result.append(try loop())
        case "set": result.append(try assignment())
        case "elif", "else", "endif", "endfor": return (result, word)
        case "generation", "endgeneration": try expect(.closeBlock)
        default: throw TemplateError(words: "it uses {% \(word) %}")
        }
      default: throw TemplateError(words: "\(token) stands outside of a tag")
      }
    }
    return (result, nil)
  }

  private mutating func condition() throws -> TemplateNode {
    var branches: [(TemplateExpression, [TemplateNode])] = []
    while true {
      let test = try expression()
      try expect(.closeBlock)
      let (body, end) = try nodes()
      branches.append((test, body))
      switch end {
      case "elif": continue
      case "else":
        try expect(.closeBlock)
        let (otherwise, last) = try nodes()
        guard last == "endif" else { throw TemplateError(words: "an {% if %} is not closed") }
        try expect(.closeBlock)
        return .condition(branches, otherwise: otherwise)
      case "endif":
        try expect(.closeBlock)
        return .condition(branches, otherwise: [])
      default: throw TemplateError(words: "an {% if %} is not closed")
      }
    }
  }

  private mutating func loop() throws -> TemplateNode {
    var variables = [try name()]
    while take(.symbol(",")) { variables.append(try name()) }
    try expect(.name("in"))
    let over = try alternatives()
    let filter = take(.name("if")) ? try expression() : nil
    try expect(.closeBlock)
    let (body, end) = try nodes()
    guard end == "endfor" else { throw TemplateError(words: "a {% for %} is not closed, or has an {% else %}") }
    try expect(.closeBlock)
    return .loop(variables: variables, over: over, where: filter, body)
  }

  private mutating func assignment() throws -> TemplateNode {
    let variable = try name()
    let attribute = take(.symbol(".")) ? try name() : nil
    guard take(.symbol("=")) else { throw TemplateError(words: "it uses {% set %} without a value") }
    let value = try expression()
    try expect(.closeBlock)
    return .set(variable: variable, attribute: attribute, value)
  }

  // ---- expressions, the weakest binding first

  private mutating func expression() throws -> TemplateExpression {
    depth += 1
    defer { depth -= 1 }
    guard depth < 64 else { throw TemplateError(words: "it is nested too deeply") }
    let value = try alternatives()
    guard take(.name("if")) else { return value }
    let test = try alternatives()
    return .choice(test, value, otherwise: take(.name("else")) ? try expression() : .none)
  }

  private mutating func alternatives() throws -> TemplateExpression {
    var left = try conjunction()
    while take(.name("or")) { left = .operation("or", left, try conjunction()) }
    return left
  }

  private mutating func conjunction() throws -> TemplateExpression {
    var left = try negation()
    while take(.name("and")) { left = .operation("and", left, try negation()) }
    return left
  }

  private mutating func negation() throws -> TemplateExpression {
    take(.name("not")) ? .not(try negation()) : try comparison()
  }

  private mutating func comparison() throws -> TemplateExpression {
    var left = try sum()
    while true {
      if let sign = takeSymbol(["==", "!=", "<=", ">=", "<", ">"]) {
        left = .operation(sign, left, try sum())
      } else if take(.name("in")) {
        left = .operation("in", left, try sum())
      } else if peek == .name("not"), next == .name("in") {
        position += 2
        left = .not(.operation("in", left, try sum()))
      } else if take(.name("is")) {
        let isNegated = take(.name("not"))
        let test = TemplateExpression.test(left, try name())
        left = isNegated ? .not(test) : test
      } else {
        return left
      }
    }
  }

  private mutating func sum() throws -> TemplateExpression {
    var left = try product()
    while let sign = takeSymbol(["+", "-", "~"]) { left = .operation(sign, left, try product()) }
    return left
  }

  private mutating func product() throws -> TemplateExpression {
    var left = try unary()
    while let sign = takeSymbol(["*", "//", "/", "%"]) { left = .operation(sign, left, try unary()) }
    return left
  }

  private mutating func unary() throws -> TemplateExpression {
    if take(.symbol("-")) { return .negative(try unary()) }
    var value = try primary()
    while true {
      if take(.symbol(".")) {
        value = .attribute(value, try name())
      } else if take(.symbol("[")) {
        value = try subscripted(value)
      } else if take(.symbol("(")) {
        let (plain, named) = try arguments()
        value = .call(value, plain, named: named)
      } else if take(.symbol("|")) {
        let filter = try name()
        value = .filter(value, filter, take(.symbol("(")) ? try arguments().plain : [])
      } else {
        return value
      }
    }
  }

  private mutating func subscripted(_ value: TemplateExpression) throws -> TemplateExpression {
    let first = peek == .symbol(":") ? nil : try expression()
    if take(.symbol(":")) {
      let last = peek == .symbol("]") ? nil : try expression()
      try expect(.symbol("]"))
      return .slice(value, first, last)
    }
    try expect(.symbol("]"))
    return .item(value, first ?? .none)
  }

  private mutating func arguments() throws -> (plain: [TemplateExpression], named: [(String, TemplateExpression)]) {
    var plain: [TemplateExpression] = []
    var named: [(String, TemplateExpression)] = []
    while !take(.symbol(")")) {
      if case .name(let name)? = peek, next == .symbol("=") {
        position += 2
        named.append((name, try expression()))
      } else {
        plain.append(try expression())
      }
      if !take(.symbol(",")), peek != .symbol(")") { throw TemplateError(words: "a list of arguments is not closed") }
    }
    return (plain, named)
  }

  private mutating func primary() throws -> TemplateExpression {
    guard let token = peek else { throw TemplateError(words: "it ends within an expression") }
    position += 1
    switch token {
    case .string(let text): return .string(text)
    case .integer(let value): return .integer(value)
    case .number(let value): return .number(value)
    case .name("true"), .name("True"): return .bool(true)
    case .name("false"), .name("False"): return .bool(false)
    case .name("none"), .name("None"): return .none
    case .name(let name): return .variable(name)
    case .symbol("("):
      let value = try expression()
      try expect(.symbol(")"))
      return value
    case .symbol("["):
      var items: [TemplateExpression] = []
      while !take(.symbol("]")) {
        items.append(try expression())
        if !take(.symbol(",")), peek != .symbol("]") { throw TemplateError(words: "a list is not closed") }
      }
      return .list(items)
    default: throw TemplateError(words: "\(token) is not understood")
    }
  }
}

// Expressions, the weakest binding first, in Jinja's order: a filter and a test bind tighter than any sign.

extension TemplateParser {
  /// Tests that take what follows them without brackets.
  private static let comparing: Set<String> = [
    "divisibleby", "in", "eq", "equalto", "ne", "gt", "greaterthan", "ge", "lt", "lessthan", "le", "sameas",
  ]

  private mutating func link() throws {
    links += 1
    guard links < 256 else { throw TemplateError(words: "an expression is too long") }
  }

  mutating func expression() throws -> TemplateExpression {
    try deeper { parser in
      let value = try parser.alternatives()
      guard parser.take(.name("if")) else { return value }
      let test = try parser.alternatives()
      return .choice(test, value, otherwise: parser.take(.name("else")) ? try parser.expression() : .undefined)
    }
  }

  /// One expression, or several with commas between them: a list.
  mutating func tuple(_ part: (inout TemplateParser) throws -> TemplateExpression) throws -> TemplateExpression {
    var items = [try part(&self)]
    guard peek == .symbol(",") else { return items[0] }
    while take(.symbol(",")) {
      if peek == .closeBlock || peek == .symbol(")") { break }
      items.append(try part(&self))
    }
    return .list(items, isTuple: true)
  }

  mutating func alternatives() throws -> TemplateExpression {
    var left = try conjunction()
    while take(.name("or")) {
      try link()
      left = .operation("or", left, try conjunction())
    }
    return left
  }

  private mutating func conjunction() throws -> TemplateExpression {
    var left = try negation()
    while take(.name("and")) {
      try link()
      left = .operation("and", left, try negation())
    }
    return left
  }

  private mutating func negation() throws -> TemplateExpression {
    take(.name("not")) ? .not(try deeper { try $0.negation() }) : try comparison()
  }

  /// `a < b < c` is `a < b and b < c`.
  private mutating func comparison() throws -> TemplateExpression {
    var left = try sum()
    var whole: TemplateExpression?
    while let sign = comparingSign() {
      try link()
      let right = try sum()
      let one = TemplateExpression.operation(sign, left, right)
      whole = whole.map { .operation("and", $0, one) } ?? one
      left = right
    }
    return whole ?? left
  }

  private mutating func comparingSign() -> String? {
    if let sign = takeSymbol(["==", "!=", "<=", ">=", "<", ">"]) { return sign }
    if take(.name("in")) { return "in" }
    guard peek == .name("not"), next == .name("in") else { return nil }
    position += 2
    return "not in"
  }

  private mutating func sum() throws -> TemplateExpression {
    try chain(["+", "-"]) { try $0.joined() }
  }

  private mutating func joined() throws -> TemplateExpression {
    try chain(["~"]) { try $0.product() }
  }

  private mutating func product() throws -> TemplateExpression {
    try chain(["*", "//", "/", "%"]) { try $0.power() }
  }

  private mutating func power() throws -> TemplateExpression {
    try chain(["**"]) { try $0.unary(withFilters: true) }
  }

  private mutating func chain(
    _ signs: [String], _ part: (inout TemplateParser) throws -> TemplateExpression
  ) throws -> TemplateExpression {
    var left = try part(&self)
    while let sign = takeSymbol(signs) {
      try link()
      left = .operation(sign, left, try part(&self))
    }
    return left
  }

  private mutating func unary(withFilters: Bool) throws -> TemplateExpression {
    var value: TemplateExpression
    if let sign = takeSymbol(["-", "+"]) {
      value = .sign(sign, try deeper { try $0.unary(withFilters: false) })
    } else {
      value = try primary()
    }
    value = try postfixes(value)
    return withFilters ? try filtered(value) : value
  }

  private mutating func postfixes(_ start: TemplateExpression) throws -> TemplateExpression {
    var value = start
    while let sign = takeSymbol([".", "[", "("]) {
      try link()
      switch sign {
      case "." where peek.map { if case .integer = $0 { true } else { false } } ?? false:
        value = .item(value, try primary())
      case ".": value = .attribute(value, try name())
      case "[": value = try subscripted(value)
      default: value = .call(value, try arguments())
      }
    }
    return value
  }

  private mutating func filtered(_ start: TemplateExpression) throws -> TemplateExpression {
    var value = start
    while true {
      if take(.symbol("|")) {
        try link()
        value = .filter(value, try filterCall())
      } else if take(.name("is")) {
        try link()
        let isNegated = take(.name("not"))
        let test = try test(of: value)
        value = isNegated ? .not(test) : test
      } else if take(.symbol("(")) {
        try link()
        value = .call(value, try arguments())
      } else {
        return value
      }
    }
  }

  private mutating func test(of value: TemplateExpression) throws -> TemplateExpression {
    let name = try name()
    if take(.symbol("(")) {
      let arguments = try arguments()
      guard arguments.named.isEmpty else { throw TemplateError(words: "it names arguments of the test '\(name)'") }
      return .test(value, name, arguments.plain)
    }
    guard Self.comparing.contains(name) else { return .test(value, name, []) }
    return .test(value, name, [try postfixes(try primary())])
  }

  mutating func filterNames() throws -> [TemplateFilterCall] {
    var filters = [try filterCall()]
    while take(.symbol("|")) { filters.append(try filterCall()) }
    return filters
  }

  private mutating func filterCall() throws -> TemplateFilterCall {
    TemplateFilterCall(name: try name(), arguments: take(.symbol("(")) ? try arguments() : TemplateArguments())
  }

  private mutating func subscripted(_ value: TemplateExpression) throws -> TemplateExpression {
    var parts: [TemplateExpression?] = []
    while true {
      let isLeftOut = peek == .symbol(":") || peek == .symbol("]")
      parts.append(isLeftOut ? nil : try expression())
      if take(.symbol("]")) { break }
      try expect(.symbol(":"))
      guard parts.count < 3 else { throw TemplateError(words: "a slice has more than three parts") }
    }
    if parts.count > 1 { return .slice(value, parts) }
    guard let key = parts[0] else { throw TemplateError(words: "it uses [] without a key") }
    return .item(value, key)
  }

  private mutating func arguments() throws -> TemplateArguments {
    var result = TemplateArguments()
    while !take(.symbol(")")) {
      if case .name(let name)? = peek, next == .symbol("=") {
        position += 2
        guard !result.named.contains(where: { $0.name == name }) else {
          throw TemplateError(words: "it gives the argument \(name) twice")
        }
        result.named.append((name, try expression()))
      } else {
        guard result.named.isEmpty else { throw TemplateError(words: "an argument without a name follows a named one") }
        result.plain.append(try expression())
      }
      if !take(.symbol(",")), peek != .symbol(")") { throw TemplateError(words: "a list of arguments is not closed") }
    }
    return result
  }

  private mutating func primary() throws -> TemplateExpression {
    guard let token = peek else { throw TemplateError(words: "it ends within an expression") }
    position += 1
    switch token {
    case .string(var text):
      // Texts that follow each other are one.
      while case .string(let more)? = peek {
        text += more
        position += 1
      }
      return .string(text)
    case .integer(let value): return .integer(value)
    case .number(let value): return .number(value)
    case .name("true"), .name("True"): return .bool(true)
    case .name("false"), .name("False"): return .bool(false)
    case .name("none"), .name("None"): return .none
    case .name(let name): return .variable(name)
    case .symbol("("): return try bracketed()
    case .symbol("["): return .list(try items(), isTuple: false)
    case .symbol("{"): return .object(try members())
    default:
      position -= 1
      throw TemplateError(words: "\(Self.words(token)) is not understood")
    }
  }

  private mutating func bracketed() throws -> TemplateExpression {
    if take(.symbol(")")) { return .list([], isTuple: true) }
    let value = try tuple { try $0.expression() }
    try expect(.symbol(")"))
    return value
  }

  private mutating func items() throws -> [TemplateExpression] {
    var items: [TemplateExpression] = []
    while !take(.symbol("]")) {
      items.append(try expression())
      if !take(.symbol(",")), peek != .symbol("]") { throw TemplateError(words: "a list is not closed") }
    }
    return items
  }

  private mutating func members() throws -> [(TemplateExpression, TemplateExpression)] {
    var members: [(TemplateExpression, TemplateExpression)] = []
    while !take(.symbol("}")) {
      let key = try expression()
      try expect(.symbol(":"))
      members.append((key, try expression()))
      if !take(.symbol(",")), peek != .symbol("}") { throw TemplateError(words: "an object is not closed") }
    }
    return members
  }
}

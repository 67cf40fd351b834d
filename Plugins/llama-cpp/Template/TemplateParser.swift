// Tokens of a chat template into its tree. What it does not know it refuses, with the name.

struct TemplateParser {
  let tokens: [(token: TemplateToken, line: Int)]
  var position = 0
  var depth = 0
  /// Operators, calls and filters of the tag that is read: a chain of them nests as deeply as it is long.
  var links = 0
  private var loops = 0

  private init(_ tokens: [(token: TemplateToken, line: Int)]) { self.tokens = tokens }

  static func parse(_ tokens: [(token: TemplateToken, line: Int)]) throws -> [TemplateNode] {
    var parser = TemplateParser(tokens)
    do {
      let (nodes, end) = try parser.nodes()
      if let end { throw TemplateError(words: "{% \(end) %} stands alone") }
      return nodes
    } catch let error as TemplateError { throw error.at(parser.line) }
  }

  mutating func deeper<Result>(_ body: (inout TemplateParser) throws -> Result) throws -> Result {
    depth += 1
    defer { depth -= 1 }
    guard depth < 64 else { throw TemplateError(words: "it is nested too deeply") }
    return try body(&self)
  }

  // ---- statements

  /// Up to a block that ends or continues another, whose word it answers; that word is taken, the rest of its tag is
  /// not.
  private mutating func nodes() throws -> ([TemplateNode], String?) {
    try deeper { try $0.moreNodes() }
  }

  private mutating func moreNodes() throws -> ([TemplateNode], String?) {
    var result: [TemplateNode] = []
    while let token = peek {
      let line = line
      position += 1
      links = 0
      switch token {
      case .text(let text): result.append(TemplateNode(line: line, kind: .text(text)))
      case .openOutput:
        result.append(TemplateNode(line: line, kind: .output(try expression())))
        try expect(.closeOutput)
      case .openBlock:
        let word = try name()
        if word.hasPrefix("end") || word == "else" || word == "elif" { return (result, word) }
        result.append(TemplateNode(line: line, kind: try block(word)))
      default: throw TemplateError(words: "\(Self.words(token)) stands outside of a tag")
      }
    }
    return (result, nil)
  }

  private mutating func block(_ word: String) throws -> TemplateNode.Kind {
    switch word {
    case "if": return try condition()
    case "for": return try loop()
    case "set": return try assignment()
    case "macro": return try macro()
    case "filter":
      let filters = try filterNames()
      try expect(.closeBlock)
      return .filterBlock(filters, try body(of: "filter"))
    case "generation":
      // Marks what the assistant said, for training; the text is the same.
      try expect(.closeBlock)
      return .scope(try body(of: "generation"))
    case "break" where loops > 0:
      try expect(.closeBlock)
      return .leaveLoop
    case "continue" where loops > 0:
      try expect(.closeBlock)
      return .nextRound
    default: throw TemplateError(words: "it uses {% \(word) %}")
    }
  }

  /// What stands inside of a block that nothing continues, and its end.
  private mutating func body(of word: String) throws -> [TemplateNode] {
    // A block is rendered for itself, so no word inside of it ends a loop around it.
    let start = tokens[position - 1].line
    let around = loops
    loops = 0
    defer { loops = around }
    let (body, end) = try nodes()
    guard end == "end\(word)" else { throw unclosed(word, end, start) }
    if word == "macro", case .name? = peek { position += 1 }
    try expect(.closeBlock)
    return body
  }

  private func unclosed(_ word: String, _ end: String?, _ start: Int) -> TemplateError {
    TemplateError(words: "a {% \(word) %} is not closed" + (end.map { ": {% \($0) %} comes first" } ?? ""), line: start)
  }

  private mutating func condition() throws -> TemplateNode.Kind {
    let start = tokens[position - 1].line
    var branches: [(TemplateExpression, [TemplateNode])] = []
    while true {
      links = 0
      let test = try expression()
      try expect(.closeBlock)
      let (body, end) = try nodes()
      branches.append((test, body))
      switch end {
      case "elif": continue
      case "else":
        try expect(.closeBlock)
        let (otherwise, last) = try nodes()
        guard last == "endif" else { throw unclosed("if", last, start) }
        try expect(.closeBlock)
        return .condition(branches, otherwise: otherwise)
      case "endif":
        try expect(.closeBlock)
        return .condition(branches, otherwise: [])
      default: throw unclosed("if", end, start)
      }
    }
  }

  private mutating func loop() throws -> TemplateNode.Kind {
    let start = tokens[position - 1].line
    let target = try target()
    try expect(.name("in"))
    let over = try tuple { try $0.alternatives() }
    let filter = take(.name("if")) ? try expression() : nil
    guard peek != .name("recursive") else { throw TemplateError(words: "it uses a recursive {% for %}") }
    try expect(.closeBlock)
    loops += 1
    var (body, end) = try nodes()
    loops -= 1
    var otherwise: [TemplateNode] = []
    if end == "else" {
      try expect(.closeBlock)
      (otherwise, end) = try nodes()
    }
    guard end == "endfor" else { throw unclosed("for", end, start) }
    try expect(.closeBlock)
    return .loop(TemplateLoop(target: target, over: over, condition: filter, body: body, otherwise: otherwise))
  }

  private mutating func assignment() throws -> TemplateNode.Kind {
    let target = try target()
    if take(.symbol("=")) {
      let value = try tuple { try $0.expression() }
      try expect(.closeBlock)
      return .set(target, value)
    }
    let filters = take(.symbol("|")) ? try filterNames() : []
    try expect(.closeBlock)
    return .setBlock(target, filters, try body(of: "set"))
  }

  private mutating func macro() throws -> TemplateNode.Kind {
    var macro = TemplateMacro(name: try name(), parameters: [], body: [])
    try expect(.symbol("("))
    while !take(.symbol(")")) {
      let parameter = try name()
      guard !macro.parameters.contains(where: { $0.name == parameter }) else {
        throw TemplateError(words: "the macro \(macro.name) has the parameter \(parameter) twice")
      }
      macro.parameters.append((parameter, take(.symbol("=")) ? try expression() : nil))
      if !take(.symbol(",")), peek != .symbol(")") { throw TemplateError(words: "a list of parameters is not closed") }
    }
    try expect(.closeBlock)
    macro.body = try body(of: "macro")
    return .macro(macro)
  }

  /// One name, an attribute of one, or several names to take a list apart.
  private mutating func target() throws -> TemplateTarget {
    try deeper { parser in
      var parts = [try parser.oneTarget()]
      guard parser.peek == .symbol(",") else { return parts[0] }
      while parser.take(.symbol(",")) {
        if parser.peek == .name("in") || parser.peek == .symbol(")") { break }
        parts.append(try parser.oneTarget())
      }
      return .several(parts)
    }
  }

  private mutating func oneTarget() throws -> TemplateTarget {
    if take(.symbol("(")) {
      let inner = try target()
      try expect(.symbol(")"))
      return inner
    }
    let name = try name()
    guard !["true", "false", "none", "True", "False", "None"].contains(name) else {
      throw TemplateError(words: "it gives \(name) a value")
    }
    return take(.symbol(".")) ? .attribute(of: name, try self.name()) : .name(name)
  }
}

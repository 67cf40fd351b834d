// A chat template's tree and its variables into text.
import JSONValue

struct TemplateRenderer {
  /// The innermost last. A name that is in none is undefined: nil.
  private var scopes: [[String: JSONValue]]
  private var output = ""
  private var steps = 0

  /// What the template itself refuses (raise_exception).
  struct Refusal: Error {
    var words: String
  }

  static func render(_ nodes: [TemplateNode], _ variables: [String: JSONValue]) throws -> String {
    var renderer = TemplateRenderer(scopes: [variables])
    try renderer.run(nodes)
    return renderer.output
  }

  private init(scopes: [[String: JSONValue]]) { self.scopes = scopes }

  private mutating func run(_ nodes: [TemplateNode]) throws {
    for node in nodes {
      steps += 1
      guard steps < 1_000_000 else { throw TemplateError(words: "it does not come to an end") }
      switch node {
      case .text(let text): output += text
      case .output(let expression): output += Self.text(try value(expression))
      case .set(let variable, let attribute, let expression): try set(variable, attribute, try value(expression))
      case .condition(let branches, let otherwise):
        let branch = try branches.first { Self.isTrue(try value($0.0)) }
        try run(branch?.1 ?? otherwise)
      case .loop(let variables, let over, let filter, let body): try loop(variables, over, filter, body)
      }
    }
  }

  private mutating func set(_ variable: String, _ attribute: String?, _ value: JSONValue?) throws {
    guard let attribute else {
      scopes[scopes.count - 1][variable] = value
      return
    }
    // Only a namespace outlives the loop in which it is set.
    guard let scope = scopes.lastIndex(where: { $0[variable] != nil }), var object = scopes[scope][variable]?.object
    else {
      throw TemplateError(words: "it sets \(variable).\(attribute), and \(variable) is no namespace")
    }
    object[attribute] = value
    scopes[scope][variable] = .object(object)
  }

  private mutating func loop(
    _ variables: [String], _ over: TemplateExpression, _ filter: TemplateExpression?, _ body: [TemplateNode]
  ) throws {
    guard let items = try value(over)?.array else { throw TemplateError(words: "it loops over what is no list") }
    var rounds: [[String: JSONValue]] = []
    for item in items {
      var scope: [String: JSONValue] = [:]
      for (index, name) in variables.enumerated() { scope[name] = variables.count == 1 ? item : item[index] }
      scopes.append(scope)
      defer { scopes.removeLast() }
      if try filter.map({ Self.isTrue(try value($0)) }) ?? true { rounds.append(scope) }
    }
    for (index, scope) in rounds.enumerated() {
      var loop: [String: JSONValue] = [
        "index0": .int(Int64(index)), "index": .int(Int64(index + 1)), "length": .int(Int64(rounds.count)),
        "first": .bool(index == 0), "last": .bool(index == rounds.count - 1),
      ]
      if variables.count == 1 {
        if index > 0 { loop["previtem"] = rounds[index - 1][variables[0]] }
        if index + 1 < rounds.count { loop["nextitem"] = rounds[index + 1][variables[0]] }
      }
      scopes.append(scope.merging(["loop": .object(loop)]) { own, _ in own })
      try run(body)
      scopes.removeLast()
    }
  }

  func value(_ expression: TemplateExpression) throws -> JSONValue? {
    switch expression {
    case .integer(let value): return .int(value)
    case .number(let value): return .double(value)
    case .string(let value): return .string(value)
    case .bool(let value): return .bool(value)
    case .none: return .null
    case .variable(let name): return scopes.last { $0[name] != nil }?[name]
    case .list(let items): return .array(try items.map { try value($0) ?? .null })
    case .attribute(let of, let name): return try value(of)?[name]
    case .item(let of, let key): return try item(try value(of), try value(key))
    case .slice(let of, let from, let to): return try slice(try value(of), try from.map(value), try to.map(value))
    case .call(let function, let arguments, let named): return try call(function, arguments, named)
    case .filter(let of, let name, let arguments):
      return try TemplateFunctions.filter(name, try value(of), try arguments.map { try value($0) ?? .null })
    case .test(let of, let name): return .bool(try TemplateFunctions.test(name, try value(of)))
    case .not(let of): return .bool(!Self.isTrue(try value(of)))
    case .negative(let of):
      guard let number = try value(of)?.int else { throw TemplateError(words: "it negates what is no whole number") }
      return .int(-number)
    case .operation("and", let left, let right):
      let first = try value(left)
      return Self.isTrue(first) ? try value(right) : first
    case .operation("or", let left, let right):
      let first = try value(left)
      return Self.isTrue(first) ? first : try value(right)
    case .operation(let sign, let left, let right):
      return try TemplateFunctions.operation(sign, try value(left), try value(right))
    case .choice(let test, let value, let otherwise):
      return try self.value(Self.isTrue(try self.value(test)) ? value : otherwise)
    }
  }

  private func item(_ of: JSONValue?, _ key: JSONValue?) throws -> JSONValue? {
    if let name = key?.string { return of?[name] }
    guard let index = key?.int, let items = of?.array else { return nil }
    return of?[Int(clamping: index < 0 ? index + Int64(items.count) : index)]
  }

  private func slice(_ of: JSONValue?, _ from: JSONValue??, _ to: JSONValue??) throws -> JSONValue? {
    guard let items = of?.array else { throw TemplateError(words: "it cuts what is no list") }
    func index(_ value: JSONValue??, or fallback: Int) -> Int {
      guard let number = value??.int else { return fallback }
      return min(max(0, Int(clamping: number < 0 ? number + Int64(items.count) : number)), items.count)
    }
    let start = index(from, or: 0)
    return .array(Array(items[start..<max(start, index(to, or: items.count))]))
  }

  private func call(
    _ function: TemplateExpression, _ arguments: [TemplateExpression], _ named: [(String, TemplateExpression)]
  ) throws -> JSONValue? {
    let plain = try arguments.map { try value($0) ?? .null }
    switch function {
    case .variable("raise_exception"): throw Refusal(words: plain.first?.string ?? "the template refuses it")
    case .variable("namespace"):
      var object: [String: JSONValue] = [:]
      for (name, expression) in named { object[name] = try value(expression) ?? .null }
      return .object(object)
    case .variable("range"):
      let bounds = plain.compactMap { $0.int }
      guard bounds.count == plain.count, (1...2).contains(bounds.count) else {
        throw TemplateError(words: "it calls range() with more than two whole numbers")
      }
      let low = bounds.count == 2 ? bounds[0] : 0
      let high = bounds[bounds.count - 1]
      guard high - low < 100_000 else { throw TemplateError(words: "it makes a range of more than 100000") }
      return .array(low < high ? (low..<high).map { .int($0) } : [])
    case .variable(let name): throw TemplateError(words: "it calls \(name)()")
    case .attribute(let of, let name): return try TemplateFunctions.method(name, try value(of), plain)
    default: throw TemplateError(words: "it calls what is no function")
    }
  }

  static func isTrue(_ value: JSONValue?) -> Bool {
    switch value {
    case nil, .null?: false
    case .bool(let bool)?: bool
    case .int(let number)?: number != 0
    case .double(let number)?: number != 0
    case .string(let text)?: !text.isEmpty
    case .array(let items)?: !items.isEmpty
    case .object(let items)?: !items.isEmpty
    }
  }

  static func text(_ value: JSONValue?) -> String {
    switch value {
    case nil: ""
    case .null?: "None"
    case .bool(let bool)?: bool ? "True" : "False"
    case .string(let text)?: text
    case let other?: other.text
    }
  }
}

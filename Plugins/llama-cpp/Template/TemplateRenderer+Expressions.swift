// Expressions into values. Each kind has a function of its own: one with all of them takes more of the stack per level.

extension TemplateRenderer {
  static let builtins: Set<String> = [
    "raise_exception", "strftime_now", "namespace", "range", "dict", "cycler", "joiner", "lipsum",
  ]
  /// What Python's objects answer to without a call, where a member of that name would be meant.
  private static let ownNames: Set<String> = [
    "get", "items", "keys", "values", "pop", "popitem", "update", "copy", "clear", "setdefault", "fromkeys",
  ]

  func variable(_ name: String) -> TemplateValue {
    for scope in scopes.reversed() {
      if let value = scope[name] { return value }
    }
    return Self.builtins.contains(name) ? .builtin(name) : .undefined
  }

  func value(_ expression: TemplateExpression) throws -> TemplateValue {
    try deeper { try shallow(expression) }
  }

  private func shallow(_ expression: TemplateExpression) throws -> TemplateValue {
    switch expression {
    case .integer(let value): return .int(value)
    case .number(let value): return .double(value)
    case .string(let value): return .string(value)
    case .bool(let value): return .bool(value)
    case .none: return .null
    case .undefined: return .undefined
    case .variable(let name): return variable(name)
    case .list(let items, let isTuple): return try made(try items.map { try value($0) }, isTuple: isTuple)
    case .object(let members): return try object(members)
    case .attribute(let of, let name): return try attribute(try value(of), name)
    case .item(let of, let key): return try item(try value(of), try value(key))
    case .slice(let of, let parts): return try slice(try value(of), try parts.map { try $0.map { try value($0) } })
    case .call(let function, let arguments): return try call(function, arguments)
    case .filter(let of, let call): return try filter(call, try value(of))
    case .test(let of, let name, let arguments):
      return .bool(try test(name, try value(of), try arguments.map { try value($0) }))
    case .not(let of): return .bool(!(try value(of).isTrue))
    case .sign(let sign, let of): return try signed(sign, try value(of))
    case .operation(let sign, let left, let right): return try operation(sign, left, right)
    case .choice(let test, let first, let otherwise): return try value(try value(test).isTrue ? first : otherwise)
    }
  }

  private func signed(_ sign: String, _ value: TemplateValue) throws -> TemplateValue {
    switch value {
    case .int(let number) where number != .min: .int(sign == "-" ? -number : number)
    case .double(let number): .double(sign == "-" ? -number : number)
    default: throw TemplateError(words: "it puts a sign before \(value.kind)")
    }
  }

  private func object(_ members: [(TemplateExpression, TemplateExpression)]) throws -> TemplateValue {
    try charge(32 * members.count)
    return .object(
      try TemplateObject(
        members.map { key, member in
          let key = try value(key)
          guard let name = key.string else { throw TemplateError(words: "it uses \(key.kind) as a key") }
          return (name, try value(member))
        }))
  }

  // ---- parts of values

  private func attribute(_ of: TemplateValue, _ name: String) throws -> TemplateValue {
    guard !name.hasPrefix("_") else { throw TemplateError(words: "it asks for .\(name)") }
    switch of {
    case .undefined: throw TemplateError(words: "it asks an undefined value for .\(name)")
    case .namespace(let namespace): return namespace.members[name] ?? .undefined
    case .object(let object):
      guard !Self.ownNames.contains(name) else { throw TemplateError(words: "it uses .\(name) without calling it") }
      return object[name] ?? .undefined
    default: return .undefined
    }
  }

  private func item(_ of: TemplateValue, _ key: TemplateValue) throws -> TemplateValue {
    switch (of, key) {
    case (.undefined, _): throw TemplateError(words: "it asks an undefined value for a part")
    case (.object(let object), .string(let name)): return object[name] ?? .undefined
    case (.namespace(let namespace), .string(let name)): return namespace.members[name] ?? .undefined
    case (.list(let list), .int(let index)):
      return list.items[safe: Self.index(index, list.items.count)] ?? .undefined
    case (.string(let text), .int(let index)):
      try charge(text.utf8.count)
      let scalars = Array(text.unicodeScalars)
      return scalars[safe: Self.index(index, scalars.count)].map { .string(String($0)) } ?? .undefined
    default: return .undefined
    }
  }

  private static func index(_ index: Int64, _ count: Int) -> Int {
    Int(clamping: index < 0 ? index.addingReportingOverflow(Int64(count)).partialValue : index)
  }

  private func slice(_ of: TemplateValue, _ parts: [TemplateValue?]) throws -> TemplateValue {
    let bounds = try parts.map { part -> Int64? in
      guard let part, part.isNone == false else { return nil }
      guard let number = part.int else { throw TemplateError(words: "it cuts at \(part.kind)") }
      return number
    }
    switch of {
    case .list(let list):
      return try made(try Self.places(list.items.count, bounds).map { list.items[$0] }, isTuple: list.isTuple)
    case .string(let text):
      try charge(text.utf8.count)
      let scalars = Array(text.unicodeScalars)
      return try made(TemplateText.string(try Self.places(scalars.count, bounds).map { scalars[$0] }))
    default: throw TemplateError(words: "it cuts \(of.kind)")
    }
  }

  /// As Python's slices: the start, the end, the step.
  private static func places(_ count: Int, _ bounds: [Int64?]) throws -> StrideTo<Int> {
    let step = Int(clamping: (bounds[safe: 2] ?? nil) ?? 1)
    guard step != 0 else { throw TemplateError(words: "it cuts in steps of 0") }
    let (lowest, highest) = step > 0 ? (0, count) : (-1, count - 1)
    func bound(_ value: Int64?, _ fallback: Int) -> Int {
      guard let value else { return fallback }
      return min(max(lowest, index(value, count)), highest)
    }
    let start = bound(bounds[0], step > 0 ? lowest : highest)
    let end = bound(bounds[safe: 1] ?? nil, step > 0 ? highest : lowest)
    return stride(from: start, to: end, by: step)
  }

  // ---- calls

  func arguments(_ arguments: TemplateArguments) throws -> TemplateCallValues {
    TemplateCallValues(
      plain: try arguments.plain.map { try value($0) },
      named: Dictionary(uniqueKeysWithValues: try arguments.named.map { ($0.name, try value($0.value)) }),
      order: arguments.named.map(\.name))
  }

  private func call(_ function: TemplateExpression, _ arguments: TemplateArguments) throws -> TemplateValue {
    if case .attribute(let of, let name) = function {
      return try method(name, try value(of), try self.arguments(arguments))
    }
    switch try value(function) {
    case .macro(let closure): return try call(closure, try self.arguments(arguments))
    case .builtin(let name): return try builtin(name, try self.arguments(arguments))
    case .undefined:
      if case .variable(let name) = function { throw TemplateError(words: "it calls \(name)()") }
      fallthrough
    default: throw TemplateError(words: "it calls what is no function")
    }
  }

  private func call(_ closure: TemplateClosure, _ given: TemplateCallValues) throws -> TemplateValue {
    let macro = closure.macro
    var given = given
    var names: [String: TemplateValue] = [:]
    guard given.plain.count <= macro.parameters.count else {
      throw TemplateError(words: "it calls the macro \(macro.name) with too many arguments")
    }
    let before = scopes
    scopes.removeLast(max(0, scopes.count - closure.visibleScopes))
    defer { scopes = before }
    for (index, parameter) in macro.parameters.enumerated() {
      let named = given.named.removeValue(forKey: parameter.name)
      guard index >= given.plain.count || named == nil else {
        throw TemplateError(words: "it calls the macro \(macro.name) with \(parameter.name) twice")
      }
      let argument = given.plain[safe: index] ?? named
      names[parameter.name] = try argument ?? parameter.fallback.map { try value($0) } ?? .undefined
    }
    if let unknown = given.named.keys.min() {
      throw TemplateError(words: "it calls the macro \(macro.name) with \(unknown), which it does not have")
    }
    return try made(try captured(names, macro.body))
  }

  private func builtin(_ name: String, _ given: TemplateCallValues) throws -> TemplateValue {
    switch name {
    case "raise_exception":
      throw Refusal(words: try given.plain.first.map { try text($0) } ?? "the template refuses it")
    case "strftime_now":
      let format = try given.text(0, of: name)
      return try made(try TemplateText.time(now, format))
    case "namespace", "dict":
      guard given.plain.isEmpty else { throw TemplateError(words: "it calls \(name)() with a value without a name") }
      let pairs = given.order.map { ($0, given.named[$0] ?? .undefined) }
      if name == "dict" { return .object(try TemplateObject(pairs)) }
      _ = try TemplateNesting.above(pairs.map(\.1))
      let namespace = TemplateNamespace()
      namespace.members = Dictionary(uniqueKeysWithValues: pairs)
      return .namespace(namespace)
    case "range": return try range(given)
    default: throw TemplateError(words: "it calls \(name)()")
    }
  }

  private func range(_ given: TemplateCallValues) throws -> TemplateValue {
    let bounds = given.plain.compactMap(\.int)
    guard bounds.count == given.plain.count, (1...3).contains(bounds.count), given.named.isEmpty else {
      throw TemplateError(words: "it calls range() with something other than up to three whole numbers")
    }
    let (low, high) = bounds.count == 1 ? (0, bounds[0]) : (bounds[0], bounds[1])
    let step = bounds[safe: 2] ?? 1
    let limit: Int64 = 100_000
    guard step != 0, abs(step.clamped) < 1 << 40, abs(low.clamped) < 1 << 40, abs(high.clamped) < 1 << 40,
      (high - low) / step < limit
    else { throw TemplateError(words: "it makes a range of more than \(limit) numbers, or one without an end") }
    return try made(stride(from: low, to: high, by: Int(step)).map { .int($0) })
  }
}

/// What a function is called with.
struct TemplateCallValues {
  var plain: [TemplateValue]
  var named: [String: TemplateValue]
  /// The names as they were given.
  var order: [String]

  /// The argument at a place or with a name.
  subscript(_ index: Int, _ name: String) -> TemplateValue? { plain[safe: index] ?? named[name] }

  func text(_ index: Int, of function: String) throws -> String {
    guard let text = plain[safe: index]?.string else {
      throw TemplateError(words: "it calls \(function)() without the text that it needs")
    }
    return text
  }

  /// Refuses what a function does not take, instead of passing over it.
  func check(_ function: String, atMost count: Int, named names: Set<String> = []) throws {
    guard plain.count <= count, Set(named.keys).isSubset(of: names) else {
      throw TemplateError(words: "it calls \(function) with other arguments than are known")
    }
  }
}

extension Int64 {
  /// `abs` of the smallest number has no place.
  fileprivate var clamped: Int64 { Swift.max(self, -Int64.max) }
}

extension TemplateValue {
  var isNone: Bool { if case .null = self { true } else { false } }
}

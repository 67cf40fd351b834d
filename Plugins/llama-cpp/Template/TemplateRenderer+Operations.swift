// Operators and tests, as Python and Jinja define them.

extension TemplateRenderer {
  func operation(_ sign: String, _ left: TemplateExpression, _ right: TemplateExpression) throws -> TemplateValue {
    let first = try value(left)
    if sign == "and" { return first.isTrue ? try value(right) : first }
    if sign == "or" { return first.isTrue ? first : try value(right) }
    return try operation(sign, first, try value(right))
  }

  private func operation(_ sign: String, _ left: TemplateValue, _ right: TemplateValue) throws -> TemplateValue {
    switch sign {
    case "==": return .bool(try isEqual(left, right))
    case "!=": return .bool(!(try isEqual(left, right)))
    case "in": return .bool(try isIn(left, right))
    case "not in": return .bool(!(try isIn(left, right)))
    case "~": return try made(try text(left) + text(right))
    default: break
    }
    if let order = try order(sign, left, right) { return .bool(order) }
    switch (sign, left, right) {
    case ("+", .string(let left), .string(let right)): return try made(left + right)
    case ("+", .list(let left), .list(let right)) where left.isTuple == right.isTuple:
      return try made(left.items + right.items, isTuple: left.isTuple)
    case ("*", .string(let text), .int(let count)), ("*", .int(let count), .string(let text)):
      try charge(try product(text.utf8.count, count))
      return .string(String(repeating: text, count: Int(max(0, count))))
    case (_, .int(let left), .int(let right)) where sign != "/": return .int(try whole(sign, left, right))
    default: break
    }
    if let first = left.double, let second = right.double, let result = Self.broken(sign, first, second) {
      return .double(result)
    }
    throw TemplateError(words: "it computes \(left.kind) \(sign) \(right.kind)")
  }

  private func product(_ size: Int, _ count: Int64) throws -> Int {
    let (units, overflow) = size.multipliedReportingOverflow(by: Int(max(0, count)))
    guard !overflow else { throw Self.tooMuch }
    return units
  }

  func isEqual(_ left: TemplateValue, _ right: TemplateValue) throws -> Bool {
    try charge(1 + Self.size(left, 0))
    return left.isEqual(to: right)
  }

  /// What comparing a value may cost.
  private static func size(_ value: TemplateValue, _ depth: Int) -> Int {
    switch value {
    case .string(let text): text.utf8.count
    case .list(let list): list.items.reduce(1) { $0 + size($1, depth + 1) }
    case .object(let object): object.pairs.reduce(1) { $0 + $1.0.utf8.count + size($1.1, depth + 1) }
    default: 1
    }
  }

  private func isIn(_ part: TemplateValue, _ whole: TemplateValue) throws -> Bool {
    switch whole {
    case .string(let text):
      guard let part = part.string else { throw TemplateError(words: "it looks for \(part.kind) in a text") }
      try charge(text.utf8.count)
      return TemplateText.contains(text, part)
    case .list(let list): return try list.items.contains { try isEqual($0, part) }
    case .object(let object): return part.string.map { object[$0] != nil } ?? false
    case .undefined: return false
    default: throw TemplateError(words: "it looks for something in \(whole.kind)")
    }
  }

  private func order(_ sign: String, _ left: TemplateValue, _ right: TemplateValue) throws -> Bool? {
    guard ["<", ">", "<=", ">="].contains(sign) else { return nil }
    func ordered<T: Comparable>(_ left: T, _ right: T) -> Bool {
      switch sign {
      case "<": left < right
      case ">": left > right
      case "<=": left <= right
      default: left >= right
      }
    }
    switch (left, right) {
    case (.int(let left), .int(let right)): return ordered(left, right)
    case (.string(let left), .string(let right)):
      try charge(min(left.utf8.count, right.utf8.count))
      if left.utf8.elementsEqual(right.utf8) { return ordered(0, 0) }
      return left.utf8.lexicographicallyPrecedes(right.utf8) ? ordered(0, 1) : ordered(1, 0)
    default: return left.double.flatMap { left in right.double.map { ordered(left, $0) } }
    }
  }

  private func whole(_ sign: String, _ left: Int64, _ right: Int64) throws -> Int64 {
    let (value, overflow): (Int64, Bool)
    switch sign {
    case "+": (value, overflow) = left.addingReportingOverflow(right)
    case "-": (value, overflow) = left.subtractingReportingOverflow(right)
    case "*": (value, overflow) = left.multipliedReportingOverflow(by: right)
    // Python rounds down, and a remainder has the sign of the divisor.
    case "//" where right != 0 && right != -1:
      let (quotient, rest) = left.quotientAndRemainder(dividingBy: right)
      (value, overflow) = (rest != 0 && (rest < 0) != (right < 0) ? quotient - 1 : quotient, false)
    case "%" where right != 0 && right != -1:
      let rest = left % right
      (value, overflow) = (rest != 0 && (rest < 0) != (right < 0) ? rest + right : rest, false)
    default: throw TemplateError(words: "it computes \(left) \(sign) \(right)")
    }
    guard !overflow else { throw TemplateError(words: "it computes a number that is too large") }
    return value
  }

  private static func broken(_ sign: String, _ left: Double, _ right: Double) -> Double? {
    switch sign {
    case "+": left + right
    case "-": left - right
    case "*": left * right
    case "/" where right != 0: left / right
    default: nil
    }
  }

  // ---- tests

  func test(_ name: String, _ value: TemplateValue, _ arguments: [TemplateValue]) throws -> Bool {
    if let argument = arguments.first, arguments.count == 1, let answer = try test(name, value, with: argument) {
      return answer
    }
    guard arguments.isEmpty else { throw TemplateError(words: "it uses the test '\(name)' with arguments") }
    switch (name, value) {
    case ("defined", _): return !value.isUndefined
    case ("undefined", _): return value.isUndefined
    case ("none", _): return value.isNone
    case ("string", _): return value.string != nil
    case ("mapping", _): return value.object != nil
    case ("iterable", .string), ("iterable", .list), ("iterable", .object), ("iterable", .undefined): return true
    case ("sequence", .string), ("sequence", .list), ("sequence", .object), ("sequence", .undefined): return true
    case ("iterable", _), ("sequence", _): return false
    case ("number", .bool): return true
    case ("number", _): return value.double != nil
    case ("integer", _): return value.int != nil
    case ("float", _): return value.int == nil && value.double != nil
    case ("boolean", .bool), ("callable", .macro), ("callable", .builtin): return true
    case ("boolean", _), ("callable", _): return false
    case ("true", .bool(let bool)): return bool
    case ("false", .bool(let bool)): return !bool
    case ("true", _), ("false", _): return false
    case ("odd", .int(let number)): return number % 2 != 0
    case ("even", .int(let number)): return number % 2 == 0
    default: throw TemplateError(words: "it uses the test '\(name)' on \(value.kind)")
    }
  }

  /// Nil for a test that takes nothing.
  private func test(_ name: String, _ value: TemplateValue, with argument: TemplateValue) throws -> Bool? {
    let signs = [
      "eq": "==", "equalto": "==", "==": "==", "ne": "!=", "!=": "!=", "lt": "<", "lessthan": "<", "gt": ">",
      "greaterthan": ">", "le": "<=", "ge": ">=", "in": "in",
    ]
    if let sign = signs[name] { return try operation(sign, value, argument).isTrue }
    switch (name, value, argument) {
    case ("divisibleby", .int(let number), .int(let divisor)) where divisor != 0 && divisor != -1:
      return number % divisor == 0
    case ("sameas", .bool(let value), .bool(let second)): return value == second
    case ("sameas", _, .null): return value.isNone
    case ("sameas", _, .bool): return false
    default: return nil
    }
  }
}

extension TemplateValue {
  fileprivate var double: Double? {
    switch self {
    case .int(let value): Double(value)
    case .double(let value): value
    default: nil
    }
  }
}

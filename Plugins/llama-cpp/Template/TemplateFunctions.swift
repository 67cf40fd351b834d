// Operators, filters, tests and methods that chat templates use.
import JSONValue

enum TemplateFunctions {
  static func operation(_ sign: String, _ left: JSONValue?, _ right: JSONValue?) throws -> JSONValue {
    switch sign {
    case "==": return .bool(isEqual(left, right))
    case "!=": return .bool(!isEqual(left, right))
    case "~": return .string(TemplateRenderer.text(left) + TemplateRenderer.text(right))
    case "in":
      if let text = right?.string, let part = left?.string { return .bool(text.contains(part)) }
      if let items = right?.array { return .bool(items.contains { isEqual($0, left) }) }
      if let object = right?.object { return .bool(left?.string.map { object[$0] != nil } ?? false) }
      return false
    case "+":
      if let left = left?.string, let right = right?.string { return .string(left + right) }
      if let left = left?.array, let right = right?.array { return .array(left + right) }
    default: break
    }
    if let left = left?.int, let right = right?.int { return try whole(sign, left, right) }
    if let left = left?.string, let right = right?.string {
      if let order = ordered(sign, left, right) { return .bool(order) }
    }
    throw TemplateError(words: "it computes \(kind(left)) \(sign) \(kind(right))")
  }

  private static func whole(_ sign: String, _ left: Int64, _ right: Int64) throws -> JSONValue {
    if let order = ordered(sign, left, right) { return .bool(order) }
    let (value, overflow): (Int64, Bool)
    switch sign {
    case "+": (value, overflow) = left.addingReportingOverflow(right)
    case "-": (value, overflow) = left.subtractingReportingOverflow(right)
    case "*": (value, overflow) = left.multipliedReportingOverflow(by: right)
    case "//" where right > 0 && left >= 0: return .int(left / right)
    case "%" where right > 0: return .int((left % right + right) % right)
    default: throw TemplateError(words: "it computes a number \(sign) a number")
    }
    guard !overflow else { throw TemplateError(words: "it computes a number that is too large") }
    return .int(value)
  }

  private static func ordered<T: Comparable>(_ sign: String, _ left: T, _ right: T) -> Bool? {
    switch sign {
    case "<": left < right
    case ">": left > right
    case "<=": left <= right
    case ">=": left >= right
    default: nil
    }
  }

  private static func isEqual(_ left: JSONValue?, _ right: JSONValue?) -> Bool {
    if let left = left?.double, let right = right?.double { return left == right }
    return (left ?? .null) == (right ?? .null)
  }

  private static func kind(_ value: JSONValue?) -> String {
    switch value {
    case nil: "an undefined value"
    case .null?: "none"
    case .bool?: "a truth value"
    case .int?, .double?: "a number"
    case .string?: "a text"
    case .array?: "a list"
    case .object?: "an object"
    }
  }

  static func test(_ name: String, _ value: JSONValue?) throws -> Bool {
    switch name {
    case "defined": value != nil
    case "undefined": value == nil
    case "none": value == .null
    case "string": value?.string != nil
    case "mapping": value?.object != nil
    case "iterable", "sequence": value?.array != nil || value?.string != nil || value?.object != nil
    case "number": value?.double != nil
    case "integer": value?.int != nil
    case "boolean": value?.bool != nil
    case "true": value == .bool(true)
    case "false": value == .bool(false)
    default: throw TemplateError(words: "it uses the test '\(name)'")
    }
  }

  static func filter(_ name: String, _ value: JSONValue?, _ arguments: [JSONValue]) throws -> JSONValue? {
    switch name {
    case "default": return value ?? arguments.first
    case "safe": return value
    case "string": return .string(TemplateRenderer.text(value))
    case "length", "count":
      if let count = value?.array?.count ?? value?.string?.unicodeScalars.count ?? value?.object?.count {
        return .int(Int64(count))
      }
    case "first": if let items = value?.array { return items.first }
    case "last": if let items = value?.array { return items.last }
    case "list": if let items = value?.array { return .array(items) }
    case "join":
      if let items = value?.array {
        return .string(items.map { TemplateRenderer.text($0) }.joined(separator: arguments.first?.string ?? ""))
      }
    case "trim", "upper", "lower", "replace":
      if value?.string != nil { return try method(name == "trim" ? "strip" : name, value, arguments) }
    default: break
    }
    throw TemplateError(words: "it puts \(kind(value)) through the filter '\(name)'")
  }

  static func method(_ name: String, _ value: JSONValue?, _ arguments: [JSONValue]) throws -> JSONValue {
    if let object = value?.object, name == "get", let key = arguments.first?.string {
      return object[key] ?? (arguments.count > 1 ? arguments[1] : .null)
    }
    if let text = value?.string, let result = onText(name, text, arguments) { return result }
    throw TemplateError(words: "it calls .\(name)() of \(kind(value))")
  }

  private static func onText(_ name: String, _ text: String, _ arguments: [JSONValue]) -> JSONValue? {
    let first = arguments.first?.string
    let cut: (Character) -> Bool = { character in first?.contains(character) ?? character.isWhitespace }
    switch name {
    case "strip": return .string(stripped(String(text.drop(while: cut)), cut))
    case "lstrip": return .string(String(text.drop(while: cut)))
    case "rstrip": return .string(stripped(text, cut))
    case "upper": return .string(text.uppercased())
    case "lower": return .string(text.lowercased())
    case "startswith": return first.map { .bool(text.hasPrefix($0)) }
    case "endswith": return first.map { .bool(text.hasSuffix($0)) }
    case "replace":
      return first.flatMap { from in arguments[safe: 1]?.string.map { .string(text.replacing(from, with: $0)) } }
    case "split":
      guard let first, !first.isEmpty else { return nil }
      return .array(text.split(separator: first, omittingEmptySubsequences: false).map { .string(String($0)) })
    default: return nil
    }
  }

  private static func stripped(_ text: String, _ cut: (Character) -> Bool) -> String {
    var text = text
    while let last = text.last, cut(last) { text.removeLast() }
    return text
  }
}

extension Array {
  fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}

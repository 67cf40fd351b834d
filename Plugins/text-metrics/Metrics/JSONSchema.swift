// Whether a value conforms to a JSON Schema (2020-12, without remote references): yes or no, nothing to explain.
import JSONValue
import TextPattern

struct JSONSchema: Sendable {
  struct Unusable: Error { var reason: String }

  private let root: JSONValue
  private let patterns: [String: TextPattern]
  private static let maximumDepth = 256

  /// Keywords that say something about a value and that this one does not know: a schema with them is refused, so that no
  /// value conforms by oversight.
  private static let unknown: Set<String> = [
    "$dynamicRef", "$dynamicAnchor", "dependentSchemas", "unevaluatedItems", "unevaluatedProperties", "dependencies",
    "additionalItems", "$recursiveRef",
  ]
  /// Keywords whose values are no schemas.
  private static let plain: Set<String> = ["enum", "const", "default", "examples", "required", "dependentRequired"]

  init(_ root: JSONValue) throws(Unusable) {
    var patterns: [String: TextPattern] = [:]
    try Self.survey(root, root, &patterns)
    self.root = root
    self.patterns = patterns
  }

  private static func survey(
    _ schema: JSONValue, _ root: JSONValue, _ patterns: inout [String: TextPattern], isMap: Bool = false
  ) throws(Unusable) {
    switch schema {
    case .object(let keywords) where isMap:
      for value in keywords.values { try survey(value, root, &patterns) }
    case .object(let keywords):
      if let keyword = keywords.keys.sorted().first(where: { unknown.contains($0) }) {
        throw Unusable(reason: "the keyword '\(keyword)' is not supported")
      }
      if let reference = keywords["$ref"]?.string, target(reference, root) == nil {
        throw Unusable(reason: "'\(reference)' leads nowhere in the schema")
      }
      var texts = keywords["patternProperties"]?.object.map { Array($0.keys) } ?? []
      if let text = keywords["pattern"]?.string { texts.append(text) }
      for text in texts where patterns[text] == nil {
        guard let pattern = TextPattern(text) else { throw Unusable(reason: "the pattern '\(text)' cannot be used") }
        patterns[text] = pattern
      }
      for (keyword, value) in keywords where !plain.contains(keyword) {
        try survey(
          value, root, &patterns, isMap: ["properties", "patternProperties", "$defs", "definitions"].contains(keyword))
      }
    case .array(let items): for item in items { try survey(item, root, &patterns) }
    default: break
    }
  }

  private static func target(_ reference: String, _ root: JSONValue) -> JSONValue? {
    guard reference.hasPrefix("#") else { return nil }
    let pointer = String(reference.dropFirst())
    return pointer.isEmpty || pointer.hasPrefix("/") ? root.at(pointer: pointer) : nil
  }

  func accepts(_ value: JSONValue) -> Bool { accepts(value, root, 0) }

  private func accepts(_ value: JSONValue, _ schema: JSONValue, _ depth: Int) -> Bool {
    guard case .object(let keywords) = schema else { return schema != .bool(false) }
    // A reference that leads back to itself accepts nothing.
    guard depth < Self.maximumDepth else { return false }
    if let reference = keywords["$ref"]?.string {
      guard let target = Self.target(reference, root), accepts(value, target, depth + 1) else { return false }
    }
    guard hasType(value, keywords), hasChoice(value, keywords) else { return false }
    let fits: Bool =
      switch value {
      case .int, .double: number(value.double ?? 0, keywords)
      case .string(let text): self.text(text, keywords)
      case .array(let items): self.items(items, keywords, depth)
      case .object(let members): self.members(members, keywords, depth)
      case .null, .bool: true
      }
    return fits && combinations(value, keywords, depth)
  }

  private func hasType(_ value: JSONValue, _ keywords: [String: JSONValue]) -> Bool {
    guard let type = keywords["type"] else { return true }
    return (type.array ?? [type]).contains { name in
      switch (name.string, value) {
      case ("null", .null), ("boolean", .bool), ("string", .string), ("array", .array), ("object", .object),
        ("number", .int), ("number", .double), ("integer", .int):
        true
      case ("integer", .double(let number)): number == number.rounded()
      default: false
      }
    }
  }

  private func hasChoice(_ value: JSONValue, _ keywords: [String: JSONValue]) -> Bool {
    if let constant = keywords["const"], constant != value { return false }
    if let choices = keywords["enum"]?.array, !choices.contains(value) { return false }
    return true
  }

  private func number(_ value: Double, _ keywords: [String: JSONValue]) -> Bool {
    if let least = keywords["minimum"]?.double, value < least { return false }
    if let most = keywords["maximum"]?.double, value > most { return false }
    if let bound = keywords["exclusiveMinimum"]?.double, value <= bound { return false }
    if let bound = keywords["exclusiveMaximum"]?.double, value >= bound { return false }
    if let step = keywords["multipleOf"]?.double, step > 0 {
      let quotient = value / step
      return quotient == quotient.rounded()
    }
    return true
  }

  private func isWithin(_ count: Int, _ keywords: [String: JSONValue], _ least: String, _ most: String) -> Bool {
    Double(count) >= keywords[least]?.double ?? 0 && Double(count) <= keywords[most]?.double ?? .infinity
  }

  private func text(_ text: String, _ keywords: [String: JSONValue]) -> Bool {
    guard isWithin(text.unicodeScalars.count, keywords, "minLength", "maxLength") else { return false }
    return keywords["pattern"]?.string.map { patterns[$0]?.matches(text) ?? false } ?? true
  }

  private func items(_ items: [JSONValue], _ keywords: [String: JSONValue], _ depth: Int) -> Bool {
    guard isWithin(items.count, keywords, "minItems", "maxItems") else { return false }
    if keywords["uniqueItems"] == .bool(true), Set(items).count < items.count { return false }
    let first = keywords["prefixItems"]?.array ?? []
    for (item, schema) in zip(items, first) where !accepts(item, schema, depth + 1) { return false }
    if let rest = keywords["items"] {
      guard items.dropFirst(first.count).allSatisfy({ accepts($0, rest, depth + 1) }) else { return false }
    }
    guard let wanted = keywords["contains"] else { return true }
    let found = items.count { accepts($0, wanted, depth + 1) }
    return Double(found) >= keywords["minContains"]?.double ?? 1
      && Double(found) <= keywords["maxContains"]?.double ?? .infinity
  }

  private func members(_ members: [String: JSONValue], _ keywords: [String: JSONValue], _ depth: Int) -> Bool {
    guard isWithin(members.count, keywords, "minProperties", "maxProperties") else { return false }
    for name in keywords["required"]?.array ?? [] where name.string.map({ members[$0] == nil }) ?? false {
      return false
    }
    for (name, needed) in keywords["dependentRequired"]?.object ?? [:] where members[name] != nil {
      for other in needed.array ?? [] where other.string.map({ members[$0] == nil }) ?? false { return false }
    }
    let declared = keywords["properties"]?.object ?? [:]
    let byPattern = keywords["patternProperties"]?.object ?? [:]
    for (name, value) in members {
      if let names = keywords["propertyNames"], !accepts(.string(name), names, depth + 1) { return false }
      var isKnown = false
      if let schema = declared[name] {
        isKnown = true
        guard accepts(value, schema, depth + 1) else { return false }
      }
      for (pattern, schema) in byPattern where patterns[pattern]?.matches(name) ?? false {
        isKnown = true
        guard accepts(value, schema, depth + 1) else { return false }
      }
      if !isKnown, let others = keywords["additionalProperties"], !accepts(value, others, depth + 1) { return false }
    }
    return true
  }

  private func combinations(_ value: JSONValue, _ keywords: [String: JSONValue], _ depth: Int) -> Bool {
    func fits(_ schema: JSONValue) -> Bool { accepts(value, schema, depth + 1) }
    if let all = keywords["allOf"]?.array, !all.allSatisfy(fits) { return false }
    if let any = keywords["anyOf"]?.array, !any.contains(where: fits) { return false }
    if let one = keywords["oneOf"]?.array, one.count(where: fits) != 1 { return false }
    if let other = keywords["not"], fits(other) { return false }
    guard let condition = keywords["if"] else { return true }
    return keywords[fits(condition) ? "then" : "else"].map(fits) ?? true
  }
}

// Walks a value and its schema side by side and notes what does not fit.
import JSONValue
import TextPattern

struct SchemaEvaluation {
  let schema: ConfigSchema
  var findings: [SchemaFinding] = []
  var path: [String] = []
  /// Schemas entered and not left: a `$ref` that leads back to itself ends here.
  private var depth = 0
  private static let maxDepth = 256

  init(schema: ConfigSchema) { self.schema = schema }

  mutating func check(_ value: JSONValue, against schema: JSONValue) {
    guard case .object(let keywords) = schema else {
      if schema == .bool(false) { add("false", "is not allowed here") }
      return
    }
    guard depth < Self.maxDepth else { return }
    depth += 1
    defer { depth -= 1 }
    if keywords["x-secret"]?.bool == true, value.secretName != nil { return }
    if let reference = keywords["$ref"]?.string, let target = self.schema.referenced(reference) {
      check(value, against: target)
    }
    // A wrong type makes every other finding noise.
    guard checkType(value, keywords) else { return }
    checkChoice(value, keywords)
    switch value {
    case .int, .double: checkNumber(value, keywords)
    case .string(let text): checkText(text, keywords)
    case .array(let items): checkItems(items, keywords)
    case .object(let properties): checkProperties(properties, keywords)
    case .null, .bool: break
    }
    checkCombinations(value, keywords)
  }

  mutating func check(_ value: JSONValue, against schema: JSONValue, under token: String) {
    path.append(token)
    check(value, against: schema)
    path.removeLast()
  }

  /// What a schema finds in the value here, without noting it.
  func findings(in value: JSONValue, against schema: JSONValue) -> [SchemaFinding] {
    var branch = self
    branch.findings = []
    branch.check(value, against: schema)
    return branch.findings
  }

  mutating func add(_ keyword: String, _ message: String, expected: [JSONValue] = [], missing: String? = nil) {
    findings.append(
      SchemaFinding(pointer: pointer, message: message, keyword: keyword, expected: expected, missing: missing))
  }

  mutating func add(_ keyword: String, _ message: String, under token: String) {
    path.append(token)
    add(keyword, message)
    path.removeLast()
  }

  var pointer: String { path.reduce(into: "") { $0 += "/" + pointerToken($1) } }

  private mutating func checkType(_ value: JSONValue, _ keywords: [String: JSONValue]) -> Bool {
    let types: [String]
    switch keywords["type"] {
    case .string(let type): types = [type]
    case .array(let list): types = list.compactMap(\.string)
    default: return true
    }
    if types.contains(where: { value.isOf(type: $0) }) { return true }
    add("type", "must be \(spokenTypes(types)), is \(spoken(value))")
    return false
  }

  private mutating func checkChoice(_ value: JSONValue, _ keywords: [String: JSONValue]) {
    if let constant = keywords["const"], !value.isEqual(to: constant) {
      add("const", "must be \(spokenChoice(constant)), is \(spoken(value))", expected: [constant])
    }
    if let choices = keywords["enum"]?.array, !choices.contains(where: { value.isEqual(to: $0) }) {
      add("enum", choiceMessage(value, choices), expected: choices)
    }
  }

  private mutating func checkNumber(_ value: JSONValue, _ keywords: [String: JSONValue]) {
    guard let number = value.double else { return }
    let text = spokenNumber(value)
    if let least = keywords["minimum"], let bound = least.double, number < bound {
      add("minimum", "must be at least \(spokenNumber(least)), is \(text)")
    }
    if let most = keywords["maximum"], let bound = most.double, number > bound {
      add("maximum", "must be at most \(spokenNumber(most)), is \(text)")
    }
    if let least = keywords["exclusiveMinimum"], let bound = least.double, number <= bound {
      add("exclusiveMinimum", "must be greater than \(spokenNumber(least)), is \(text)")
    }
    if let most = keywords["exclusiveMaximum"], let bound = most.double, number >= bound {
      add("exclusiveMaximum", "must be less than \(spokenNumber(most)), is \(text)")
    }
    if let step = keywords["multipleOf"], !value.isMultiple(of: step) {
      add("multipleOf", "must be a multiple of \(spokenNumber(step)), is \(text)")
    }
  }

  mutating func checkText(_ text: String, _ keywords: [String: JSONValue]) {
    let length = text.unicodeScalars.count
    if let least = keywords["minLength"]?.int, length < least {
      add("minLength", least == 1 ? "must not be empty" : "must have at least \(least) characters, has \(length)")
    }
    if let most = keywords["maxLength"]?.int, length > most {
      add("maxLength", "must have at most \(most) characters, has \(length)")
    }
    if let pattern = keywords["pattern"]?.string, let compiled = schema.patterns[pattern],
      !compiled.matches(text)
    {
      add("pattern", "must match the pattern \(pattern), is '\(shortened(text))'")
    }
  }

  private mutating func checkItems(_ items: [JSONValue], _ keywords: [String: JSONValue]) {
    if let least = keywords["minItems"]?.int, items.count < least {
      add("minItems", "must have at least \(counted(least, "item")), has \(items.count)")
    }
    if let most = keywords["maxItems"]?.int, items.count > most {
      add("maxItems", "must have at most \(counted(most, "item")), has \(items.count)")
    }
    if keywords["uniqueItems"]?.bool == true {
      var seen: Set<JSONValue> = []
      for (index, item) in items.enumerated() where !seen.insert(item.normalised).inserted {
        add("uniqueItems", "repeats an item of the list", under: String(index))
      }
    }
    let first = keywords["prefixItems"]?.array ?? []
    for (index, item) in items.enumerated() {
      if index < first.count {
        check(item, against: first[index], under: String(index))
      } else if let rest = keywords["items"] {
        check(item, against: rest, under: String(index))
      }
    }
  }
}

func counted(_ count: Int64, _ thing: String) -> String { count == 1 ? "1 \(thing)" : "\(count) \(thing)s" }

// The part of a schema that speaks of the properties of a mapping.
import JSONValue
import TextPattern

extension SchemaEvaluation {
  mutating func checkProperties(_ properties: [String: JSONValue], _ keywords: [String: JSONValue]) {
    checkCounts(properties, keywords)
    for name in keywords["required"]?.array?.compactMap(\.string) ?? [] where properties[name] == nil {
      add("required", "needs the field '\(name)'", missing: name)
    }
    if case .object(let dependents)? = keywords["dependentRequired"] {
      for (name, needed) in dependents.sorted(by: { $0.key < $1.key }) where properties[name] != nil {
        for other in needed.array?.compactMap(\.string) ?? [] where properties[other] == nil {
          add("dependentRequired", "needs the field '\(other)' beside '\(name)'", missing: other)
        }
      }
    }
    let declared = keywords["properties"]?.object ?? [:]
    let byPattern = keywords["patternProperties"]?.object ?? [:]
    // Sorted, so that the same value gives the same findings in the same order.
    for (name, value) in properties.sorted(by: { $0.key < $1.key }) {
      if let names = keywords["propertyNames"] { checkName(name, against: names) }
      var isKnown = false
      if let schema = declared[name] {
        isKnown = true
        check(value, against: schema, under: name)
      }
      for (pattern, schema) in byPattern where self.schema.patterns[pattern]?.matches(name) ?? true {
        isKnown = true
        check(value, against: schema, under: name)
      }
      if !isKnown, let others = keywords["additionalProperties"] {
        checkAdditional(name, value, others, declared: declared)
      }
    }
  }

  private mutating func checkAdditional(
    _ name: String, _ value: JSONValue, _ schema: JSONValue, declared: [String: JSONValue]
  ) {
    guard schema == .bool(false) else {
      check(value, against: schema, under: name)
      return
    }
    add(
      "additionalProperties", "is not a known field\(suggestion(for: name, among: Array(declared.keys)))", under: name)
  }

  private mutating func checkName(_ name: String, against schema: JSONValue) {
    let findings = findings(in: .string(name), against: schema)
    guard let first = findings.first else { return }
    add("propertyNames", "has a name that is not allowed: it \(first.message)", under: name)
  }

  private mutating func checkCounts(_ properties: [String: JSONValue], _ keywords: [String: JSONValue]) {
    if let least = keywords["minProperties"]?.int, properties.count < least {
      add("minProperties", "must have at least \(counted(least, "field")), has \(properties.count)")
    }
    if let most = keywords["maxProperties"]?.int, properties.count > most {
      add("maxProperties", "must have at most \(counted(most, "field")), has \(properties.count)")
    }
  }
}

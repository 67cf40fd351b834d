// Fills in the `default` values of a schema.
import JSONValue

struct SchemaDefaults {
  let schema: ConfigSchema
  private var depth = 0

  init(schema: ConfigSchema) { self.schema = schema }

  mutating func applied(to value: JSONValue, _ schema: JSONValue) -> JSONValue {
    guard case .object(let keywords) = schema, depth < 128 else { return value }
    if keywords["x-secret"]?.bool == true, value.secretName != nil { return value }
    depth += 1
    defer { depth -= 1 }
    var value = value
    if let reference = keywords["$ref"]?.string, let target = self.schema.referenced(reference) {
      value = applied(to: value, target)
    }
    switch value {
    case .object(let properties): value = .object(filled(properties, keywords))
    case .array(let items): value = .array(filled(items, keywords))
    default: break
    }
    for branch in keywords["allOf"]?.array ?? [] { value = applied(to: value, branch) }
    for keyword in ["anyOf", "oneOf"] {
      let branch = keywords[keyword]?.array?.first { fits(value, $0) }
      if let branch { value = applied(to: value, branch) }
    }
    if let condition = keywords["if"], let branch = keywords[fits(value, condition) ? "then" : "else"] {
      value = applied(to: value, branch)
    }
    return value
  }

  private mutating func filled(
    _ properties: [String: JSONValue], _ keywords: [String: JSONValue]
  ) -> [String: JSONValue] {
    var properties = properties
    let declared = keywords["properties"]?.object ?? [:]
    for (name, schema) in declared {
      if let value = properties[name] ?? schema["default"] { properties[name] = applied(to: value, schema) }
    }
    if let others = keywords["additionalProperties"], case .object = others {
      for (name, value) in properties where declared[name] == nil {
        properties[name] = applied(to: value, others)
      }
    }
    return properties
  }

  private mutating func filled(_ items: [JSONValue], _ keywords: [String: JSONValue]) -> [JSONValue] {
    let first = keywords["prefixItems"]?.array ?? []
    guard !first.isEmpty || keywords["items"] != nil else { return items }
    var result: [JSONValue] = []
    for (index, item) in items.enumerated() {
      let schema = index < first.count ? first[index] : keywords["items"]
      result.append(schema.map { applied(to: item, $0) } ?? item)
    }
    return result
  }

  private func fits(_ value: JSONValue, _ branch: JSONValue) -> Bool {
    SchemaEvaluation(schema: schema).findings(in: value, against: branch).isEmpty
  }
}

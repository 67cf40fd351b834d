// A form that is still being filled in, made whole enough for a component to be created and asked for choices.
package import JSONValue

package enum UnfinishedConfiguration {
  /// Defaults where nothing is set.
  package static func withDefaults(_ value: JSONValue, by schema: JSONValue) -> JSONValue {
    guard case .object(var object) = value, let properties = schema["properties"]?.object else { return value }
    for (name, property) in properties {
      if let set = object[name] {
        object[name] = withDefaults(set, by: property)
      } else if let standard = property["default"] {
        object[name] = standard
      }
    }
    return .object(object)
  }

  /// Defaults, and a stand-in for what is required and still empty.
  package static func completed(_ value: JSONValue, by schema: JSONValue) -> JSONValue {
    guard case .object(var object) = withDefaults(value, by: schema) else { return value }
    for name in schema["required"]?.array?.compactMap(\.string) ?? [] where isEmpty(object[name]) {
      if let property = schema["properties"]?[name] { object[name] = standIn(for: property) }
    }
    return .object(object)
  }

  private static func isEmpty(_ value: JSONValue?) -> Bool { value == nil || value == .null || value == "" }

  /// The plainest value that the schema lets pass.
  private static func standIn(for schema: JSONValue) -> JSONValue {
    if let value = schema["default"] ?? schema["const"] ?? schema["enum"]?.array?.first { return value }
    if let example = schema["examples"]?.array?.first { return example }
    if let first = (schema["oneOf"] ?? schema["anyOf"])?.array?.first { return standIn(for: first) }
    switch schema["type"]?.string {
    case "string": return .string(String(repeating: "?", count: Int(max(1, schema["minLength"]?.int ?? 1))))
    case "integer", "number": return schema["minimum"] ?? 1
    case "boolean": return false
    case "array":
      let count = Int(min(schema["minItems"]?.int ?? 0, 16))
      return .array(Array(repeating: standIn(for: schema["items"] ?? [:]), count: max(0, count)))
    default: return completed([:], by: schema)
    }
  }
}

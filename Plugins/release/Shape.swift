// Whether an answer has the shape that a JSON schema asks for: the keywords that say what a value is made of.
import JSONValue
import PluginKit

/// Understands type, enum, const, properties, required, additionalProperties (true or false) and items.
struct Shape: Sendable {
  let schema: JSONValue

  private static let known: Set<String> = [
    "type", "enum", "const", "properties", "required", "additionalProperties", "items", "title", "description",
  ]

  /// Throws for a keyword that would not be checked.
  init(_ schema: JSONValue) throws {
    try Self.check(schema, "/schema")
    self.schema = schema
  }

  private static func check(_ schema: JSONValue, _ pointer: String) throws {
    guard let object = schema.object else { throw PluginError.configuration("a schema is an object", at: pointer) }
    if let unknown = object.keys.sorted().first(where: { !known.contains($0) }) {
      throw PluginError.configuration(
        "'\(unknown)' is not checked here; use type, enum, const, properties, required, additionalProperties, items",
        at: "\(pointer)/\(unknown)")
    }
    for (name, part) in object["properties"]?.object ?? [:] { try check(part, "\(pointer)/properties/\(name)") }
    if let items = object["items"] { try check(items, "\(pointer)/items") }
    if let more = object["additionalProperties"], more.bool == nil {
      throw PluginError.configuration("is true or false here", at: "\(pointer)/additionalProperties")
    }
  }

  /// What is wrong with the value, nil where it fits.
  func problem(_ value: JSONValue) -> String? { Self.problem(value, schema, "the answer") }

  private static func problem(_ value: JSONValue, _ schema: JSONValue, _ place: String) -> String? {
    let types = schema["type"]?.string.map { [$0] } ?? schema["type"]?.array?.compactMap(\.string)
    if let types, !types.contains(where: { isType($0, value) }) {
      return "\(place) is not of type \(types.joined(separator: " or "))"
    }
    if let choices = schema["enum"]?.array, !choices.contains(value) { return "\(place) is none of the values allowed" }
    if let constant = schema["const"], constant != value { return "\(place) is not the value asked for" }
    if let object = value.object {
      let properties = schema["properties"]?.object ?? [:]
      for name in (schema["required"]?.array ?? []).compactMap(\.string) where object[name] == nil {
        return "\(place) lacks '\(name)'"
      }
      for (name, item) in object.sorted(by: { $0.key < $1.key }) {
        if let part = properties[name] {
          if let problem = problem(item, part, "'\(name)'") { return problem }
        } else if schema["additionalProperties"]?.bool == false {
          return "\(place) has '\(name)', which nobody asked for"
        }
      }
    }
    if let items = schema["items"] {
      for item in value.array ?? [] { if let problem = problem(item, items, "an item of \(place)") { return problem } }
    }
    return nil
  }

  private static func isType(_ type: String, _ value: JSONValue) -> Bool {
    switch type {
    case "object": value.object != nil
    case "array": value.array != nil
    case "string": value.string != nil
    case "boolean": value.bool != nil
    case "null": value.isNull
    case "integer": value.int != nil
    case "number": value.double != nil
    default: false
    }
  }
}

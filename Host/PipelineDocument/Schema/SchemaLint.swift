// Whether a schema that a person wrote makes sense: the parameters of a document are checked with it.
package import JSONValue
import Model
import TextPattern

package enum SchemaLint {
  private static let known = [
    "type", "title", "description", "default", "enum", "const", "examples", "format", "minimum", "maximum",
    "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern", "items", "prefixItems",
    "minItems", "maxItems", "uniqueItems", "properties", "required", "additionalProperties", "patternProperties",
    "propertyNames", "minProperties", "maxProperties", "dependentRequired", "anyOf", "oneOf", "allOf", "not", "if",
    "then", "else", "$ref", "$defs", "$comment", "deprecated", "readOnly", "writeOnly",
  ]
  private static let types = ["null", "boolean", "integer", "number", "string", "array", "object"]
  private static let numbers = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]
  private static let counts = [
    "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties",
  ]

  /// Pointers are from the schema's root; the keyword is "unknown" for a keyword nobody knows.
  package static func findings(in schema: JSONValue) -> [SchemaFinding] {
    var findings: [SchemaFinding] = []
    visit(schema, "", &findings)
    return findings
  }

  private static func visit(_ schema: JSONValue, _ pointer: String, _ findings: inout [SchemaFinding]) {
    guard case .object(let keywords) = schema else {
      if schema.bool == nil {
        findings.append(
          SchemaFinding(pointer: pointer, message: "must be a schema, that is, a mapping", keyword: "type"))
      }
      return
    }
    for (keyword, value) in keywords.sorted(by: { $0.key < $1.key }) where !keyword.hasPrefix("x-") {
      let place = pointer + "/" + pointerToken(keyword)
      if let message = complaint(keyword, value) {
        let name = known.contains(keyword) ? keyword : "unknown"
        findings.append(SchemaFinding(pointer: place, message: message, keyword: name))
      } else {
        visitParts(keyword, value, place, &findings)
      }
    }
  }

  private static func visitParts(
    _ keyword: String, _ value: JSONValue, _ place: String, _ findings: inout [SchemaFinding]
  ) {
    switch keyword {
    case "items", "additionalProperties", "not", "if", "then", "else", "propertyNames": visit(value, place, &findings)
    case "properties", "patternProperties", "$defs":
      for (name, part) in value.object ?? [:] { visit(part, place + "/" + pointerToken(name), &findings) }
    case "anyOf", "oneOf", "allOf", "prefixItems":
      for (index, part) in (value.array ?? []).enumerated() { visit(part, "\(place)/\(index)", &findings) }
    default: break
    }
  }

  /// What is wrong with one keyword; nil when nothing is.
  private static func complaint(_ keyword: String, _ value: JSONValue) -> String? {
    guard known.contains(keyword) else {
      let near = nearestName(to: keyword, in: known).map { "; did you mean '\($0)'?" } ?? ""
      return "is not a keyword of a schema\(near)"
    }
    switch keyword {
    case "type": return typeComplaint(value)
    case "pattern":
      guard let text = value.string else { return "must be a text, is \(spoken(value))" }
      return TextPattern(text) == nil ? "is no pattern this version can check" : nil
    case "properties", "patternProperties", "$defs", "dependentRequired":
      return value.object == nil ? "must be a mapping, is \(spoken(value))" : nil
    case "enum", "required", "anyOf", "oneOf", "allOf", "prefixItems":
      return value.array == nil ? "must be a list, is \(spoken(value))" : nil
    case _ where numbers.contains(keyword):
      return value.double == nil ? "must be a number, is \(spoken(value))" : nil
    case _ where counts.contains(keyword):
      return (value.int ?? -1) < 0 ? "must be a whole number of at least 0, is \(spoken(value))" : nil
    default: return nil
    }
  }

  private static func typeComplaint(_ value: JSONValue) -> String? {
    let names = value.array ?? [value]
    for name in names {
      guard let text = name.string else { return "must name a type, is \(spoken(name))" }
      if !types.contains(text) {
        let near = nearestName(to: text, in: types).map { "; did you mean '\($0)'?" }
        return "names the unknown type '\(shortened(text))'\(near ?? "; known: " + types.joined(separator: ", "))"
      }
    }
    return names.isEmpty ? "names no type" : nil
  }
}

// A JSON Schema (2020-12, the subset of Docs/pipeline.md) that checks configurations and parameters.
package import JSONValue
import TextPattern

/// Something in a value that its schema does not allow.
package struct SchemaFinding: Sendable, Hashable {
  /// JSON pointer from the value's root.
  package var pointer: String
  /// Reads behind the name of what it is about: "must be at least 1, is 0".
  package var message: String
  /// The schema's keyword that failed.
  package var keyword: String
  /// What `enum` and `const` would have taken.
  var expected: [JSONValue] = []
  /// The field that is wanted and not there; `pointer` then names the mapping that lacks it.
  var missing: String?

  /// Where a person mends it: a field that is not there yet has a place in a form all the same.
  var place: String { missing.map { "\(pointer)/\(pointerToken($0))" } ?? pointer }
}

package struct ConfigSchema: Sendable {
  package let root: JSONValue
  let patterns: [String: TextPattern]
  /// Whether it marks anything with `x-secret: true`.
  let hasSecrets: Bool

  /// Keywords it does not know are ignored, as JSON Schema asks.
  package init(_ root: JSONValue) {
    self.root = root
    var patterns: [String: TextPattern] = [:]
    var hasSecrets = false
    Self.survey(root, &patterns, &hasSecrets)
    self.patterns = patterns
    self.hasSecrets = hasSecrets
  }

  /// Empty when the value fits.
  package func validate(_ value: JSONValue) -> [SchemaFinding] {
    var evaluation = SchemaEvaluation(schema: self)
    evaluation.check(value, against: root)
    return evaluation.findings
  }

  /// The same by one of the schemas inside: `pointer` is a JSON pointer from the root, for a document of many schemas.
  package func validate(_ value: JSONValue, at pointer: String) -> [SchemaFinding] {
    validate(value, schema: root.at(pointer: pointer) ?? [:])
  }

  /// The same by a schema that may refer to this one's parts.
  package func validate(_ value: JSONValue, schema: JSONValue) -> [SchemaFinding] {
    var evaluation = SchemaEvaluation(schema: self)
    evaluation.check(value, against: schema)
    return evaluation.findings
  }

  package func applyDefaults(_ value: JSONValue, at pointer: String) -> JSONValue {
    var defaults = SchemaDefaults(schema: self)
    return defaults.applied(to: value, root.at(pointer: pointer) ?? [:])
  }

  /// The value with every `default` of the schema filled in where a property is missing.
  package func applyDefaults(_ value: JSONValue) -> JSONValue {
    var defaults = SchemaDefaults(schema: self)
    return defaults.applied(to: value, root)
  }

  /// The schema a local `$ref` (`#`, `#/$defs/name`, ...) names.
  func referenced(_ reference: String) -> JSONValue? {
    guard reference.hasPrefix("#") else { return nil }
    let pointer = String(reference.dropFirst())
    return pointer.isEmpty || pointer.hasPrefix("/") ? root.at(pointer: pointer) : nil
  }

  private static func survey(_ schema: JSONValue, _ patterns: inout [String: TextPattern], _ hasSecrets: inout Bool) {
    switch schema {
    case .object(let keywords):
      if keywords["x-secret"]?.bool == true { hasSecrets = true }
      if let text = keywords["pattern"]?.string, patterns[text] == nil { patterns[text] = TextPattern(text) }
      if case .object(let byPattern)? = keywords["patternProperties"] {
        for text in byPattern.keys where patterns[text] == nil { patterns[text] = TextPattern(text) }
      }
      for value in keywords.values { survey(value, &patterns, &hasSecrets) }
    case .array(let items):
      for item in items { survey(item, &patterns, &hasSecrets) }
    default: break
    }
  }
}

extension JSONValue {
  /// `{"$secret": NAME}`: what a secret reference becomes; the worker puts the secret in its place.
  package var secretName: String? {
    guard case .object(let entries) = self, entries.count == 1 else { return nil }
    return entries["$secret"]?.string
  }
}

// Parameters: from the texts of a command line to typed values, and what is missing or does not fit.
package import JSONValue
import Model

extension PipelineDocument {
  /// Reads `--param NAME=VALUE` texts by the declared types. What does not read as its type, or is not declared,
  /// stays a text, so that `resolve` reports it with everything else.
  package func parameterValues(fromText texts: [String: String]) -> [String: JSONValue] {
    let declared = Dictionary(
      pipeline.parameters.map { ($0.name, $0.schema) }, uniquingKeysWith: { first, _ in first })
    return texts.reduce(into: [:]) { values, entry in
      values[entry.key] =
        declared[entry.key].map { ParameterText.value(of: entry.value, for: $0) } ?? .string(entry.value)
    }
  }
}

private enum ParameterText {
  static func value(of text: String, for schema: JSONValue) -> JSONValue {
    for type in types(of: schema) {
      if let value = value(of: text, type: type) { return value }
    }
    return .string(text)
  }

  /// Declared, or read off the default and the choices; texts last, since everything is one.
  private static func types(of schema: JSONValue) -> [String] {
    let order = ["null", "boolean", "integer", "number", "array", "object", "string"]
    var types: [String] = []
    switch schema["type"] {
    case .string(let type): types = [type]
    case .array(let list): types = list.compactMap(\.string)
    default:
      let samples = [schema["default"], schema["const"]].compactMap { $0 } + (schema["enum"]?.array ?? [])
      types = order.filter { type in samples.contains { $0.isOf(type: type) } }
    }
    return order.filter(types.contains)
  }

  private static func value(of text: String, type: String) -> JSONValue? {
    switch type {
    case "null": return text == "null" || text.isEmpty ? .null : nil
    case "boolean": return text == "true" ? .bool(true) : text == "false" ? .bool(false) : nil
    case "integer": return Int64(text).map { .int($0) }
    case "number":
      if let whole = Int64(text) { return .int(whole) }
      return Double(text).flatMap { $0.isFinite ? .double($0) : nil }
    case "array", "object":
      guard let value = try? JSONValue(parsing: text), value.isOf(type: type) else { return nil }
      return value
    case "string": return .string(text)
    default: return nil
    }
  }
}

/// Checks given values against the declarations and adds the defaults.
struct ParameterCheck {
  let document: PipelineDocument
  let problems: ProblemCollection

  /// Every declared parameter; nil where it has no valid value.
  func values(given: [String: JSONValue]) -> [String: JSONValue?] {
    var result: [String: JSONValue?] = [:]
    for parameter in document.pipeline.parameters {
      result.updateValue(value(of: parameter, given: given[parameter.name]), forKey: parameter.name)
    }
    for name in given.keys.sorted() where result[name] == nil {
      let known = document.pipeline.parameters.map(\.name)
      let hint = known.isEmpty ? "; it declares none" : suggestion(for: name, among: known)
      problems.add(
        .unknownParameter, "The pipeline declares no parameter '\(shortened(name))'\(hint).", at: nil, pointer: nil)
    }
    return result
  }

  private func value(of parameter: ParameterDeclaration, given: JSONValue?) -> JSONValue? {
    let pointer = "/parameters/" + pointerToken(parameter.name)
    guard let value = given ?? parameter.defaultValue else {
      let what = parameter.schema["description"]?.string.map { " (\(shortened($0)))" } ?? ""
      problems.add(
        .missingParameter, "The parameter '\(parameter.name)'\(what) has no value.",
        at: document.root.position(at: pointer), pointer: pointer,
        next: "Pass it: --param \(parameter.name)=VALUE, or give it a default.")
      return nil
    }
    let schema = ConfigSchema(parameter.schema)
    let filled = schema.applyDefaults(value)
    let findings = schema.validate(filled)
    for finding in findings {
      let path = readablePath(finding.pointer, under: "'\(parameter.name)'")
      let origin = given == nil ? "The default of the parameter" : "The parameter"
      problems.add(
        .invalidParameter, "\(origin) \(path) \(finding.message).", at: document.root.position(at: pointer),
        pointer: pointer)
    }
    if filled.mentionsSecret {
      problems.add(
        .invalidParameter, "The parameter '\(parameter.name)' contains '$secret', which only the host writes.",
        at: document.root.position(at: pointer), pointer: pointer,
        next: "Write ${secrets.NAME} in the node's configuration.")
      return nil
    }
    return findings.isEmpty ? filled : nil
  }
}

extension JSONValue {
  fileprivate var mentionsSecret: Bool {
    switch self {
    case .array(let items): items.contains(where: \.mentionsSecret)
    case .object(let entries): entries["$secret"] != nil || entries.values.contains(where: \.mentionsSecret)
    default: false
    }
  }
}

// Puts values in the place of `${...}` within one node's configuration.
import JSONValue
import Model

/// What references can name.
struct ReferenceValues {
  /// Nil for a parameter that is declared but has no valid value; that is reported once, elsewhere.
  var parameters: [String: JSONValue?]
  var run: [String: String]

  var names: [String] { parameters.keys.map { "parameters.\($0)" } + run.keys.map { "run.\($0)" } }
}

struct Substitution {
  let values: ReferenceValues
  let schema: ConfigSchema
  let node: PipelineNode
  let document: PipelineDocument
  let problems: ProblemCollection
  /// What the admin grants the plugin; nil where there is no word on it.
  let permissions: PluginPermissions?
  /// A value was missing: the result must not be validated, its problems would be echoes.
  private(set) var isIncomplete = false
  private var path: [String] = []

  init(
    values: ReferenceValues, schema: ConfigSchema, node: PipelineNode, document: PipelineDocument,
    problems: ProblemCollection, permissions: PluginPermissions? = nil
  ) {
    self.permissions = permissions
    self.values = values
    self.schema = schema
    self.node = node
    self.document = document
    self.problems = problems
  }

  mutating func replaced(_ value: JSONValue) -> JSONValue {
    switch value {
    case .string(let text) where ReferenceText.mayContainReference(text): return replaced(text)
    case .array(let items):
      return .array(items.indices.map { replaced(items[$0], under: String($0)) })
    case .object(let entries):
      if entries["$secret"] != nil {
        report("'$secret' is not for documents to write.", next: "Write ${secrets.NAME}.")
      }
      var result: [String: JSONValue] = [:]
      result.reserveCapacity(entries.count)
      for (key, value) in entries { result[key] = replaced(value, under: key) }
      return .object(result)
    default: return value
    }
  }

  private mutating func replaced(_ value: JSONValue, under token: String) -> JSONValue {
    path.append(token)
    defer { path.removeLast() }
    return replaced(value)
  }

  private mutating func replaced(_ text: String) -> JSONValue {
    let reference = ReferenceText(text)
    if reference.isOpen {
      report("'${' has no closing '}' in '\(shortened(text))'.", next: "Close it, or write $${ for a plain '${'.")
      return .null
    }
    // A reference that is the whole text keeps the type of its value.
    if reference.parts.count == 1, case .reference(let name) = reference.parts[0] {
      return value(of: name, isWhole: true) ?? .null
    }
    var result = ""
    for part in reference.parts {
      switch part {
      case .text(let text): result += text
      case .reference(let name):
        guard let value = value(of: name, isWhole: false) else { continue }
        guard let text = Self.text(of: value) else {
          report("${\(name)} is \(spoken(value)), which cannot be part of a text.", next: "Make it the whole value.")
          continue
        }
        result += text
      }
    }
    return .string(result)
  }

  private mutating func value(of name: String, isWhole: Bool) -> JSONValue? {
    let halves = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    if halves.count == 2 {
      switch halves[0] {
      case "parameters":
        if let value = values.parameters[halves[1]] {
          if value == nil { isIncomplete = true }
          return value
        }
      case "run":
        if let value = values.run[halves[1]] { return .string(value) }
      case "secrets": return secret(halves[1], isWhole: isWhole)
      case "nodes":
        report(
          "${\(shortened(name))} names a node's output; models and reports cannot be passed on in this version.",
          next: "Connect tables with 'in'.")
        return nil
      default: break
      }
    }
    report("Nothing is called ${\(shortened(name))}\(suggestion(for: name, among: values.names)).")
    return nil
  }

  private mutating func secret(_ name: String, isWhole: Bool) -> JSONValue? {
    guard isName(name) else {
      report("'\(shortened(name))' is no name of a secret.")
      return nil
    }
    guard isWhole, schema.isSecret(at: path) else {
      report(
        isWhole
          ? "\(place) is not marked as a secret by the component, so it would be logged and stored."
          : "A secret must be the whole value, not part of a text.",
        next: "Use ${secrets.\(name)} as the whole value of a field that the component marks as secret.")
      return nil
    }
    if let permissions, !permissions.allows(secret: name) {
      report(
        "The plugin's manifest does not grant it the secret '\(name)'.",
        next: "Ask whoever keeps the manifests to add it to spec.permissions.secrets.")
      return nil
    }
    return .object(["$secret": .string(name)])
  }

  private static func text(of value: JSONValue) -> String? {
    switch value {
    case .string(let text): text
    case .int(let number): "\(number)"
    case .double(let number): "\(number)"
    case .bool(let flag): "\(flag)"
    default: nil
    }
  }

  private var pointer: String { path.reduce(into: "") { $0 += "/" + pointerToken($1) } }
  private var place: String { readablePath(pointer, under: "with") }

  private mutating func report(_ detail: String, next: String? = nil) {
    isIncomplete = true
    let pointer = "\(node.pointer)/with" + pointer
    problems.add(
      .unknownReference, "\(node.title), \(place): \(detail)", at: document.root.position(at: pointer),
      pointer: pointer, node: node.name, next: next)
  }
}

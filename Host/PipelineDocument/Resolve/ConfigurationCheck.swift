// A node's configuration: references replaced, defaults filled in, checked against the component's schema.
import JSONValue
import Model

/// Lives within one resolve: a component's schema is prepared once, however many nodes use it.
final class ConfigurationCheck {
  private let document: PipelineDocument
  private let problems: ProblemCollection
  private let values: ReferenceValues
  private var schemas: [String: ConfigSchema] = [:]
  private(set) var warnings: [DocumentWarning] = []
  /// A configuration names something that has no value: it was not validated.
  private(set) var lacksValues = false

  init(document: PipelineDocument, problems: ProblemCollection, values: ReferenceValues) {
    self.document = document
    self.problems = problems
    self.values = values
  }

  /// The admin's defaults go below what the document says, what the admin locks goes above.
  /// One that is still being written is not validated.
  func configuration(
    of node: PipelineNode, _ component: ComponentDescription, policy: PluginPolicy?, isDraft: Bool = false
  ) -> JSONValue {
    let schema = schema(of: node.use, component)
    var substitution = Substitution(
      values: values, schema: schema, node: node, document: document, problems: problems,
      permissions: policy?.permissions)
    let replaced = substitution.replaced(node.configuration)
    guard !substitution.isIncomplete else {
      lacksValues = true
      return replaced
    }
    let configuration = schema.applyDefaults(governed(replaced, node, component, policy))
    if isDraft { return configuration }
    for finding in schema.validate(configuration) { report(finding, node) }
    if schema.hasSecrets { warnOfPlainSecrets(schema, node) }
    return configuration
  }

  private func governed(
    _ value: JSONValue, _ node: PipelineNode, _ component: ComponentDescription, _ policy: PluginPolicy?
  ) -> JSONValue {
    let locked = policy?.locked[component.name]?.object ?? [:]
    let written = value.object ?? [:]
    for (key, value) in locked.sorted(by: { $0.key < $1.key }) where written[key].map({ $0 != value }) ?? false {
      let pointer = "\(node.pointer)/with/\(pointerToken(key))"
      problems.add(
        .invalidConfiguration,
        "\(node.title): with.\(key) is locked to \(shortened(value.text)) by the plugin's manifest.",
        at: document.root.position(at: pointer), pointer: pointer, node: node.name, plugin: node.plugin,
        next: "Remove the field.")
    }
    return policy?.governing(component.name, written) ?? value
  }

  /// The configuration of a node that the host inserts; nil when the component cannot do without one.
  func defaultConfiguration(
    of use: String, _ component: ComponentDescription, policy: PluginPolicy?
  ) -> JSONValue? {
    let schema = schema(of: use, component)
    let configuration = schema.applyDefaults(policy?.governing(component.name, [:]) ?? .object([:]))
    return schema.validate(configuration).isEmpty ? configuration : nil
  }

  private func schema(of use: String, _ component: ComponentDescription) -> ConfigSchema {
    if let schema = schemas[use] { return schema }
    let schema = ConfigSchema(component.config)
    schemas[use] = schema
    return schema
  }

  private func report(_ finding: SchemaFinding, _ node: PipelineNode) {
    let pointer = "\(node.pointer)/with" + finding.place
    var origin = ""
    if let text = node.configuration.at(pointer: finding.pointer)?.string,
      ReferenceText.mayContainReference(text)
    {
      origin = " (from \(shortened(text)))"
    }
    problems.add(
      .invalidConfiguration,
      "\(node.title): \(readablePath(finding.pointer, under: "with")) \(finding.message)\(origin).",
      at: document.root.position(at: pointer), pointer: pointer, node: node.name, plugin: node.plugin)
  }

  private func warnOfPlainSecrets(_ schema: ConfigSchema, _ node: PipelineNode) {
    for pointer in schema.plainSecrets(in: node.configuration) {
      warnings.append(
        DocumentWarning(
          "\(node.title): \(readablePath(pointer, under: "with")) is a secret in plain text. Write ${secrets.NAME}.",
          node: node.name, at: document.location(at: node.pointer + "/with" + pointer)))
    }
  }
}

extension ConfigSchema {
  /// Where a text stands that the component marks as secret, and that is no reference.
  func plainSecrets(in value: JSONValue, path: [String] = []) -> [String] {
    switch value {
    case .object(let entries):
      return entries.sorted { $0.key < $1.key }.flatMap { plainSecrets(in: $1, path: path + [$0]) }
    case .array(let items):
      return items.enumerated().flatMap { plainSecrets(in: $1, path: path + [String($0)]) }
    case .string(let text):
      guard !ReferenceText.mayContainReference(text), isSecret(at: path) else { return [] }
      return [path.reduce(into: "") { $0 += "/" + pointerToken($1) }]
    default: return []
    }
  }
}

extension PluginPolicy {
  fileprivate func governing(_ component: String, _ written: [String: JSONValue]) -> JSONValue {
    let defaults = defaults[component]?.object ?? [:]
    let locked = locked[component]?.object ?? [:]
    return .object(
      defaults.merging(written, uniquingKeysWith: { $1 }).merging(locked, uniquingKeysWith: { $1 }))
  }
}

// The configuration that a form holds, apart from any document: resolved as a pipeline's node would be.
package import JSONValue
package import Model

package struct FormConfiguration: Sendable {
  package var plugin: InstalledPlugin
  package var component: ComponentDescription
  package var written: JSONValue
  /// What `${parameters.NAME}` stands for; null where a parameter has no value.
  package var parameters: [String: JSONValue]

  package init(
    plugin: InstalledPlugin, component: ComponentDescription, written: JSONValue, parameters: [String: JSONValue]
  ) {
    self.plugin = plugin
    self.component = component
    self.written = written
    self.parameters = parameters
  }

  /// References replaced, defaults filled in, what the admin set laid over it. A draft may lack whatever is still to be
  /// filled in; anything else is checked like a document's. Problems point into the configuration.
  package func resolved(run: String, startedAt: String, isDraft: Bool) throws(Problems) -> JSONValue {
    var node = PipelineNode(name: component.name, plugin: plugin.name, component: component.name)
    node.configuration = written
    let problems = ProblemCollection(file: nil)
    let values = ReferenceValues(
      parameters: parameters.mapValues { $0 == .null ? JSONValue?.none : $0 },
      run: ["id": run, "started_at": startedAt])
    let check = ConfigurationCheck(document: PipelineDocument(standingFor: node), problems: problems, values: values)
    let configuration = check.configuration(of: node, component, policy: plugin.policy, isDraft: isDraft)
    if check.lacksValues, problems.isEmpty, !isDraft {
      problems.add(
        .missingParameter, "A parameter that the configuration names has no value.", at: nil, pointer: nil,
        plugin: plugin.name, next: "Give the parameter a default.")
    }
    if let found = problems.problems { throw Problems(found.all.map { pointing($0, node) }) }
    return isDraft ? fitting(configuration) : configuration
  }

  /// As a saved connection: checked like a document's, except that fields may be left to the nodes that use it, and that
  /// a secret in plain text is refused. Answers the required fields that it leaves open.
  package func openFields(run: String, startedAt: String) throws(Problems) -> [String] {
    let schema = ConfigSchema(component.config)
    let draft = try draft(run: run, startedAt: startedAt)
    let problems = ProblemCollection(file: nil)
    for pointer in schema.plainSecrets(in: written) {
      problems.add(
        .invalidConfiguration, "\(readablePath(pointer, under: "config")) is a secret in plain text.", at: nil,
        pointer: pointer, plugin: plugin.name,
        next: "Set it as a secret, ote secrets set NAME, and write ${secrets.NAME}.")
    }
    let findings = schema.validate(draft)
    for finding in findings where finding.keyword != "required" {
      problems.add(
        .invalidConfiguration, "\(readablePath(finding.pointer, under: "config")) \(finding.message).", at: nil,
        pointer: finding.place, plugin: plugin.name)
    }
    if let found = problems.problems { throw found }
    return findings.filter { $0.keyword == "required" }.map { readablePath($0.place, under: "config") }
  }

  /// References replaced and defaults filled in, nothing checked.
  private func draft(run: String, startedAt: String) throws(Problems) -> JSONValue {
    var node = PipelineNode(name: component.name, plugin: plugin.name, component: component.name)
    node.configuration = written
    let problems = ProblemCollection(file: nil)
    let check = ConfigurationCheck(
      document: PipelineDocument(standingFor: node), problems: problems,
      values: ReferenceValues(parameters: [:], run: ["id": run, "started_at": startedAt]))
    let draft = check.configuration(of: node, component, policy: plugin.policy, isDraft: true)
    if let found = problems.problems { throw Problems(found.all.map { pointing($0, node) }) }
    return draft
  }

  /// What does not fit its place yet, such as a text that is still empty, counts as not filled in.
  private func fitting(_ draft: JSONValue) -> JSONValue {
    guard var entries = draft.object else { return draft }
    for finding in ConfigSchema(component.config).validate(draft) where finding.keyword != "required" {
      guard let token = finding.pointer.split(separator: "/").first else { continue }
      entries[unescapedPointerToken(token)] = nil
    }
    return .object(entries)
  }

  private func pointing(_ problem: Problem, _ node: PipelineNode) -> Problem {
    var problem = problem
    let place = node.pointer + "/with"
    problem.at = problem.at?.pointer.map { pointer in
      ProblemLocation(pointer: pointer.hasPrefix(place) ? String(pointer.dropFirst(place.count)) : pointer)
    }
    return problem
  }
}

extension PipelineDocument {
  /// Stands for the document that a form's configuration is not part of.
  fileprivate init(standingFor node: PipelineNode) {
    file = nil
    pipeline = Pipeline(name: "form")
    pipeline.nodes = [node]
    warnings = []
    root = DocumentValue(content: .object([]), position: TextPosition(line: 1, column: 1))
  }
}

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
    let place = "/nodes/\(pointerToken(node.name))/with"
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

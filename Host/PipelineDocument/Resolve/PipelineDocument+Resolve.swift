// From a document to a plan's parts, given parameters and the installed plugins.
package import JSONValue
package import Model

extension PipelineDocument {
  /// Looks up everything the document names. Throws every problem it finds, in document order.
  ///
  /// `run` and `startedAt` are what `${run.id}` and `${run.started_at}` become. `limits` are the host's; the
  /// document's own go before them.
  package func resolve(
    parameters: [String: JSONValue] = [:], plugins: [InstalledPlugin], run: String, startedAt: String,
    limits: RunLimits = RunLimits()
  ) throws(Problems) -> ResolvedPipeline {
    let problems = ProblemCollection(file: file)
    let resolution = Resolution(
      document: self, lookup: PluginLookup(plugins, for: pipeline, problems: problems), problems: problems,
      run: ["id": run, "started_at": startedAt])
    let resolved = resolution.resolved(given: parameters, limits: limits)
    if let problems = problems.problems { throw problems }
    return resolved
  }
}

struct Resolution {
  let document: PipelineDocument
  let lookup: PluginLookup
  let problems: ProblemCollection
  let run: [String: String]

  private var pipeline: Pipeline { document.pipeline }

  /// Complete only when no problem was added.
  func resolved(given: [String: JSONValue], limits: RunLimits) -> ResolvedPipeline {
    let parameters = ParameterCheck(document: document, problems: problems).values(given: given)
    lookup.checkRequired(pipeline.requiredPlugins, in: document)
    let components = pipeline.nodes.map { lookup.component(of: $0, in: document) }
    let wiring = Wiring(document, problems: problems)
    let order = order(wiring)
    let edges = pipeline.nodes.indices.map { wiring.edges(into: $0, components: components) }
    let check = ConfigurationCheck(
      document: document, problems: problems, values: ReferenceValues(parameters: parameters, run: run))
    for (node, component) in zip(pipeline.nodes, components) {
      if let component { NodeRules(document: document, problems: problems).check(node, component) }
    }
    let configurations = zip(pipeline.nodes, components).map { node, component in
      component.map { check.configuration(of: node, $0, policy: lookup.plugin(node.plugin)?.policy) } ?? .null
    }
    let adapters = AdapterChoice(document: document, lookup: lookup, problems: problems, check: check)
    let nodes = order.flatMap { index in
      components[index].map { component in
        planNodes(index, component, configurations[index], edges[index], adapters)
      } ?? []
    }
    return ResolvedPipeline(
      pipeline: pipeline, parameters: parameters.compactMapValues { $0 }, nodes: nodes, plugins: plugins(of: nodes),
      limits: pipeline.limits.applied(to: limits), retry: pipeline.retry, nodeRetry: nodeRetry,
      warnings: document.warnings + check.warnings + unreadOutputs(components, edges))
  }

  private func order(_ wiring: Wiring) -> [Int] {
    let order = TopologicalOrder(sources: wiring.claims.map { $0.compactMap(\.source) })
    for cycle in order.cycles {
      let names = cycle.map { pipeline.nodes[$0].name }
      let pointer = "/nodes/\(pointerToken(names[0]))/in"
      problems.add(
        .cycle,
        names.count == 1
          ? "Node '\(names[0])' reads from itself."
          : "These nodes read from each other in a circle: \((names + [names[0]]).joined(separator: " -> ")).",
        at: document.root.position(at: pointer), pointer: pointer, node: names[0])
    }
    return order.order
  }

  /// The node itself, behind the readers the host puts between files and its tables.
  private func planNodes(
    _ index: Int, _ component: ComponentDescription, _ configuration: JSONValue, _ edges: [Edge],
    _ adapters: AdapterChoice
  ) -> [PlanNode] {
    let node = pipeline.nodes[index]
    var inserted: [PlanNode] = []
    var inputs: [PlanInput] = []
    for edge in edges {
      let source = pipeline.nodes[edge.source].name
      var input = PlanInput(port: edge.port.name, name: edge.name, node: source, output: edge.output.name)
      if edge.output.type == .files, edge.port.type == .table {
        guard var adapter = adapters.node(from: source, to: node.name, edge) else { continue }
        if inserted.contains(where: { $0.name == adapter.name }) { adapter.name += ".\(edge.name)" }
        adapter.inputs = [
          PlanInput(
            port: adapter.component.inputs[0].name, name: adapter.component.inputs[0].name, node: source,
            output: edge.output.name)
        ]
        input.node = adapter.name
        input.output = adapter.component.outputs[0].name
        inserted.append(adapter)
      }
      inputs.append(input)
    }
    let gate = component.kind == .check ? node.gate ?? Gate() : node.gate
    return inserted + [
      PlanNode(
        name: node.name, plugin: node.plugin, component: component, configuration: configuration, inputs: inputs,
        gate: gate, materialize: node.materialize)
    ]
  }

  private func plugins(of nodes: [PlanNode]) -> [PlanPlugin] {
    Set(nodes.map(\.plugin)).sorted().compactMap { name in
      guard let plugin = lookup.plugin(name), let path = plugin.path else { return nil }
      guard let digest = plugin.digest else {
        problems.add(
          Problem(.digestNotPinned, "The plugin '\(name)' has no digest (\(plugin.manifestPath)).", plugin: name))
        return nil
      }
      return PlanPlugin(
        name: name, version: plugin.version, digest: digest, path: path,
        secrets: plugin.policy?.permissions.secrets ?? [])
    }
  }

  private var nodeRetry: [String: RetryPolicy] {
    pipeline.nodes.reduce(into: [:]) { policies, node in policies[node.name] = node.retry }
  }

  private func unreadOutputs(_ components: [ComponentDescription?], _ edges: [[Edge]]) -> [DocumentWarning] {
    let read = Set(edges.joined().map(\.source))
    return pipeline.nodes.indices.compactMap { index in
      guard let kind = components[index]?.kind, kind == .source || kind == .stage, !read.contains(index) else {
        return nil
      }
      let name = pipeline.nodes[index].name
      return DocumentWarning(
        "Nothing reads what node '\(name)' gives.", node: name,
        at: document.location(at: "/nodes/\(pointerToken(name))"))
    }
  }
}

// From a document to a plan's parts, given parameters and the installed plugins.
package import JSONValue
package import Model

extension PipelineDocument {
  /// Looks up everything the document names. Throws every problem it finds, in document order.
  ///
  /// `run` and `startedAt` are what `${run.id}` and `${run.started_at}` become. `limits` are the host's; the
  /// document's own go before them. `registry` knows connections and models by name.
  package func resolve(
    parameters: [String: JSONValue] = [:], plugins: [InstalledPlugin], run: String, startedAt: String,
    limits: RunLimits = RunLimits(), registry: RegistryLookup = .empty
  ) throws(Problems) -> ResolvedPipeline {
    let problems = ProblemCollection(file: file)
    let names = NameExpansion(self, registry: registry, plugins: plugins, problems: problems)
    let resolution = Resolution(
      document: names.document, lookup: PluginLookup(plugins, for: names.document.pipeline, problems: problems),
      problems: problems, run: ["id": run, "started_at": startedAt])
    var resolved = resolution.resolved(given: parameters, limits: limits)
    let notifications = NotificationPlan(
      self, registry: registry, plugins: plugins,
      values: ReferenceValues(
        parameters: resolved.parameters.mapValues { $0 }, run: ["id": run, "started_at": startedAt]))
    resolved.notifications = notifications.planned
    resolved.warnings += notifications.warnings
    resolved.pipeline = pipeline
    resolved.connections = names.connections.filter { used in resolved.nodes.contains { $0.name == used.key } }
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
    let unused = unusedModels(edges)
    let nodes = order.filter { !unused.contains($0) }.flatMap { index in
      components[index].map { component in
        planNodes(index, component, configurations[index], edges[index], adapters)
      } ?? []
    }
    return ResolvedPipeline(
      pipeline: pipeline, parameters: parameters.compactMapValues { $0 }, nodes: nodes, plugins: plugins(of: nodes),
      limits: pipeline.limits.applied(to: limits), retry: pipeline.retry, nodeRetry: nodeRetry,
      warnings: document.warnings + check.warnings + unreadOutputs(components, edges, unused))
  }

  private func order(_ wiring: Wiring) -> [Int] {
    let order = TopologicalOrder(sources: wiring.claims.map { $0.compactMap(\.source) })
    for cycle in order.cycles {
      let names = cycle.map { pipeline.nodes[$0].name }
      let pointer = "\(pipeline.nodes[cycle[0]].pointer)/in"
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
        gate: gate, materialize: node.materialize, model: node.model)
    ]
  }

  private func plugins(of nodes: [PlanNode]) -> [PlanPlugin] {
    Set(nodes.map(\.plugin)).sorted().compactMap { name in
      guard let plugin = lookup.plugin(name), plugin.path != nil else { return nil }
      guard let planned = lookup.planned(name) else {
        problems.add(
          Problem(.digestNotPinned, "The plugin '\(name)' has no digest (\(plugin.manifestPath)).", plugin: name))
        return nil
      }
      return planned
    }
  }

  private var nodeRetry: [String: RetryPolicy] {
    pipeline.nodes.reduce(into: [:]) { policies, node in policies[node.name] = node.retry }
  }

  /// Bindings that no node connects to: nothing of theirs is loaded.
  private func unusedModels(_ edges: [[Edge]]) -> Set<Int> {
    // A document of models alone says what is served.
    if pipeline.nodes.allSatisfy({ $0.section == "models" }) { return [] }
    let read = Set(edges.joined().map(\.source))
    return Set(pipeline.nodes.indices.filter { pipeline.nodes[$0].section == "models" && !read.contains($0) })
  }

  private func unreadOutputs(
    _ components: [ComponentDescription?], _ edges: [[Edge]], _ unused: Set<Int>
  ) -> [DocumentWarning] {
    let read = Set(edges.joined().map(\.source))
    return pipeline.nodes.indices.compactMap { index in
      let node = pipeline.nodes[index]
      guard let kind = components[index]?.kind else { return nil }
      if unused.contains(index) {
        return DocumentWarning(
          "Nothing uses the model '\(node.name)', so it is left out.", node: node.name,
          at: document.location(at: node.pointer))
      }
      guard kind == .source || kind == .stage, !read.contains(index) else { return nil }
      return DocumentWarning(
        "Nothing reads what node '\(node.name)' gives.", node: node.name, at: document.location(at: node.pointer))
    }
  }
}

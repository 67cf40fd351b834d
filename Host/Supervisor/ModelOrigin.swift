// Where a model that a run registers came from: base, data, plugins, parameters, seeds and figures, as the host saw them.
import JSONValue
import Model

struct ModelOrigin {
  let report: RunReport
  let resolved: ResolvedPipeline
  let graph: RunGraph

  /// `published`: what the same run publishes.
  func lineage(of draft: ModelDraft, published: [DatasetVersion]) -> JSONValue {
    let above = draft.node.map(graph.ancestors) ?? []
    let nodes = graph.order.filter { above.contains($0.name) }
    var lineage: [String: JSONValue] = [
      "parameters": .object(report.parameters),
      "nodes": .array(nodes.map(words)),
      "plugins": .array(plugins(of: nodes)),
      "datasets": .array(read(above) + learned(from: draft, published)),
      "models": .array(
        (report.models ?? []).filter { above.contains($0.node) }.map {
          [
            "node": .string($0.node), "model": .string($0.model), "version": .int(Int64($0.version)),
            "digest": .string($0.digest), "reference": .string($0.reference),
          ]
        }),
      "seeds": .array(nodes.flatMap { seeds(in: $0.configuration, node: $0.name, pointer: "") }),
      "figures": .array(figures(of: draft).compactMap { try? JSONValue(encoding: $0) }),
      "training": .array(training(of: draft)),
    ]
    lineage["base"] = draft.document["base"].map(shortBase)
    return .object(lineage)
  }

  private func read(_ above: Set<String>) -> [JSONValue] {
    report.inputs.filter { above.contains($0.node) }.map {
      [
        "node": .string($0.node), "dataset": .string($0.dataset), "version": .int(Int64($0.version)),
        "digest": .string($0.digest),
      ]
    }
  }

  /// Rows that the trainer, or what stands before it, took from nodes whose tables the same run publishes as datasets.
  private func learned(from draft: ModelDraft, _ published: [DatasetVersion]) -> [JSONValue] {
    let origins = draft.node.map(graph.origins) ?? []
    let teachers = origins.reduce(into: Set<String>()) { $0.formUnion(graph.ancestors(of: $1)) }.subtracting(origins)
    return published.filter { version in
      graph.order.first { $0.name == version.node }.map { $0.inputs.contains { teachers.contains($0.node) } } ?? false
    }.map {
      [
        "node": .string($0.node), "dataset": .string($0.dataset), "version": .int(Int64($0.version)),
        "digest": .string($0.digest), "published": true,
      ]
    }
  }

  /// Secrets stand in a configuration by their names only.
  private func words(_ node: PlanNode) -> JSONValue {
    var words: [String: JSONValue] = [
      "name": .string(node.name), "use": .string(node.use), "kind": .string(node.component.kind.rawValue),
      "with": node.configuration,
    ]
    if let used = resolved.connections[node.name] {
      words["connection"] = ["name": .string(used.name), "revision": .int(Int64(used.revision))]
    }
    return .object(words)
  }

  private func plugins(of nodes: [PlanNode]) -> [JSONValue] {
    let names = Set(nodes.map(\.plugin))
    return resolved.plugins.filter { names.contains($0.name) }.map {
      ["name": .string($0.name), "version": .string($0.version), "digest": .string($0.digest)]
    }
  }

  private func shortBase(_ base: JSONValue) -> JSONValue {
    let keys = ["name", "version", "artifact", "format", "license", "path"]
    return .object((base.object ?? [:]).filter { keys.contains($0.key) })
  }

  private func seeds(in value: JSONValue, node: String, pointer: String) -> [JSONValue] {
    switch value {
    case .object(let entries):
      return entries.sorted { $0.key < $1.key }.flatMap { key, value -> [JSONValue] in
        let place = "\(pointer)/\(key)"
        guard key == "seed" || key.hasSuffix("_seed"), value.int != nil else {
          return seeds(in: value, node: node, pointer: place)
        }
        return [["node": .string(node), "pointer": .string(place), "value": value]]
      }
    case .array(let items):
      return items.enumerated().flatMap { seeds(in: $1, node: node, pointer: "\(pointer)/\($0)") }
    default: return []
    }
  }

  /// Of the evaluations of what comes from the same origins.
  private func figures(of draft: ModelDraft) -> [Figure] {
    guard let node = draft.node else { return [] }
    let origins = graph.origins(of: node)
    return graph.order.filter { $0.component.kind == .evaluator || $0.component.kind == .action }.flatMap { judge in
      let judged = graph.judgedProviders(of: judge.name)
      guard judged.contains(where: { !graph.origins(of: $0.name).isDisjoint(with: origins) }),
        let report = report.nodes.first(where: { $0.name == judge.name })?.report
      else { return [Figure]() }
      return Figure.all(of: report, node: judge.name)
    }
  }

  private func training(of draft: ModelDraft) -> [JSONValue] {
    let origins = draft.node.map(graph.origins) ?? []
    return report.nodes.filter { origins.contains($0.name) }.compactMap { node in
      guard node.metrics != nil || node.report != nil else { return nil }
      var words: [String: JSONValue] = ["node": .string(node.name)]
      words["metrics"] = node.metrics.map { .object($0.mapValues(JSONValue.double)) }
      words["figures"] = node.report.map { report in
        .array(Figure.all(of: report, node: node.name).compactMap { try? JSONValue(encoding: $0) })
      }
      return .object(words)
    }
  }
}

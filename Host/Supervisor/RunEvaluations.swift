// What a run's evaluators and actions reported, as evaluations of the models behind them.
import JSONValue
import Model

struct RunEvaluations {
  let report: RunReport
  let graph: RunGraph

  /// `datasets` and `models` are what the run has just published.
  func drafts(_ datasets: [DatasetVersion], _ models: [ModelVersion]) -> [EvaluationDraft] {
    graph.order.compactMap { node in
      guard node.component.kind == .evaluator || node.component.kind == .action,
        let told = report.nodes.first(where: { $0.name == node.name }), told.status == .succeeded,
        let findings = told.report
      else { return nil }
      let above = graph.ancestors(of: node.name)
      let read = report.inputs.filter { above.contains($0.node) }
      return EvaluationDraft(
        run: report.run, node: node.name, use: told.use, kind: node.component.kind.rawValue,
        pipeline: report.pipeline.name, models: self.models(judgedBy: node, models),
        datasets: read.map { DatasetMention(dataset: $0.dataset, version: $0.version) },
        rows: rows(of: node, datasets), report: findings)
    }
  }

  /// Known to the registry where the run bound a registered version, or registers what it made.
  private func models(judgedBy node: PlanNode, _ registered: [ModelVersion]) -> [EvaluatedModel] {
    graph.judgedProviders(of: node.name).flatMap { provider -> [EvaluatedModel] in
      if let name = provider.model?["name"]?.string, let version = provider.model?["version"]?.int {
        return [EvaluatedModel(node: provider.name, model: name, version: Int(version))]
      }
      let origins = graph.origins(of: provider.name)
      let made = registered.filter { version in
        version.node.map { !graph.origins(of: $0).isDisjoint(with: origins) } ?? false
      }
      if made.isEmpty { return [EvaluatedModel(node: provider.name)] }
      return made.map { EvaluatedModel(node: provider.name, model: $0.model, version: $0.version) }
    }
  }

  /// The dataset that a sink made of the node's rows, checks in between or not.
  private func rows(of node: PlanNode, _ datasets: [DatasetVersion]) -> DatasetMention? {
    var passing: Set<String> = [node.name]
    for next in graph.order where next.component.kind == .check {
      if let main = next.inputs.first, passing.contains(main.node) { passing.insert(next.name) }
    }
    let sinks = graph.order.filter { sink in
      sink.component.kind == .sink && sink.inputs.contains { passing.contains($0.node) }
    }
    return sinks.lazy.compactMap { sink in datasets.first { $0.node == sink.name } }.first
      .map { DatasetMention(dataset: $0.dataset, version: $0.version) }
  }
}

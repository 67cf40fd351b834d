// What a node may say depends on the kind of its component.
import Model

struct NodeRules {
  let document: PipelineDocument
  let problems: ProblemCollection

  func check(_ node: PipelineNode, _ component: ComponentDescription) {
    let what = "'\(node.use)' is a \(component.kind.rawValue)"
    let judged: [ComponentKind] = [.check, .evaluator, .trainer, .action]
    if node.gate != nil, !judged.contains(component.kind) {
      report(
        .invalidConfiguration,
        "Node '\(node.name)' has a gate, but \(what); only checks, evaluators, trainers and actions can be judged.",
        node, "gate", next: "Move the gate to a check.")
    } else if node.gate?.action == .quarantine, component.kind != .check {
      report(
        .invalidConfiguration,
        "Node '\(node.name)' has a gate that quarantines rows, but \(what); only a check names single rows.", node,
        "gate", next: "Use action: stop, or warn.")
    }
    if node.materialize, component.kind == .sink || component.connectableOutputs.first?.type != .table {
      report(
        .invalidConfiguration,
        "Node '\(node.name)' cannot be materialized: \(what) that gives no table.", node, "materialize",
        next: "Materialize a source, stage or check that gives a table.")
    }
    if node.limits != nil {
      report(
        .notAvailable,
        "Node '\(node.name)' sets limits of its own, but all nodes of a run share one worker process.", node, "limits",
        next: "Set 'limits' for the whole pipeline.")
    }
  }

  private func report(
    _ code: ProblemCode, _ detail: @autoclosure () -> String, _ node: PipelineNode, _ key: String, next: String
  ) {
    let pointer = "\(node.pointer)/\(key)"
    problems.add(
      code, detail(), at: document.root.position(at: pointer), pointer: pointer, node: node.name, next: next)
  }
}

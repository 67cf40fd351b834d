// Which models of a run are behind which of its nodes: what an evaluation is about, what a registered version came from.
import Model

struct RunGraph {
  private let nodes: [String: PlanNode]
  let order: [PlanNode]

  init(_ nodes: [PlanNode]) {
    order = nodes
    self.nodes = Dictionary(nodes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The node and everything above it.
  func ancestors(of name: String) -> Set<String> {
    reached(from: name) { node in node.inputs.map(\.node) }
  }

  /// Providers whose answers the node judges. Those that only trained or taught a model are not among them, and a model
  /// at an input named judge gives the verdict.
  func judgedProviders(of name: String) -> [PlanNode] {
    let found = reached(from: name) { node in
      if node.component.kind == .trainer { return [] }
      return node.inputs.filter { $0.name != "judge" }.map(\.node)
    }
    return order.filter { found.contains($0.name) && $0.component.kind == .provider }
  }

  /// The nodes that a model comes from: trainers, and providers that stand at the beginning.
  func origins(of name: String) -> Set<String> {
    let found = reached(from: name) { node in
      node.component.kind == .trainer ? [] : modelInputs(of: node)
    }
    return found.filter { name in
      guard let node = nodes[name] else { return false }
      return node.component.kind == .trainer || (node.component.kind == .provider && modelInputs(of: node).isEmpty)
    }
  }

  private func modelInputs(of node: PlanNode) -> [String] {
    let ports = Set(node.component.inputs.filter { $0.type == .model }.map(\.name))
    return node.inputs.filter { ports.contains($0.port) }.map(\.node)
  }

  private func reached(from name: String, _ next: (PlanNode) -> [String]) -> Set<String> {
    var seen: Set<String> = [name]
    var waiting = [name]
    while let name = waiting.popLast() {
      guard let node = nodes[name] else { continue }
      for source in next(node) where seen.insert(source).inserted { waiting.append(source) }
    }
    return seen
  }
}

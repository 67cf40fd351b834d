// A plan cut down to what one node needs: its ancestors and itself.
package import Model

package enum PreviewPlan {
  /// The node comes last, so that its output is what a preview reads. Which of its ports, the plan's mode says.
  package static func cut(_ plan: RunPlan, to node: String) -> RunPlan {
    let byName = Dictionary(plan.nodes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var wanted: Set<String> = [node]
    var waiting = [node]
    while let name = waiting.popLast() {
      for input in byName[name]?.inputs ?? [] where wanted.insert(input.node).inserted { waiting.append(input.node) }
    }
    var cut = plan
    cut.nodes =
      plan.nodes.filter { wanted.contains($0.name) && $0.name != node } + plan.nodes.filter { $0.name == node }
    for index in cut.nodes.indices {
      cut.nodes[index].materialize = false
      cut.nodes[index].resume = false
    }
    let plugins = Set(cut.nodes.map(\.plugin))
    cut.plugins = plan.plugins.filter { plugins.contains($0.name) }
    return cut
  }
}

// The component that the host puts on an edge from files to a table.
import Model

struct AdapterChoice {
  private let document: PipelineDocument
  private let problems: ProblemCollection
  private let check: ConfigurationCheck
  private let lookup: PluginLookup
  private let candidates: [(plugin: String, component: ComponentDescription)]

  init(document: PipelineDocument, lookup: PluginLookup, problems: ProblemCollection, check: ConfigurationCheck) {
    self.document = document
    self.problems = problems
    self.check = check
    self.lookup = lookup
    let all = lookup.adapters
    let named = Set(document.pipeline.requiredPlugins.map(\.name) + document.pipeline.nodes.map(\.plugin))
    let mentioned = all.filter { named.contains($0.plugin) }
    // Of several, the one whose plugin the document names anyway.
    candidates = all.count > 1 && mentioned.count == 1 ? mentioned : all
  }

  /// Nil, with a problem, when there is no single component to insert. Inputs are left to the caller.
  func node(from source: String, to node: String, _ edge: Edge) -> PlanNode? {
    let uses = candidates.map { "\($0.plugin)/\($0.component.name)" }
    func refuse(_ reason: String, next: String) -> PlanNode? {
      problems.add(
        .portMismatch,
        "Node '\(node)' wants a table at its input '\(edge.port.name)', but '\(source)' gives files, and \(reason).",
        at: document.root.position(at: edge.pointer), pointer: edge.pointer, node: node, next: next)
      return nil
    }
    guard let candidate = candidates.first else {
      return refuse("no installed plugin reads files", next: "Enable a plugin that reads files: ote plugins list")
    }
    guard candidates.count == 1 else {
      return refuse(
        "several components could read them: \(uses.joined(separator: ", "))",
        next: "Say which: add a node {use: \(uses[0]), in: \(source)} and read from that.")
    }
    let policy = lookup.plugin(candidate.plugin)?.policy
    guard let configuration = check.defaultConfiguration(of: uses[0], candidate.component, policy: policy) else {
      return refuse(
        "\(uses[0]) cannot read them without a configuration",
        next: "Add a node {use: \(uses[0]), in: \(source), with: {...}} and read from that.")
    }
    return PlanNode(
      name: "\(source).\(node).\(candidate.component.name)", plugin: candidate.plugin, component: candidate.component,
      configuration: configuration, inputs: [], inserted: true)
  }
}

// The `nodes` part of a document.
import JSONValue
import Model

extension PipelineParser {
  static let nodeKeys = [
    "use", "in", "with", "gate", "materialize", "retry", "limits", "isolation", "connection",
  ]

  /// A document that names models may have no nodes: it says what is served.
  mutating func nodes(_ field: Field, mayBeNone: Bool) -> [PipelineNode] {
    guard let entries = entries(field) else { return [] }
    guard !entries.isEmpty || mayBeNone else {
      report(.missingKey, "The pipeline has no nodes.", field, next: "Add a source, and what its rows go through.")
      return []
    }
    guard entries.count <= DocumentLimits.nodes else {
      report(
        .documentTooLarge,
        "The pipeline has \(entries.count) nodes; at most \(DocumentLimits.nodes) are allowed.", field,
        next: "Split the pipeline.")
      return []
    }
    var nodes: [PipelineNode] = []
    nodes.reserveCapacity(entries.count)
    for entry in entries {
      checkName(entry.key, "A node", entry, node: entry.key)
      if let node = node(entry) { nodes.append(node) }
    }
    return nodes
  }

  private func node(_ field: Field) -> PipelineNode? {
    let name = field.key
    guard let fields = mapping(field, "A node", allowing: Self.nodeKeys, node: name) else { return nil }
    if let isolation = fields["isolation"] { checkIsolation(isolation, node: name) }
    guard let use = required("use", fields, field, node: name), var node = component(use, node: name) else {
      return nil
    }
    if let field = fields["connection"] { node.connection = text(field) }
    if let field = fields["in"] { node.inputs = inputs(field, node: name) }
    if let field = fields["with"], entries(field) != nil { node.configuration = field.value.json }
    if let field = fields["gate"] { node.gate = gate(field, node: name) }
    if let field = fields["materialize"] { node.materialize = flag(field) ?? false }
    if let field = fields["retry"] { node.retry = retry(field) }
    if let field = fields["limits"] { node.limits = limits(field) }
    return node
  }

  /// `plugin/component`, optionally `@version`.
  func component(_ field: Field, node: String) -> PipelineNode? {
    guard let text = text(field) else { return nil }
    let halves = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let names = halves[0].split(separator: "/", omittingEmptySubsequences: false)
    guard names.count == 2, names.allSatisfy({ isName(String($0)) }) else {
      report(
        .invalidName, "'\(shortened(text))' names no component.", field, node: node,
        next: "Write use: plugin/component, for example duckdb/sql.")
      return nil
    }
    var version: VersionRange?
    if halves.count == 2 {
      version = VersionRange(String(halves[1]))
      if version == nil {
        report(
          .wrongType, "'\(shortened(String(halves[1])))' behind @ is no version.", field, node: node,
          next: "Write plugin/component@1.2.0, or @1.x.")
      }
    }
    return PipelineNode(name: node, plugin: String(names[0]), component: String(names[1]), version: version)
  }

  func inputs(_ field: Field, node: String) -> NodeInputs {
    switch field.value.content {
    case .string: return reference(field, node: node).map { .unnamed([$0]) } ?? .none
    case .array: return .unnamed((items(field) ?? []).compactMap { reference($0, node: node) })
    case .object:
      return .named(
        (entries(field) ?? []).compactMap { entry in
          reference(entry, node: node).map { NamedInput(name: entry.key, source: $0) }
        })
    default:
      problems.add(
        .wrongType,
        "'in' must be a node's name, a list of names or a mapping, is \(spoken(field.value.json)).",
        at: field.value.position, pointer: field.pointer, node: node)
      return .none
    }
  }

  /// `node` or `node.port`.
  private func reference(_ field: Field, node: String) -> OutputReference? {
    guard let text = text(field) else { return nil }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }) else {
      report(
        .invalidName, "'\(shortened(text))' names no output of a node.", field, node: node,
        next: "Write the node's name, or node.port.")
      return nil
    }
    return OutputReference(node: parts[0], port: parts.count == 2 ? parts[1] : nil)
  }

  private func gate(_ field: Field, node: String) -> Gate? {
    guard let fields = mapping(field, "gate", allowing: ["on", "action", "require"], node: node) else { return nil }
    var gate = Gate()
    if let on = fields["on"], let trigger = choice(on, Gate.Trigger.self) { gate.on = trigger }
    if let field = fields["action"], let action = choice(field, Gate.Action.self) { gate.action = action }
    if let field = fields["require"] { gate.require = (items(field) ?? []).compactMap { requirement($0, node: node) } }
    return gate
  }

  /// {metric, bound, at_least, at_most}: a figure that the node's report must have.
  private func requirement(_ field: Field, node: String) -> Gate.Requirement? {
    let keys = ["metric", "bound", "at_least", "at_most"]
    guard let fields = mapping(field, "A requirement", allowing: keys, node: node),
      let named = required("metric", fields, field, node: node), let metric = text(named)
    else { return nil }
    var requirement = Gate.Requirement(metric: metric)
    if let bound = fields["bound"], let choice = choice(bound, Gate.Requirement.Bound.self) {
      requirement.bound = choice
    }
    if let limit = fields["at_least"] { requirement.atLeast = number(limit, in: -1e300...1e300) }
    if let limit = fields["at_most"] { requirement.atMost = number(limit, in: -1e300...1e300) }
    if fields["at_least"] == nil, fields["at_most"] == nil {
      report(
        .missingKey, "The requirement on '\(metric)' says neither at_least nor at_most.", field, node: node,
        next: "Write {metric: \(metric), at_least: 0.5}, for example.")
      return nil
    }
    return requirement
  }
}

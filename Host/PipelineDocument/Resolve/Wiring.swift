// Connects nodes: which output of which node feeds which input port.
import Model

/// One edge, checked on both ends.
struct Edge {
  var port: PortDescription
  /// What the component calls it: a table name, for one.
  var name: String
  var source: Int
  var output: PortDescription
  var pointer: String
}

/// What a node's `in` names, before ports are known.
struct InputClaim {
  /// The key under `in`, where there is one.
  var name: String?
  var reference: OutputReference
  /// Nil when no node has that name.
  var source: Int?
  var pointer: String
}

struct Wiring {
  let document: PipelineDocument
  let problems: ProblemCollection
  /// Per node, in document order.
  let claims: [[InputClaim]]

  private var nodes: [PipelineNode] { document.pipeline.nodes }

  /// Looks up every name under `in`; unknown ones are problems.
  init(_ document: PipelineDocument, problems: ProblemCollection) {
    self.document = document
    self.problems = problems
    let nodes = document.pipeline.nodes
    let indices = Dictionary(nodes.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    claims = nodes.map { node in
      Self.claims(of: node).map { claim in
        var claim = claim
        claim.source = indices[claim.reference.node]
        if claim.source == nil {
          problems.add(
            .unknownNode,
            "Node '\(node.name)' reads from '\(shortened(claim.reference.node))', which does not exist"
              + suggestion(for: claim.reference.node, among: Array(indices.keys)) + ".",
            at: document.root.position(at: claim.pointer), pointer: claim.pointer, node: node.name)
        }
        return claim
      }
    }
  }

  private static func claims(of node: PipelineNode) -> [InputClaim] {
    let pointer = node.pointer + "/in"
    switch node.inputs {
    case .none: return []
    case .unnamed(let references):
      return references.enumerated().map { index, reference in
        InputClaim(reference: reference, pointer: references.count == 1 ? pointer : "\(pointer)/\(index)")
      }
    case .named(let inputs):
      return inputs.map {
        InputClaim(name: $0.name, reference: $0.source, pointer: pointer + "/" + pointerToken($0.name))
      }
    }
  }

  /// The edges into a node, in the order of its ports.
  func edges(into index: Int, components: [ComponentDescription?]) -> [Edge] {
    guard let component = components[index] else { return [] }
    let ports = PortAssignment(node: nodes[index], component: component, wiring: self).assigned(claims[index])
    let edges = ports.compactMap { claim, port, name in edge(claim, port, name, into: nodes[index].name, components) }
    let order = Dictionary(component.inputs.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    return edges.enumerated().sorted { left, right in
      (order[left.element.port.name] ?? 0, left.offset) < (order[right.element.port.name] ?? 0, right.offset)
    }.map(\.element)
  }

  private func edge(
    _ claim: InputClaim, _ port: PortDescription, _ name: String, into node: String,
    _ components: [ComponentDescription?]
  ) -> Edge? {
    guard let source = claim.source, let component = components[source] else { return nil }
    guard let output = output(of: component, claim, wanting: port.type, into: node) else { return nil }
    let isReadable = output.type == .files && port.type == .table
    guard output.type == port.type || isReadable else {
      report(
        .portMismatch,
        "Node '\(node)' wants \(port.type.spoken) at its input '\(port.name)', but '\(claim.reference)' gives "
          + "\(output.type.spoken).", claim.pointer, node)
      return nil
    }
    return Edge(port: port, name: name, source: source, output: output, pointer: claim.pointer)
  }

  /// A node's name alone means its first output that fits, or its first.
  private func output(
    of component: ComponentDescription, _ claim: InputClaim, wanting type: PortType, into node: String
  ) -> PortDescription? {
    let outputs = component.connectableOutputs
    let source = claim.reference.node
    guard let first = outputs.first else {
      report(
        .portMismatch, "Node '\(node)' reads from '\(source)', a \(component.kind.rawValue), which has no output.",
        claim.pointer, node, next: "Read from a node before '\(source)'.")
      return nil
    }
    guard let port = claim.reference.port else {
      if type == .table, first.type == .files { return first }
      return outputs.first { $0.type == type } ?? first
    }
    if let output = outputs.first(where: { $0.name == port }) { return output }
    report(
      .unknownPort,
      "Node '\(source)' has no output '\(shortened(port))'\(suggestion(for: port, among: outputs.map(\.name))).",
      claim.pointer, node)
    return nil
  }

  func report(
    _ code: ProblemCode, _ detail: @autoclosure () -> String, _ pointer: String, _ node: String, next: String? = nil
  ) {
    problems.add(
      code, detail(), at: document.root.position(at: pointer), pointer: pointer, node: node, next: next)
  }
}

extension PortType {
  fileprivate var spoken: String {
    switch self {
    case .table: "a table"
    case .files: "files"
    case .model: "a model"
    case .report: "a report"
    }
  }
}

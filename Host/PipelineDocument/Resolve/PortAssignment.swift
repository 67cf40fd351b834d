// Decides which input port of a component each entry under `in` goes to.
import Model

struct PortAssignment {
  typealias Assigned = (claim: InputClaim, port: PortDescription, name: String)

  let node: PipelineNode
  let component: ComponentDescription
  let wiring: Wiring

  private var pointer: String { node.pointer + "/in" }

  func assigned(_ claims: [InputClaim]) -> [Assigned] {
    guard !component.inputs.isEmpty else {
      if !claims.isEmpty {
        report(
          .portMismatch, "Node '\(node.name)' is a \(component.kind.rawValue) and takes no input.",
          next: "Remove 'in'.")
      }
      return []
    }
    let assigned: [Assigned]? =
      if case .named = node.inputs { named(claims) } else { unnamed(claims) }
    // A failed assignment was reported; what else is missing would be an echo.
    guard let assigned else { return [] }
    checkRequired(assigned)
    return checkNames(assigned)
  }

  /// `in: a` and `in: [a, b]` go to the only port, or the only required one.
  private func unnamed(_ claims: [InputClaim]) -> [Assigned]? {
    guard !claims.isEmpty else { return [] }
    let required = component.inputs.filter(\.required)
    let isCheck = component.kind == .check
    guard isCheck || component.inputs.count == 1 || required.count <= 1 else {
      let names = required.map(\.name)
      report(
        .missingInput,
        "Node '\(node.name)' has \(names.count) inputs that must be connected: \(names.joined(separator: ", ")).",
        next: "Write in: {" + names.map { "\($0): NODE" }.joined(separator: ", ") + "}.")
      return nil
    }
    let port = (isCheck ? nil : required.first) ?? component.inputs[0]
    guard claims.count == 1 || port.many else {
      report(
        .portMismatch, "The input '\(port.name)' of node '\(node.name)' takes one node; \(claims.count) are given.",
        next: "Name the inputs: in: {NAME: NODE}. The component has: "
          + component.inputs.map(\.name).joined(separator: ", ") + ".")
      return nil
    }
    return claims.map { ($0, port, port.many ? $0.reference.node : port.name) }
  }

  /// A key is a port's name; where a port takes many, any other key is a name in it.
  private func named(_ claims: [InputClaim]) -> [Assigned]? {
    let many = component.inputs.first(where: \.many)
    let passed = component.kind == .check ? passedThrough(claims) : nil
    var result: [Assigned] = []
    var isWhole = true
    for claim in claims {
      let name = claim.name ?? ""
      if let port = component.inputs.first(where: { $0.name == name }) {
        result.append((claim, port, name))
      } else if claim.pointer == passed?.pointer {
        result.append((claim, component.inputs[0], name))
      } else if let many {
        result.append((claim, many, name))
      } else {
        isWhole = false
        wiring.report(
          .unknownPort,
          "Node '\(node.name)' has no input '\(shortened(name))'"
            + suggestion(for: name, among: component.inputs.map(\.name)) + ".",
          claim.pointer, node.name)
      }
    }
    return isWhole ? result : nil
  }

  /// The table a check lets pass is its first entry, unless one is named like the port.
  private func passedThrough(_ claims: [InputClaim]) -> InputClaim? {
    let names = component.inputs.map(\.name)
    if claims.contains(where: { $0.name == names[0] }) { return nil }
    return claims.first { !names.contains($0.name ?? "") }
  }

  private func checkRequired(_ assigned: [Assigned]) {
    let fed = Set(assigned.map(\.port.name))
    let missing = component.inputs.filter {
      $0.required && !fed.contains($0.name) && !($0.type == .model && node.model != nil)
    }.map(\.name)
    guard !missing.isEmpty else { return }
    let next =
      component.inputs.count == 1
      ? "Write in: NODE." : "Write in: {" + missing.map { "\($0): NODE" }.joined(separator: ", ") + "}."
    report(
      .missingInput,
      "Node '\(node.name)' needs the input\(missing.count > 1 ? "s" : "") \(missing.joined(separator: ", ")).",
      next: next)
  }

  /// Names in a port that takes many become table names.
  private func checkNames(_ assigned: [Assigned]) -> [Assigned] {
    var seen: Set<String> = []
    for (claim, port, name) in assigned where port.many {
      if !isIdentifier(name) {
        wiring.report(
          .invalidName,
          "Node '\(node.name)' cannot call an input '\(shortened(name))': it becomes a table name.", claim.pointer,
          node.name, next: "Name it with letters, digits and '_': in: {NAME: \(claim.reference)}.")
      } else if !seen.insert(name.lowercased()).inserted {
        wiring.report(
          .duplicateName, "Node '\(node.name)' has two inputs called '\(name)'.", claim.pointer, node.name,
          next: "Name them apart: in: {NAME: NODE, OTHER: NODE}.")
      }
    }
    return assigned
  }

  private func report(_ code: ProblemCode, _ detail: @autoclosure () -> String, next: String? = nil) {
    wiring.report(code, detail(), pointer, node.name, next: next)
  }
}

// Finds the operation of a path and method. Literal segments win over parameters.

struct RouteTable: Sendable {
  enum Match: Sendable {
    case found(Operation, [String: String])
    /// The path is known, but not with this method.
    case otherMethods([String])
    case nothing
  }

  private struct Branch: Sendable {
    var literals: [String: Branch] = [:]
    /// At most one parameter at a place: all paths of the document that pass here call it the same.
    var parameter: [Branch] = []
    var operations: [String: Operation] = [:]
  }

  private var root = Branch()

  init(_ operations: [Operation]) {
    for operation in operations { Self.insert(operation, operation.segments[...], into: &root) }
  }

  private static func insert(_ operation: Operation, _ rest: ArraySlice<String>, into branch: inout Branch) {
    guard let segment = rest.first else {
      branch.operations[operation.method] = operation
      return
    }
    if segment.hasPrefix("{") {
      if branch.parameter.isEmpty { branch.parameter = [Branch()] }
      insert(operation, rest.dropFirst(), into: &branch.parameter[0])
    } else {
      insert(operation, rest.dropFirst(), into: &branch.literals[segment, default: Branch()])
    }
  }

  /// `segments` are percent-decoded, so that a name may hold a `/`.
  func match(_ segments: [String], method: String) -> Match {
    guard let branch = Self.find(segments[...], in: root) else { return .nothing }
    let method = method == "HEAD" && branch.operations["HEAD"] == nil ? "GET" : method
    guard let operation = branch.operations[method] else {
      return branch.operations.isEmpty ? .nothing : .otherMethods(branch.operations.keys.sorted())
    }
    var values: [String: String] = [:]
    for (name, value) in zip(operation.segments, segments) where name.hasPrefix("{") {
      values[String(name.dropFirst().dropLast())] = value
    }
    return .found(operation, values)
  }

  private static func find(_ rest: ArraySlice<String>, in branch: Branch) -> Branch? {
    guard let segment = rest.first else { return branch.operations.isEmpty ? nil : branch }
    if let next = branch.literals[segment], let found = find(rest.dropFirst(), in: next) { return found }
    return branch.parameter.first.flatMap { find(rest.dropFirst(), in: $0) }
  }
}

// Reads and checks a request's parameters and body by the document: a route sees only what its operation allows.
import JSONValue
import Model
import PipelineDocument

struct RequestCheck: Sendable {
  let document: APIDocument

  /// Values by name, defaults filled in. Throws OTE-6001 with every finding.
  func parameters(
    of operation: Operation, path: [String: String], query: [(String, String)], header: (String) -> String?
  ) throws(Problems) -> [String: JSONValue] {
    var values: [String: JSONValue] = [:]
    var findings: [Problem] = []
    let known = Set(operation.parameters.filter { $0.place == .query }.map(\.name))
    for (name, _) in query where !operation.takesAnyQuery && !known.contains(name) {
      let hint = nearestName(to: name, in: known).map { "; did you mean \($0)?" } ?? ""
      findings.append(Self.problem("?\(name)", "is no parameter of \(operation.id)\(hint)"))
    }
    for parameter in operation.parameters where parameter.type != "object" {
      let text: String? =
        switch parameter.place {
        case .path: path[parameter.name]
        case .query: query.last { $0.0 == parameter.name }?.1
        case .header: header(parameter.name)
        }
      guard let text else {
        if parameter.isRequired { findings.append(Self.problem(parameter.name, "is required")) }
        values[parameter.name] = parameter.defaultValue
        continue
      }
      guard let value = Self.value(text, type: parameter.type) else {
        findings.append(Self.problem(parameter.name, "must be of type \(parameter.type), is '\(text.prefix(60))'"))
        continue
      }
      values[parameter.name] = value
      findings += check(value, parameter.schema, parameter.name)
    }
    guard findings.isEmpty else { throw Problems(findings) }
    return values
  }

  /// The body with defaults filled in.
  func body(of operation: Operation, bytes: [UInt8]) throws(Problems) -> JSONValue {
    guard let pointer = operation.bodySchema else { return .null }
    let value: JSONValue
    do {
      value = try JSONValue(parsing: bytes)
    } catch {
      throw Problems([Problem(.requestInvalid, "the body is not JSON: \(Self.reason(error))")])
    }
    let findings = document.schemas.validate(value, at: pointer).map {
      Problem(
        .requestInvalid, "\($0.pointer.isEmpty ? "the body" : $0.pointer) \($0.message)",
        at: ProblemLocation(pointer: $0.pointer))
    }
    guard findings.isEmpty else { throw Problems(Array(findings.prefix(20))) }
    return document.schemas.applyDefaults(value, at: pointer)
  }

  private func check(_ value: JSONValue, _ schema: JSONValue, _ name: String) -> [Problem] {
    document.schemas.validate(value, schema: schema).map { Self.problem(name, $0.message) }
  }

  private static func value(_ text: String, type: String) -> JSONValue? {
    switch type {
    case "integer": Int64(text).map { .int($0) }
    case "number": Double(text).flatMap { $0.isFinite ? .double($0) : nil }
    case "boolean": text == "true" ? .bool(true) : text == "false" ? .bool(false) : nil
    default: .string(text)
    }
  }

  private static func problem(_ name: String, _ message: String) -> Problem {
    Problem(.requestInvalid, "\(name) \(message)")
  }

  private static func reason(_ error: any Error) -> String {
    guard case DecodingError.dataCorrupted(let context) = error else { return "\(error)" }
    return context.debugDescription
  }
}

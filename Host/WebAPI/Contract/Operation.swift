// One operation of the API: where it is, who may use it, and what a request to it may hold.
package import JSONValue
package import Model

package struct Operation: Sendable {
  /// Who may use it. What a project grants is asked of the project that the request is about.
  package enum Access: String, Sendable {
    case `public`, session, viewer, editor, `operator`, admin
    case projectAdmin = "project-admin"

    /// The role that it needs in the request's project.
    package var role: Role? {
      switch self {
      case .viewer: .viewer
      case .editor: .editor
      case .operator: .operator
      case .projectAdmin: .admin
      case .public, .session, .admin: nil
      }
    }
  }

  package enum Place: String, Sendable { case path, query, header }

  package struct Parameter: Sendable {
    package var name: String
    package var place: Place
    package var isRequired: Bool
    package var schema: JSONValue
    package var defaultValue: JSONValue?
    /// integer, number, boolean or string: how its text is read.
    var type: String
  }

  package let id: String
  package let path: String
  package let method: String
  package let access: Access
  /// A path parameter that names a thing, `body`, `query`, `subject`, `visible`, or nothing.
  package let project: String?
  package let parameters: [Parameter]
  /// A pointer into the document, for a JSON body.
  package let bodySchema: String?
  /// Its body is bytes of any number.
  package let takesBytes: Bool
  package let successStatus: Int
  /// Its answer follows from the store, the clock and the caller alone.
  let isKept: Bool
  /// Whether others may add words to its query: a parameter that is an object, spread over it (`style: form`), says so.
  let takesAnyQuery: Bool

  var segments: [String] { path.split(separator: "/").map(String.init) }
  var takesIdempotencyKey: Bool { parameters.contains { $0.place == .header && $0.name == "Idempotency-Key" } }
  var needsIfMatch: Bool { parameters.contains { $0.place == .header && $0.name == "If-Match" } }

  init(path: String, method: String, entry: JSONValue, shared: JSONValue, root: JSONValue) throws(Problem) {
    guard let id = entry["operationId"]?.string, let access = entry["x-access"]?.string.flatMap(Access.init) else {
      throw APIDocument.broken("\(method) \(path) has no operationId or no known x-access")
    }
    self.id = id
    self.path = path
    self.method = method.uppercased()
    self.access = access
    project = entry["x-project"]?.string
    isKept = entry["x-kept"]?.bool ?? false
    guard !isKept || method == "get" else { throw APIDocument.broken("\(id) is kept and no GET") }
    guard access.role == nil || project != nil else {
      throw APIDocument.broken("\(id) asks for a role and does not say in which project")
    }
    let listed = (shared["parameters"]?.array ?? []) + (entry["parameters"]?.array ?? [])
    parameters = listed.compactMap { Self.parameter(Self.resolved($0, root), root) }
    takesAnyQuery = parameters.contains { $0.place == .query && $0.type == "object" }
    let body = entry["requestBody"].map { Self.resolved($0, root) }
    bodySchema = body?["content"]?["application/json"]?["schema"]?["$ref"]?.string.map { String($0.dropFirst()) }
    takesBytes = body?["content"]?["application/octet-stream"] != nil
    let codes = (entry["responses"]?.object ?? [:]).keys.compactMap { Int($0) }
    successStatus = codes.filter { $0 < 400 && $0 != 304 }.min() ?? 200
  }

  private static func parameter(_ value: JSONValue, _ root: JSONValue) -> Parameter? {
    guard let name = value["name"]?.string, let place = value["in"]?.string.flatMap(Place.init) else { return nil }
    let schema = resolved(value["schema"] ?? [:], root)
    return Parameter(
      name: name, place: place, isRequired: value["required"]?.bool ?? false, schema: value["schema"] ?? [:],
      defaultValue: schema["default"], type: schema["type"]?.string ?? "string")
  }

  private static func resolved(_ value: JSONValue, _ root: JSONValue) -> JSONValue {
    guard let reference = value["$ref"]?.string, reference.hasPrefix("#") else { return value }
    return root.at(pointer: String(reference.dropFirst())) ?? value
  }
}

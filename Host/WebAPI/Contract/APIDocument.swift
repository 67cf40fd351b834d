// The OpenAPI document as the server uses it: its operations, its schemas, and the text that clients get.
package import JSONValue
package import Model
import PipelineDocument
import Yams

package struct APIDocument: Sendable {
  /// The document with the answers that any route may give written out.
  package let json: JSONValue
  package let operations: [Operation]
  let schemas: ConfigSchema

  /// Reads the YAML text. A document that the server cannot follow is a fault of this build: OTE-5004.
  package init(parsing text: String) throws(Problem) {
    let root: JSONValue
    do {
      guard let node = try Yams.compose(yaml: text) else { throw Self.broken("it is empty") }
      root = Self.value(node)
    } catch let problem as Problem {
      throw problem
    } catch {
      throw Self.broken("\(error)")
    }
    json = AnswerExpansion.expanded(root)
    schemas = ConfigSchema(json)
    operations = try Self.operations(of: json)
  }

  package func operation(_ id: String) -> Operation? { operations.first { $0.id == id } }

  private static func operations(of root: JSONValue) throws(Problem) -> [Operation] {
    var operations: [Operation] = []
    for (path, item) in (root["paths"]?.object ?? [:]).sorted(by: { $0.key < $1.key }) {
      for method in ["get", "post", "put", "patch", "delete"] {
        guard let entry = item[method] else { continue }
        operations.append(try Operation(path: path, method: method, entry: entry, shared: item, root: root))
      }
    }
    return operations
  }

  static func broken(_ reason: String) -> Problem {
    Problem(.hostFailed, "the API document is not usable: \(reason)", next: "Install this version again.")
  }

  private static func value(_ node: Node) -> JSONValue {
    switch node {
    case .mapping(let mapping):
      .object(
        Dictionary(mapping.map { ($0.key.string ?? "", value($0.value)) }, uniquingKeysWith: { _, last in last }))
    case .sequence(let items): .array(items.map(value))
    case .scalar(let scalar): scalarValue(node, scalar)
    case .alias: .null
    }
  }

  private static func scalarValue(_ node: Node, _ scalar: Node.Scalar) -> JSONValue {
    guard scalar.style == .plain || scalar.style == .any else { return .string(scalar.string) }
    if let value = node.bool { return .bool(value) }
    if let value = node.int { return .int(Int64(value)) }
    if let value = node.float { return .double(value) }
    return node.null == nil ? .string(scalar.string) : .null
  }
}

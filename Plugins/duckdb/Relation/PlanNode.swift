// What a stream of this plugin will compute once someone reads it.
import PluginKit

/// A part of a query that has not run yet. Chains of them become one DuckDB query.
protocol PlanNode: AnyObject {
  /// The columns it will have.
  var schema: Schema { get }
  /// Local files it reads: the only ones that its session may open.
  var files: [String] { get }
  /// DuckDB extensions it needs.
  var extensions: Set<String> { get }
  /// Whether reading it twice gives the same rows and needs no stream that can be read only once.
  var rereadable: Bool { get }
  /// Learns what only the inputs know (a list of files), before the session opens.
  func resolve() throws
  /// SQL for after FROM. May define views in the session.
  func relation(in session: Session) throws -> String
  /// The full error behind one that DuckDB reported, where the node knows more.
  func explain(_ error: EngineError, _ run: Run) -> PluginError?
}

extension PlanNode {
  var extensions: Set<String> { [] }
  var files: [String] { [] }
  func resolve() throws {}
  func explain(_ error: EngineError, _ run: Run) -> PluginError? { nil }
}

/// A node narrowed to what the reader downstream asked for.
final class NarrowedNode: PlanNode {
  let schema: Schema
  private let inner: any PlanNode
  private let scan: ScanRequest

  /// The node itself where the request asks for everything.
  static func narrow(_ node: any PlanNode, to scan: ScanRequest?) throws -> any PlanNode {
    guard let scan, scan.columns != nil || !scan.filters.isEmpty || scan.limit != nil else { return node }
    return try NarrowedNode(node, scan)
  }

  private init(_ node: any PlanNode, _ scan: ScanRequest) throws {
    inner = node
    self.scan = scan
    let names = scan.columns ?? node.schema.fields.map(\.name)
    schema = Schema(
      try names.map { name in
        if let field = node.schema[name] { return field }
        throw PluginError(.invalidArgument, "the scan request names a column \"\(name)\" that is not there")
      }, metadata: node.schema.metadata)
  }

  var files: [String] { inner.files }
  var extensions: Set<String> { inner.extensions }
  // A limit may cut other rows the second time.
  var rereadable: Bool { inner.rereadable && scan.limit == nil }
  func resolve() throws { try inner.resolve() }
  func explain(_ error: EngineError, _ run: Run) -> PluginError? { inner.explain(error, run) }

  func relation(in session: Session) throws -> String {
    let columns = schema.fields.map(\.name.sqlName).joined(separator: ", ")
    var sql = "SELECT \(columns) FROM \(try inner.relation(in: session))"
    let conditions = try scan.filters.map(condition)
    if !conditions.isEmpty { sql += " WHERE \(conditions.joined(separator: " AND "))" }
    if let limit = scan.limit { sql += " LIMIT \(max(0, limit))" }
    return "(\(sql))"
  }

  private func condition(_ filter: Filter) throws -> String {
    let column = filter.column.sqlName
    switch filter.op {
    case "is_null": return "\(column) IS NULL"
    case "not_null": return "\(column) IS NOT NULL"
    case "=", "!=", "<", "<=", ">", ">=":
      guard let literal = SQLText.literal(filter.value) else { break }
      return "\(column) \(filter.op) \(literal)"
    default: break
    }
    throw PluginError(
      .invalidArgument, "the scan request has a filter that is not known: \(filter.op) on \(filter.column)")
  }
}

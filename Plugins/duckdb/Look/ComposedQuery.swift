// A stage whose query follows from its configuration and from the columns of its inputs.
import JSONValue
import PluginKit

typealias InputTable = (name: String, schema: Schema)

/// Plans and opens what `compose` writes, by the same way as a user's own query: so it fuses, narrows and is locked down.
struct ComposedQuery {
  let compose: ([InputTable]) throws -> String

  func bind(_ inputs: [InputSchema]) throws -> BoundOutputs {
    let known = inputs.compactMap { input in input.schema.map { (name: input.name, schema: $0) } }
    guard known.count == inputs.count else { return .deferred }
    let query = try Planner.shared.plan(try compose(known), inputs: known)
    return BoundOutputs([query.schema], columns: query.columns)
  }

  func open(
    _ inputs: [ImportedStream], names: [String], scans: [ScanRequest?], _ run: Run
  ) throws -> [any BatchStream] {
    let tables = zip(names, inputs).map { (name: $0, schema: $1.schema) }
    let text = try compose(tables)
    let query = try Planner.shared.plan(text, inputs: tables)
    let nodes = zip(names, inputs).enumerated().map { index, input in
      (name: input.0, node: planNode(for: input.1), references: query.references[index])
    }
    let node = QueryNode(text, schema: query.schema, inputs: nodes)
    return [Relation(try NarrowedNode.narrow(node, to: scans.first ?? nil), run)]
  }
}

extension Schema {
  /// The field of that name; a configuration error at `pointer` where there is none.
  func required(_ name: String, at pointer: String) throws -> Field {
    if let field = self[name] { return field }
    let names = fields.prefix(12).map(\.name).joined(separator: ", ")
    throw PluginError.configuration("there is no column \"\(name)\"; there are \(names)", at: pointer)
  }
}

extension DataType {
  var isText: Bool {
    switch self {
    case .utf8, .largeUtf8, .utf8View: true
    case .dictionary(_, let value, _): value.isText
    default: false
    }
  }

  var isNumber: Bool {
    switch self {
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float16, .float32, .float64, .decimal: true
    default: false
    }
  }

  /// A day or a moment.
  var isMoment: Bool {
    switch self {
    case .date32, .date64, .timestamp: true
    default: false
    }
  }
}

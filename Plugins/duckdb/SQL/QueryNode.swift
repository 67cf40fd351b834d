// A user's query over named inputs, as a part of a chain.
import PluginKit

final class QueryNode: PlanNode {
  let schema: Schema
  private let query: String
  private let inputs: [(name: String, node: any PlanNode, references: Int)]

  /// references: how often the query names each input.
  init(_ query: String, schema: Schema, inputs: [(name: String, node: any PlanNode, references: Int)]) {
    self.query = query
    self.schema = schema
    self.inputs = inputs
  }

  var files: [String] { inputs.flatMap(\.node.files) }
  var extensions: Set<String> { inputs.reduce([]) { $0.union($1.node.extensions) } }
  // A query may call random() or now().
  var rereadable: Bool { false }
  func resolve() throws { for input in inputs { try input.node.resolve() } }

  func explain(_ error: EngineError, _ run: Run) -> PluginError? {
    inputs.lazy.compactMap { $0.node.explain(error, run) }.first
  }

  func relation(in session: Session) throws -> String {
    let relations = try inputs.map { try $0.node.relation(in: session) }
    let schema = try session.makeSchema()
    for (input, relation) in zip(inputs, relations) {
      // What can be read only once and is named twice is held in a table, which spills to disk.
      let kind = input.references > 1 && !input.node.rereadable ? "TABLE" : "VIEW"
      try session.define("CREATE \(kind) \(schema).\(input.name.sqlName) AS SELECT * FROM \(relation)")
    }
    // In the same schema, where the names of its inputs are found first; under a name that no input has. The query
    // stands last, so no comment or semicolon at its end can reach SQL of ours.
    try session.define("SET schema = '\(schema)'")
    let names = self.schema.fields.map(\.name.sqlName).joined(separator: ", ")
    try session.define("CREATE VIEW \(schema).\(Self.view)(\(names)) AS \(query)")
    return "\(schema).\(Self.view)"
  }

  static let view = "\"(rows of the query)\""
}

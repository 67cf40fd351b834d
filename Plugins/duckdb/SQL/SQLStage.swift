// The `sql` stage: one SELECT over any number of inputs.
import JSONValue
import PluginKit

final class SQLStage: Stage {
  struct Configuration: Decodable {
    var query: String
    var preserveOrder: Bool?

    enum CodingKeys: String, CodingKey {
      case query
      case preserveOrder = "preserve_order"
    }
  }

  private let configuration: Configuration
  private var planned: (inputs: [(name: String, schema: Schema)], query: PlannedQuery)?

  init(configuration: Configuration, host: Host) throws {
    self.configuration = configuration
  }

  func bind(_ inputs: [InputSchema], _ run: Run) throws -> BoundOutputs {
    let known = inputs.compactMap { input in input.schema.map { (name: input.name, schema: $0) } }
    guard known.count == inputs.count else { return .deferred }
    let query = try plan(known)
    return BoundOutputs([query.schema], columns: query.columns)
  }

  func open(
    _ inputs: [ImportedStream], names: [String], scans: [ScanRequest?], _ run: Run
  ) throws -> [any BatchStream] {
    if let nothing = try withoutColumns(zip(names, inputs).map { (name: $0, input: $1) }) { return [nothing] }
    let query = try plan(zip(names, inputs).map { (name: $0, schema: $1.schema) })
    let nodes = zip(names, inputs).enumerated().map { index, input in
      (name: input.0, node: planNode(for: input.1), references: query.references[index])
    }
    let node = QueryNode(configuration.query, schema: query.schema, inputs: nodes)
    let options = SessionOptions(preserveOrder: configuration.preserveOrder ?? true)
    return [Relation(try NarrowedNode.narrow(node, to: scans.first ?? nil), run, options)]
  }

  /// A `read` without files may not know its columns. Where that is all there is, the query has nothing to answer
  /// either; beside other inputs that would lose their rows.
  private func withoutColumns(_ inputs: [(name: String, input: ImportedStream)]) throws -> (any BatchStream)? {
    guard let unknown = inputs.first(where: { $0.input.schema.fields.isEmpty }) else { return nil }
    guard inputs.allSatisfy(\.input.schema.fields.isEmpty) else {
      throw PluginError(
        .notFound,
        "there was no file to read for the input \"\(unknown.name)\", so its columns are not known. Name them, with "
          + "their types, under columns of the node that reads it")
    }
    return GeneratedStream(schema: Schema([])) {
      for input in inputs { while try input.input.next() != nil {} }
      return nil
    }
  }

  /// Planned once: `open` sees the inputs that `bind` saw, perhaps narrowed to the columns that `bind` asked for.
  private func plan(_ inputs: [(name: String, schema: Schema)]) throws -> PlannedQuery {
    if let planned, planned.inputs.count == inputs.count {
      let same = zip(zip(planned.inputs, planned.query.columns), inputs).allSatisfy { bound, now in
        let (before, columns) = bound
        guard before.name == now.name else { return false }
        return before.schema == now.schema || columns.map(before.schema.narrowed(to:)) == now.schema
      }
      if same { return planned.query }
    }
    let query = try Planner.shared.plan(configuration.query, inputs: inputs)
    planned = (inputs, query)
    return query
  }
}

extension SQLStage {
  static let descriptor = ComponentDescriptor(
    "sql", title: "SQL", summary: "One SELECT over any number of inputs, in DuckDB's dialect.",
    docs: """
      Inputs are tables under the names the pipeline gives them (`in: {f: flights, a: airlines}` makes `f` and `a`).
      A name with a hyphen or a capital letter that matters goes into double quotes.

      - Exactly one SELECT. It reads its inputs and nothing else: no files, no network, no settings, no extensions.
      - Rows stream; joins, sorts and groups that need more memory than the node has spill to disk.
      - Where the input is a `read`, `table` or `sql` node of this plugin, both run as one query, and only the columns
        and rows that are needed are read.
      - `sum` of integers answers `decimal(38,0)`; write `sum(x)::BIGINT` for an integer.
      - Time zones are UTC unless the query says otherwise.
      """,
    inputs: [.table("input", required: false, many: true)], outputs: [.table()],
    config: [
      "type": "object", "required": ["query"], "additionalProperties": false,
      "properties": [
        "query": [
          "type": "string", "title": "Query", "minLength": 1, "x-widget": "sql", "x-order": 1,
          "description": "A single SELECT. The inputs are its tables.",
          "examples": ["SELECT carrier, count(*) AS flights FROM f GROUP BY carrier ORDER BY flights DESC"],
        ],
        "preserve_order": ConfigSchema.preserveOrder(2),
      ],
    ],
    examples: [
      Example(
        "Join and keep all rows of one side", config: ["query": "SELECT f.*, a.name FROM f LEFT JOIN a USING (carrier)"]
      ),
      Example("Count by group", config: ["query": "SELECT carrier, count(*) AS flights FROM f GROUP BY carrier"]),
    ],
    pushdown: ["columns", "filters", "limit"], fuses: true)
}

/// Properties that several components share.
enum ConfigSchema {
  static func preserveOrder(_ order: Int64) -> JSONValue {
    [
      "type": "boolean", "title": "Keep the order of rows", "default": true, "x-order": .int(order),
      "x-group": "Performance", "x-advanced": true,
      "description": "Off: rows may come in any order, which needs less memory and uses more threads.",
    ]
  }
}

// Says for each row which part of a split it belongs to.
import JSONValue
import PluginKit

final class SplitStage: Stage {
  struct Configuration: Decodable {
    var key: [String]?
    var seed: Int?
    var shares: [String: Double]?
    var column: String?
  }

  static let descriptor = ComponentDescriptor(
    "split", title: "Split into parts", summary: "Adds a column that says train, validation or test.",
    docs: """
      A row's part depends on the seed and on the values of its key columns, and on nothing else: not on the order of the rows,
      not on the other rows. Rows with the same key always go to the same part, so that a customer, a document or a prompt is
      never in two parts at once. New rows do not move old ones.

      Shares are expectations: of 1,000 rows with a share of 0.1, about 100 come out. They are relative to their sum.
      """,
    inputs: [.table()], outputs: [.table()],
    config: [
      "type": "object", "additionalProperties": false,
      "properties": [
        "key": [
          "type": "array", "items": ["type": "string"], "minItems": 1, "title": "Key columns", "x-widget": "columns",
          "x-order": 1, "description": "Rows that agree in these go to the same part. Default: all columns.",
        ],
        "seed": ["type": "integer", "title": "Seed", "default": 0, "x-order": 2],
        "shares": [
          "type": "object", "title": "Shares", "x-order": 3, "minProperties": 2,
          "additionalProperties": ["type": "number", "minimum": 0],
          "default": ["train": 0.8, "validation": 0.1, "test": 0.1],
        ],
        "column": ["type": "string", "title": "Column", "default": "split", "minLength": 1, "x-order": 4],
      ],
    ],
    examples: [
      Example("By document", config: ["key": ["document"], "seed": 7]),
      Example("Half and half", config: ["shares": ["a": 1, "b": 1]]),
    ], deterministic: true)

  private let configuration: Configuration
  private let column: String
  /// Upper ends of the parts' intervals in 0...1, ascending.
  private let parts: [(name: String, end: Double)]

  init(configuration: Configuration, host: Host) throws {
    self.configuration = configuration
    column = configuration.column ?? "split"
    let shares = configuration.shares ?? ["train": 0.8, "validation": 0.1, "test": 0.1]
    let sum = shares.values.reduce(0, +)
    guard sum > 0, sum.isFinite else { throw PluginError.configuration("the shares add up to nothing", at: "/shares") }
    var end = 0.0
    // By name: a JSON object has no order, and parts must not depend on one.
    parts = shares.sorted { $0.key < $1.key }.map { name, share in
      end += share / sum
      return (name, end)
    }
  }

  func bind(_ inputs: [InputSchema], _ run: Run) throws -> BoundOutputs {
    guard let schema = inputs[0].schema else { return .deferred }
    return BoundOutputs([try output(schema)])
  }

  private func output(_ schema: Schema) throws -> Schema {
    _ = try TextColumns(configuration.key, in: schema, at: "/key")
    guard schema[column] == nil else {
      throw PluginError.configuration("the table has a column '\(column)' already", at: "/column")
    }
    return Schema(schema.fields + [Field(column, .utf8, nullable: false)], metadata: schema.metadata)
  }

  func open(
    _ inputs: [ImportedStream], names: [String], scans: [ScanRequest?], _ run: Run
  ) throws -> [any BatchStream] {
    let input = inputs[0]
    let schema = try output(input.schema)
    let key = try TextColumns(configuration.key, in: input.schema, at: "/key")
    return [
      GeneratedStream(schema: schema) { [self] in
        try run.checkCancelled()
        guard let batch = try input.next() else { return nil }
        var names = BatchBuilder(Schema([Field(column, .utf8, nullable: false)]), capacity: batch.rowCount)
        for row in 0..<batch.rowCount { names[0].append(part(of: key.texts(batch, row))) }
        return batch.adding(columnsOf: names.finish())
      }
    ]
  }

  func part(of key: [String?]) -> String {
    var hash = TextHash(seed: UInt64(bitPattern: Int64(configuration.seed ?? 0)))
    for text in key { hash.append(text) }
    let place = Double(hash.value >> 11) / Double(1 << 53)
    return (parts.first { place < $0.end } ?? parts[parts.count - 1]).name
  }
}

// The `compare` stage: which rows of two tables were added, removed or changed.
import JSONValue
import PluginKit

final class CompareStage: Stage {
  typealias Configuration = CompareQuery
  private let query: ComposedQuery

  init(configuration: CompareQuery, host: Host) throws {
    query = ComposedQuery { try configuration.sql($0[0], $0[1]) }
  }

  func bind(_ inputs: [InputSchema], _ run: Run) throws -> BoundOutputs { try query.bind(inputs) }

  func open(
    _ inputs: [ImportedStream], names: [String], scans: [ScanRequest?], _ run: Run
  ) throws -> [any BatchStream] { try query.open(inputs, names: names, scans: scans, run) }
}

/// What the user set for `compare`, as SQL.
struct CompareQuery: Decodable {
  var key: [String]
  var ignore: [String]?
  var maxRows: Int64?

  enum CodingKeys: String, CodingKey {
    case key, ignore
    case maxRows = "max_rows"
  }

  func sql(_ before: InputTable, _ after: InputTable) throws -> String {
    for (index, name) in key.enumerated() {
      for table in [before, after] { _ = try table.schema.required(name, at: "/key/\(index)") }
    }
    let left = Set(key + (ignore ?? []))
    let shared = before.schema.fields.filter { !left.contains($0.name) && after.schema[$0.name] != nil }
    let differs = shared.map { field in
      let other = after.schema[field.name]
      let cast = other?.type == field.type ? "" : "::VARCHAR"
      return "b.\(field.name.sqlName)\(cast) IS DISTINCT FROM a.\(field.name.sqlName)\(cast)"
    }
    let names = zip(shared, differs).map { "CASE WHEN \($1) THEN \($0.name.sqlLiteral) END" }
    let changed = names.isEmpty ? "NULL::VARCHAR" : "nullif(concat_ws(', ', \(names.joined(separator: ", "))), '')"
    let keys = key.map(\.sqlName)
    let join = keys.map { "b.\($0) IS NOT DISTINCT FROM a.\($0)" }.joined(separator: " AND ")
    let conditions = (["b.\(Self.mark) IS NULL", "a.\(Self.mark) IS NULL"] + differs).joined(separator: " OR ")
    let kept = keys.map { "coalesce(b.\($0), a.\($0)) AS \($0)" }.joined(separator: ", ")
    return """
      SELECT CASE WHEN b.\(Self.mark) IS NULL THEN 'added' WHEN a.\(Self.mark) IS NULL THEN 'removed' ELSE 'changed' END
      AS change, \(kept), CASE WHEN b.\(Self.mark) AND a.\(Self.mark) THEN \(changed) END AS changed_columns,
      \(row("b", shared)) AS before, \(row("a", shared)) AS after
      FROM (SELECT *, true AS \(Self.mark) FROM \(before.name.sqlName)) b
      FULL JOIN (SELECT *, true AS \(Self.mark) FROM \(after.name.sqlName)) a ON \(join)
      WHERE \(conditions) ORDER BY \(keys.indices.map { String($0 + 2) }.joined(separator: ", ")) LIMIT \(maxRows ?? 1000)
      """
  }

  /// No column of a table is called that.
  private static let mark = "\"(there)\""

  private func row(_ side: String, _ fields: [Field]) -> String {
    guard !fields.isEmpty else { return "NULL::VARCHAR" }
    let members = fields.map { "\($0.name.sqlLiteral): \(side).\($0.name.sqlName)" }.joined(separator: ", ")
    return "CASE WHEN \(side).\(Self.mark) THEN to_json({\(members)})::VARCHAR END"
  }
}

extension CompareStage {
  static let descriptor = ComponentDescriptor(
    "compare", title: "Compare two tables", summary: "Which rows were added, removed or changed between two tables.",
    docs: """
      Rows are matched by the `key` columns; a null matches a null. A key should be unique in each table: where it is not,
      every row before is compared with every row after that has the same key.

      One row per difference, ordered by key: `change` (`added`, `removed` or `changed`), the key's columns,
      `changed_columns` (names with commas between, for a changed row), and `before` and `after` as JSON objects of the
      columns compared. These are the columns that both tables have, without the key and `ignore`; where the types
      differ, the texts are compared. At most `max_rows` differences are answered, the first by key.
      """,
    inputs: [.table("before"), .table("after")], outputs: [.table()],
    config: [
      "type": "object", "required": ["key"], "additionalProperties": false,
      "properties": [
        "key": [
          "type": "array", "items": ["type": "string", "minLength": 1], "minItems": 1, "title": "Key", "x-order": 1,
          "x-widget": "columns", "description": "The columns that say which rows belong together.",
        ],
        "ignore": [
          "type": "array", "items": ["type": "string", "minLength": 1], "title": "Ignore", "x-order": 2, "default": [],
          "x-widget": "columns", "description": "Columns whose changes do not count, such as a time of loading.",
        ],
        "max_rows": [
          "type": "integer", "minimum": 1, "maximum": 1_000_000, "default": 1000, "title": "Differences at most",
          "x-order": 3, "x-unit": "rows",
        ],
      ],
    ],
    examples: [
      Example("By id", config: ["key": ["id"]]),
      Example("Without the time of loading", config: ["key": ["carrier", "flight"], "ignore": ["loaded_at"]]),
    ],
    fuses: true, deterministic: true)
}

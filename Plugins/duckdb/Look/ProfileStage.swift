// The `profile` stage: one row per column, with its figures and its distribution.
import JSONValue
import PluginKit

final class ProfileStage: Stage {
  struct Configuration: Decodable {
    var columns: [String]?
  }

  private let query: ComposedQuery

  init(configuration: Configuration, host: Host) throws {
    query = ComposedQuery { tables in
      let table = tables[0]
      let fields =
        try configuration.columns?.enumerated().map { try table.schema.required($1, at: "/columns/\($0)") }
        ?? table.schema.fields
      return ProfileQuery.sql(fields, of: table.name)
    }
  }

  func bind(_ inputs: [InputSchema], _ run: Run) throws -> BoundOutputs { try query.bind(inputs) }

  func open(
    _ inputs: [ImportedStream], names: [String], scans: [ScanRequest?], _ run: Run
  ) throws -> [any BatchStream] { try query.open(inputs, names: names, scans: scans, run) }
}

extension ProfileStage {
  static let descriptor = ComponentDescriptor(
    "profile", title: "Profile columns", summary: "One row per column: counts, range, spread and distribution.",
    docs: """
      Reads the whole table and answers a row for each column, in the table's order:

      | column | meaning |
      | --- | --- |
      | `column`, `type` | its name and type |
      | `rows`, `nulls` | counted |
      | `distinct` | different values, an estimate within a few percent |
      | `min`, `max` | as text |
      | `mean`, `stddev` | of numbers; the sample's standard deviation. NaN and infinities are left out |
      | `quantiles` | of numbers: JSON `{"p05", "p25", "p50", "p75", "p95"}`, estimates |
      | `histogram` | JSON, see below; null for lists, structs and bytes |

      Numbers, days and moments have `{"kind": "bins", "bins": [{"from", "to", "count"}]}`: 20 parts of equal width whose
      counts are exact, the last with its upper end; one where all values are the same. Texts and booleans have
      `{"kind": "top", "values": [{"value", "count"}]}`: the 20 most frequent, exactly counted, ties in the order of the
      values; texts are cut after 200 characters.

      An input that can be read only once is held on disk while this runs.
      """,
    inputs: [.table()], outputs: [.table()],
    config: [
      "type": "object", "additionalProperties": false,
      "properties": [
        "columns": [
          "type": "array", "items": ["type": "string", "minLength": 1], "title": "Columns", "x-widget": "columns",
          "minItems": 1, "x-order": 1, "description": "Default: all.",
        ]
      ],
    ],
    examples: [
      Example("All columns", config: [:]), Example("Two of them", config: ["columns": ["dep_delay", "carrier"]]),
    ],
    fuses: true)
}

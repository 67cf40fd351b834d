// The `slice` stage: some rows of a table, in an order of one's choice.
import JSONValue
import PluginKit

final class SliceStage: Stage {
  typealias Configuration = SliceQuery
  private let query: ComposedQuery

  init(configuration: SliceQuery, host: Host) throws {
    query = ComposedQuery { try configuration.sql($0[0]) }
  }

  func bind(_ inputs: [InputSchema], _ run: Run) throws -> BoundOutputs { try query.bind(inputs) }

  func open(
    _ inputs: [ImportedStream], names: [String], scans: [ScanRequest?], _ run: Run
  ) throws -> [any BatchStream] { try query.open(inputs, names: names, scans: scans, run) }
}

extension SliceStage {
  static let descriptor = ComponentDescriptor(
    "slice", title: "Sort, filter and cut", summary: "Some rows and columns of a table, in an order of your choice.",
    docs: """
      Filters first (all of them must hold), then the order, then `offset` and `limit`, then the columns.

      - `contains` and `starts_with` look at a value's text and do not mind the case of letters.
      - `in` takes a list of values. A comparison with null never holds: use `is_null` and `not_null`.
      - Nulls come last, whichever way a column is sorted. Without `sort` the rows keep their order.
      - Behind a `table`, `read` or `sql` node of this plugin both run as one query, and only the row groups and columns
        that are needed are read.
      """,
    inputs: [.table()], outputs: [.table()],
    config: [
      "type": "object", "additionalProperties": false,
      "properties": ["sort": sort, "filters": filters].merging(window) { own, _ in own },
    ],
    examples: [
      Example("The ten latest flights", config: ["sort": [["column": "dep_delay", "descending": true]], "limit": 10]),
      Example(
        "Rows of two carriers",
        config: ["filters": [["column": "carrier", "op": "in", "value": ["AA", "UA"]]], "columns": ["carrier", "flight"]]
      ),
      Example("Rows without a tail number", config: ["filters": [["column": "tailnum", "op": "is_null"]]]),
    ],
    pushdown: ["columns", "filters", "limit"], fuses: true, deterministic: true)

  private static let sort: JSONValue = [
    "type": "array", "title": "Order", "x-order": 1, "default": [],
    "items": [
      "type": "object", "required": ["column"], "additionalProperties": false,
      "properties": [
        "column": ["type": "string", "title": "Column", "minLength": 1, "x-widget": "column", "x-order": 1],
        "descending": ["type": "boolean", "title": "Largest first", "default": false, "x-order": 2],
      ],
    ],
  ]

  private static let filters: JSONValue = [
    "type": "array", "title": "Filters", "x-order": 2, "default": [],
    "items": [
      "type": "object", "required": ["column", "op"], "additionalProperties": false,
      "properties": [
        "column": ["type": "string", "title": "Column", "minLength": 1, "x-widget": "column", "x-order": 1],
        "op": [
          "enum": .array(SliceQuery.Operation.allCases.map { .string($0.rawValue) }), "title": "Is", "x-order": 2,
        ],
        "value": [
          "title": "Value", "x-order": 3, "description": "A text, number or boolean; for `in` a list of them.",
        ],
      ],
    ],
  ]

  private static let window: [String: JSONValue] = [
    "columns": [
      "type": "array", "items": ["type": "string", "minLength": 1], "title": "Columns", "x-order": 3,
      "x-widget": "columns", "description": "In this order. Default: all.",
    ],
    "offset": [
      "type": "integer", "title": "Rows to skip", "minimum": 0, "default": 0, "x-order": 4, "x-unit": "rows",
    ],
    "limit": [
      "type": "integer", "title": "Rows at most", "minimum": 0, "x-order": 5, "x-unit": "rows",
      "description": "Default: all.",
    ],
  ]
}

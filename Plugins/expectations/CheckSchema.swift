// The descriptor of `check`: ports, form and examples.
import JSONValue
import PluginKit

enum CheckSchema {
  static var descriptor: ComponentDescriptor {
    ComponentDescriptor(
      "check", title: "Quality rules", summary: "Checks each row and the table as a whole against a list of rules.",
      docs: docs, inputs: [.table(), .table("references", required: false, many: true)], outputs: [.table()],
      config: config,
      examples: [
        .init(title: "Keys and ranges", config: keysAndRanges),
        .init(title: "A table that is fed daily", config: daily),
        .init(title: "Values that occur in another table", config: reference),
      ],
      deterministic: true)
  }

  private static let keysAndRanges: JSONValue = [
    "rules": [
      ["rule": "unique", "columns": ["order_id"]],
      ["rule": "not_null", "column": "email", "at_most": 0.01, "severity": "warn"],
      ["rule": "in_set", "column": "status", "values": ["open", "paid", "sent"]],
      ["rule": "range", "column": "amount", "min": 0, "exclusive": true],
      ["rule": "regex", "column": "email", "pattern": "^[^@\\s]+@[^@\\s]+\\.[a-z]{2,}$"],
    ]
  ]

  private static let daily: JSONValue = [
    "title": "Readings",
    "rules": [
      ["rule": "row_count", "min": 1000],
      ["rule": "freshness", "column": "measured_at", "within": "24h"],
      ["rule": "columns", "types": ["sensor": "text", "measured_at": "timestamp", "value": "number"]],
      ["rule": "monotone", "column": "measured_at"],
    ],
  ]

  private static let reference: JSONValue = [
    "rules": [
      ["rule": "referential", "columns": ["carrier"], "to": "airlines", "to_columns": ["code"], "at_most_rows": 5]
    ]
  ]

  private static let docs = """
    Rules look at the rows as they pass; there is no second read. Nulls are passed over by every rule but `not_null`. \
    `at_most` (a fraction of the judged rows) or `at_most_rows` says how many may fail. All failing rows go to the \
    port `failing`, by their ordinal from 0.

    NaN is a value: `not_null` takes it, `range`, `in_set` and `monotone` fail it, and for `unique` all NaN are one \
    value. `unique` fails every occurrence after the first; it and `referential` compare 128-bit keyed hashes of the \
    values, at 30 to 45 bytes for each distinct row. `regex` searches anywhere in the text: write ^ and $ for the whole.
    """

  private static let config: JSONValue = [
    "type": "object",
    "required": ["rules"],
    "additionalProperties": false,
    "x-order": ["title", "rules", "memory_limit_mib"],
    "properties": [
      "title": ["type": "string", "title": "Title", "description": "Heading of the report."],
      "rules": [
        "type": "array", "title": "Rules", "minItems": 1, "maxItems": 10_000,
        "items": ["type": "object", "oneOf": .array(RuleSchema.all)],
      ],
      "memory_limit_mib": [
        "type": "integer", "title": "Memory limit", "minimum": 1, "x-unit": "MiB", "x-group": "Limits",
        "description":
          "For the keys of unique and referential and the failing rows. Left empty: half of what the node may use.",
      ],
    ],
  ]
}

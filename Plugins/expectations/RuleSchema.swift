// The form of each rule as JSON Schema: one alternative per rule, told apart by the word under "rule".
import JSONValue

enum RuleSchema {
  static let all: [JSONValue] = [
    rule("not_null", "Not null", "Every row has a value.", [column()]),
    rule("unique", "Unique", "No two rows have the same values; every repetition after the first fails.", [columns()]),
    rule("in_set", "In a list", "Every value is one of a list.", [column(), values]),
    rule("not_in_set", "Not in a list", "No value is one of a list.", [column(), values]),
    rule(
      "range", "Range", "Numbers, dates and times between two ends.",
      [column(), bound("min", "Smallest"), bound("max", "Largest"), exclusive], required: ["column"]),
    rule("regex", "Pattern", "Text matches a regular expression.", [column(), pattern]),
    rule(
      "length", "Length", "Characters of text, bytes of binary values.",
      [column(), whole("min", "Shortest"), whole("max", "Longest")], required: ["column"]),
    rule(
      "row_count", "Number of rows", "The table has this many rows.",
      [whole("min", "At least"), whole("max", "At most"), whole("equals", "Exactly")], required: [], judgesRows: false),
    rule(
      "columns", "Columns", "These columns are there, with these types.", [names, types, match], required: [],
      judgesRows: false),
    rule("type", "Type", "A column has one of these types.", [column(), type], judgesRows: false),
    rule(
      "freshness", "Freshness", "The newest value is not older than a span.", [column(), within, now],
      required: ["column", "within"], judgesRows: false),
    rule(
      "referential", "Occurs in another table", "Every value occurs in a reference input.",
      [columns(), to, columns("to_columns", "Columns there")], required: ["columns"]),
    rule(
      "monotone", "In order", "Values only rise, or only fall.", [column(), direction, strict], required: ["column"]),
  ]

  private typealias Property = (name: String, schema: JSONValue)

  private static func rule(
    _ word: String, _ title: String, _ description: String, _ own: [Property], required: [String]? = nil,
    judgesRows: Bool = true
  ) -> JSONValue {
    let head: Property = ("rule", ["const": .string(word), "title": "Rule"])
    let all = [head] + own + (judgesRows ? allowance : []) + common
    let needed = ["rule"] + (required ?? own.map(\.name))
    return [
      "title": .string(title), "description": .string(description), "type": "object", "additionalProperties": false,
      "required": .array(needed.map(JSONValue.string)), "x-order": .array(all.map { .string($0.name) }),
      "properties": .object(Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0.schema) })),
    ]
  }

  private static let common: [Property] = [
    (
      "severity",
      [
        "type": "string", "enum": ["error", "warn"], "default": "error", "title": "Severity",
        "description": "error trips the gate, warn only shows.",
      ]
    ),
    ("title", ["type": "string", "title": "Title", "description": "What the rule is for, in your words."]),
  ]

  private static let allowance: [Property] = [
    (
      "at_most",
      [
        "type": "number", "minimum": 0, "maximum": 1, "title": "Allowed fraction", "x-group": "Allowance",
        "description": "Part of the judged rows that may fail, 0.03 for 3 %.",
      ]
    ),
    (
      "at_most_rows",
      [
        "type": "integer", "minimum": 0, "title": "Allowed rows", "x-group": "Allowance",
        "description": "Number of rows that may fail, instead of a fraction.",
      ]
    ),
  ]

  private static func column() -> Property {
    ("column", ["type": "string", "minLength": 1, "title": "Column", "x-widget": "column"])
  }

  private static func columns(_ name: String = "columns", _ title: String = "Columns") -> Property {
    (
      name,
      [
        "type": "array", "minItems": 1, "title": .string(title), "x-widget": "columns",
        "items": ["type": "string", "minLength": 1],
      ]
    )
  }

  private static func bound(_ name: String, _ title: String) -> Property {
    (
      name,
      [
        "title": .string(title),
        "oneOf": [["type": "number", "title": "Number"], ["type": "string", "title": "Date or time"]],
        "description": "A number, or text: 2026-01-31, 2026-01-31T08:00:00Z, 08:30:00, 24h.",
      ]
    )
  }

  private static func whole(_ name: String, _ title: String) -> Property {
    (name, ["type": "integer", "minimum": 0, "title": .string(title)])
  }

  private static let values: Property = (
    "values",
    [
      "type": "array", "minItems": 1, "title": "Values",
      "items": ["oneOf": [["type": "string"], ["type": "number"], ["type": "boolean"]]],
    ]
  )
  private static let exclusive: Property = (
    "exclusive",
    ["type": "boolean", "default": false, "title": "Without the ends", "description": "The ends themselves fail too."]
  )
  private static let pattern: Property = (
    "pattern",
    [
      "type": "string", "minLength": 1, "title": "Pattern",
      "description": "Searched anywhere in the text: write ^ and $ for the whole. A leading (?i) ignores case.",
    ]
  )
  private static let names: Property = (
    "names", ["type": "array", "title": "Names", "items": ["type": "string", "minLength": 1]]
  )
  private static let types: Property = (
    "types",
    [
      "type": "object", "title": "Types", "additionalProperties": ["type": "string"],
      "description":
        "Column name to type: a family such as text, integer, number, date, timestamp, or one type such as int64.",
    ]
  )
  private static let match: Property = (
    "match",
    [
      "type": "string", "enum": ["contains", "exact"], "default": "contains", "title": "Match",
      "description": "exact: these columns in this order and no others.",
    ]
  )
  private static let type: Property = (
    "type",
    [
      "title": "Type",
      "oneOf": [
        ["type": "string", "title": "One type"],
        ["type": "array", "title": "Several types", "minItems": 1, "items": ["type": "string"]],
      ],
    ]
  )
  private static let within: Property = (
    "within", ["type": "string", "minLength": 2, "title": "Within", "description": "A span: 90m, 24h, 7d, 1d12h."]
  )
  private static let now: Property = (
    "now",
    [
      "type": "string", "title": "Counted from",
      "description": "A time to count back from. Left empty: the start of the run.",
    ]
  )
  private static let to: Property = (
    "to",
    [
      "type": "string", "title": "Input",
      "description": "Name of the reference input; may be left out when there is one.",
    ]
  )
  private static let direction: Property = (
    "direction",
    ["type": "string", "enum": ["increasing", "decreasing"], "default": "increasing", "title": "Direction"]
  )
  private static let strict: Property = (
    "strict", ["type": "boolean", "default": false, "title": "Strict", "description": "Equal neighbours fail too."]
  )
}

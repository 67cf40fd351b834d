// What `compare` says about itself: form, docs and examples.
import JSONValue
import PluginKit
import Statistics

enum ComparisonSchema {
  static var descriptor: ComponentDescriptor {
    ComponentDescriptor(
      "compare", title: "Paired comparison",
      summary: "Says whether one of two models is better on the same rows, and how sure that is.", docs: docs,
      inputs: [.table("a"), .table("b", required: false)], outputs: [.table("rows"), .report()], config: config,
      examples: [
        Example(
          "Base against tuned, from two tables",
          config: ["key": ["id"], "scores": ["exact_match"], "name_a": "base", "name_b": "tuned"]),
        Example(
          "Two columns of one table",
          config: ["pairs": [["a": "base_f1", "b": "tuned_f1", "name": "f1"]], "name_a": "base", "name_b": "tuned"]),
        Example(
          "Several scores, drawn by document",
          config: [
            "key": ["document", "sentence"], "scores": ["chrf_pp", "ter"], "lower_is_better": ["ter"],
            "cluster": "document",
          ]),
      ],
      deterministic: true)
  }

  private static let docs = """
    Compares per-row scores, such as the `rows` of text metrics, of two models on the same rows. Two tables are joined by \
    `key`; a row that only one of them has, or that lacks a score, is counted and left out.

    | scores | test | effect |
    | --- | --- | --- |
    | 0 and 1 only | McNemar, exact and mid-p | odds ratio of the rows that only one has right |
    | others | Wilcoxon's signed ranks, zeros left out; exact up to 50 differences, also with ties | Cohen's d of pairs, Cliff's delta |

    The mean difference (B - A) has a bootstrap interval. A difference is *shown* only where p, for several scores \
    adjusted by Holm's method, is below `alpha` and the interval excludes zero; otherwise the verdict is "no difference \
    shown", with the number of rows that would show one as large as observed with the power `power`.
    """

  private static let columns: JSONValue = [
    "type": "array", "items": ["type": "string", "minLength": 1], "x-widget": "columns",
  ]

  private static func list(_ title: JSONValue, _ order: Int64, _ description: JSONValue) -> JSONValue {
    var property = columns.object ?? [:]
    property["title"] = title
    property["x-order"] = .int(order)
    property["description"] = description
    return .object(property)
  }

  private static func share(_ title: JSONValue, _ value: JSONValue, _ description: JSONValue) -> JSONValue {
    [
      "type": "number", "title": title, "exclusiveMinimum": 0, "exclusiveMaximum": 1, "default": value,
      "x-advanced": true, "description": description,
    ]
  }

  private static let config: JSONValue = [
    "type": "object", "additionalProperties": false,
    "properties": [
      "key": list("Key", 1, "Columns that say which rows of the two tables belong together."),
      "scores": list("Scores", 2, "Columns that both tables have."),
      "pairs": [
        "type": "array", "title": "Pairs of columns", "x-order": 3,
        "description": "For scores whose columns have different names, or stand in one table.",
        "items": [
          "type": "object", "additionalProperties": false, "required": ["a", "b"],
          "properties": [
            "a": ["type": "string", "title": "Score of A", "minLength": 1, "x-widget": "column", "x-order": 1],
            "b": ["type": "string", "title": "Score of B", "minLength": 1, "x-widget": "column", "x-order": 2],
            "name": ["type": "string", "title": "Name", "minLength": 1, "x-order": 3],
          ],
        ],
      ],
      "name_a": ["type": "string", "title": "Name of A", "default": "A", "x-order": 4],
      "name_b": ["type": "string", "title": "Name of B", "default": "B", "x-order": 5],
      "lower_is_better": list("Lower is better", 6, "Scores of which less is better, such as ter."),
      "test": [
        "type": "string", "title": "Test", "enum": ["auto", "mcnemar", "wilcoxon"], "default": "auto",
        "x-advanced": true, "description": "auto: McNemar for scores of 0 and 1, else Wilcoxon.",
      ],
      "alpha": share("Level of the test", 0.05, "Below this p a difference counts as shown."),
      "power": share("Power", 0.8, "For the number of rows that would show the observed difference."),
      "cluster": [
        "type": "string", "title": "Cluster", "x-widget": "column", "x-advanced": true,
        "description": "Rows of table A with the same value are drawn together for intervals.",
      ],
      "bootstrap": BootstrapSettings.schema,
    ],
  ]
}

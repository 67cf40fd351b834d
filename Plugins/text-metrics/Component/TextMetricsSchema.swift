// What `evaluate` says about itself: form, docs and examples.
import JSONValue
import PluginKit
import Statistics

enum TextMetricsSchema {
  static var descriptor: ComponentDescriptor {
    ComponentDescriptor(
      "evaluate", title: "Text metrics",
      summary:
        "Compares predicted texts with expected ones: exact match, F1, BLEU, chrF, TER, ROUGE, JSON and function calls.",
      docs: docs, inputs: [.table()], outputs: [.table("rows"), .report()], config: config,
      examples: [
        Example(
          "Short answers",
          config: ["prediction": "answer", "references": ["expected"], "metrics": ["exact_match", "f1"]]
        ),
        Example(
          "Translations by language",
          config: [
            "prediction": "output", "references": ["reference_1", "reference_2"],
            "metrics": ["bleu", "chrf_pp", "ter"],
            "group_by": "language",
          ]),
        Example(
          "Summaries",
          config: [
            "prediction": "summary", "references": ["abstract"], "metrics": ["rouge1", "rouge2", "rougeLsum"],
            "rouge": ["stemmer": true],
          ]),
        Example(
          "Function calls",
          config: [
            "prediction": "answer", "references": ["call"],
            "metrics": ["json_valid", "call_name_match", "call_match", "json_fields"], "json": ["fences": true],
          ]),
      ],
      deterministic: true)
  }

  private static let docs = """
    Each row has a prediction and one or several references; the port `rows` has the input's columns and one column for \
    each metric. A reference column may hold lists of texts.

    | metric | figure | of several references |
    | --- | --- | --- |
    | `exact_match` | share of rows that are equal, byte for byte | any |
    | `normalized_exact_match`, `f1` | SQuAD 2.0: lower case, without punctuation and articles | the best |
    | `bleu`, `chrf`, `chrf_pp`, `ter` | of the whole corpus, 0 to 100, as sacrebleu (TER: lower is better) | as sacrebleu |
    | `rouge1`, `rouge2`, `rougeL`, `rougeLsum` | mean F, as rouge-score; sentences are lines | the best |
    | `edit_similarity` | mean of 1 - Levenshtein distance / longer length, in code points | the best |
    | `json_valid` | share of predictions that are JSON (RFC 8259) | |
    | `json_schema` | share of predictions that conform to a JSON Schema; what is no JSON does not | |
    | `regex_match` | share of predictions in which a pattern is found; write ^ and $ for the whole | |
    | `json_equal`, `json_fields` | equal by value; F1 over leaves with their paths | the best |
    | `call_match`, `call_name_match` | the same functions with the same arguments; the same functions | any |

    The row's own `bleu` uses the effective order, as sacrebleu advises for sentences. A row without a prediction is \
    *missing*: it is counted and left out, unless `missing` is `empty`. A row without any reference is left out of the \
    metrics that need one, and a reference that is not JSON (or no call) out of those that compare JSON. Null is shown \
    where no row is left.

    Intervals come from a bootstrap over rows, or over the values of `cluster`, with a seed.
    """

  private static func flag(_ title: JSONValue, _ description: JSONValue? = nil) -> JSONValue {
    var property: [String: JSONValue] = ["type": "boolean", "title": title, "default": false]
    property["description"] = description
    return .object(property)
  }

  private static func section(_ title: JSONValue, _ properties: [String: JSONValue]) -> JSONValue {
    [
      "type": "object", "title": title, "additionalProperties": false, "x-advanced": true,
      "properties": .object(properties),
    ]
  }

  private static let config: JSONValue = [
    "type": "object", "additionalProperties": false, "required": ["prediction"],
    "properties": [
      "prediction": ["type": "string", "title": "Prediction", "x-widget": "column", "minLength": 1, "x-order": 1],
      "references": [
        "type": "array", "title": "References", "items": ["type": "string", "minLength": 1], "x-widget": "columns",
        "x-order": 2, "description": "Columns with the expected text; a row may have several.",
      ],
      "metrics": [
        "type": "array", "title": "Metrics", "minItems": 1, "uniqueItems": true, "default": ["exact_match", "f1"],
        "items": ["type": "string", "enum": .array(MetricName.allCases.map { .string($0.rawValue) })], "x-order": 3,
      ],
      "group_by": [
        "type": "string", "title": "Group by", "x-widget": "column", "x-order": 4,
        "description": "Every figure also for each value of this column.",
      ],
      "cluster": [
        "type": "string", "title": "Cluster", "x-widget": "column", "x-advanced": true,
        "description": "Rows with the same value belong together and are drawn together for intervals.",
      ],
      "missing": [
        "type": "string", "title": "Missing predictions", "enum": ["skip", "empty"], "default": "skip",
        "x-advanced": true, "description": "skip: counted and left out. empty: they count as an empty text.",
      ],
      "prefix": [
        "type": "string", "title": "Prefix of new columns", "default": "", "x-advanced": true, "x-placeholder": "base_",
      ],
      "bootstrap": BootstrapSettings.schema,
      "bleu": section(
        "BLEU",
        [
          "tokenizer": [
            "type": "string", "title": "Tokeniser", "default": "13a",
            "enum": .array(Tokenizer.allCases.map { .string($0.rawValue) }),
          ],
          "lowercase": flag("Ignore case"),
          "smoothing": [
            "type": "string", "title": "Smoothing", "default": "exp",
            "enum": .array(Bleu.Smoothing.allCases.map { .string($0.rawValue) }),
          ],
          "smoothing_value": [
            "type": "number", "title": "Value of the smoothing", "minimum": 0,
            "description": "0.1 for floor and 1 for add-k where it is left out.",
          ],
        ]),
      "chrf": section("chrF", ["lowercase": flag("Ignore case"), "whitespace": flag("Keep white space")]),
      "ter": section(
        "TER", ["case_sensitive": flag("Mind case"), "no_punctuation": flag("Ignore punctuation")]),
      "rouge": section("ROUGE", ["stemmer": flag("Compare stems", "Porter's stemmer, for English.")]),
      "json": section(
        "JSON",
        [
          "fences": flag("Take JSON out of a Markdown code fence", "Otherwise a fence makes a prediction invalid."),
          "schema": [
            "type": "object", "title": "JSON Schema",
            "description": "2020-12, without remote references, formats and unevaluated keywords.",
          ],
          "schema_column": [
            "type": "string", "title": "Column of each row's own schema", "x-widget": "column", "minLength": 1,
          ],
        ]),
      "regex": section(
        "Pattern",
        [
          "pattern": ["type": "string", "title": "Pattern", "minLength": 1, "x-placeholder": "^\\d{4}$"],
          "column": [
            "type": "string", "title": "Column of each row's own pattern", "x-widget": "column", "minLength": 1,
          ],
        ]),
    ],
  ]
}

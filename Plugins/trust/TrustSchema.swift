// What the component says about itself: ports, form and docs.
import JSONValue
import PluginKit

enum TrustSchema {
  static let descriptor = ComponentDescriptor(
    "evaluate", title: "Trust in answers",
    summary:
      "Signals of trust for each answer, combined and calibrated on labelled rows, and a threshold with a guarantee.",
    docs: docs,
    inputs: [
      .table("rows"), .model(required: false), .model("embedder", required: false), .model("judge", required: false),
      .model("nli", required: false),
    ],
    outputs: [.table("rows"), .report()],
    config: [
      "type": "object", "additionalProperties": false,
      "properties": .object(properties),
    ],
    examples: [
      Example(
        "Answers with labels, asked of the bound model",
        config: ["label": "correct", "split": "split", "sample_count": 5, "risk": 0.1]),
      Example(
        "Log-probabilities and samples are in the table",
        config: ["logprobs": "logprobs", "samples": "samples", "label": "correct", "risk": 0.2, "seed": 7]),
    ],
    deterministic: false)

  private static var properties: [String: JSONValue] {
    var order: Int64 = 0
    func field(_ more: [String: JSONValue], group: String, advanced: Bool = false) -> JSONValue {
      order += 1
      var object = more
      object["x-order"] = .int(order)
      object["x-group"] = .string(group)
      if advanced { object["x-advanced"] = true }
      return .object(object)
    }
    func column(_ title: String, _ usual: String?, _ description: String) -> JSONValue {
      var object: [String: JSONValue] = [
        "type": "string", "title": .string(title), "description": .string(description), "minLength": 1,
        "x-widget": "column",
      ]
      object["default"] = usual.map { .string($0) }
      return field(object, group: "Columns")
    }
    func number(
      _ title: String, _ usual: JSONValue, _ low: JSONValue, _ high: JSONValue, _ description: String, group: String,
      integer: Bool = false
    ) -> JSONValue {
      field(
        [
          "type": integer ? "integer" : "number", "title": .string(title), "default": usual, "minimum": low,
          "maximum": high, "description": .string(description),
        ], group: group, advanced: group != "Risk")
    }
    return [
      "question": column("Question", "question", "What was asked."),
      "answer": column("Answer", "answer", "What was answered; its trust is told."),
      "context": column("Context", nil, "What the answer was to rest on."),
      "label": column(
        "Label", "label", "True or 1 where the answer is right, false or 0 where it is wrong, null where nobody knows."),
      "split": column(
        "Split", nil,
        "Says which labelled rows calibrate and which are held out; without it they are drawn by the seed."),
      "calibration": field(
        ["type": "string", "title": "Word of the calibration rows", "default": "calibration"], group: "Columns",
        advanced: true),
      "held_out": field(
        ["type": "string", "title": "Word of the held-out rows", "default": "test"], group: "Columns", advanced: true),
      "logprobs": column("Log-probabilities", nil, "A list of numbers, one for each token of the answer."),
      "logprob_mean": column(
        "Mean log-probability", nil, "Of the answer's tokens, as generate/generate tells it with log_probabilities."),
      "logprob_min": column("Lowest log-probability", nil, "Of the answer's tokens, as generate/generate tells it."),
      "samples": column("Samples", nil, "A list of texts: further answers to the question, drawn at a temperature."),
      "sample_logprobs": column(
        "Log-probabilities of samples", nil, "A list of lists of numbers, one for each sample."),
      "signals": field(
        [
          "type": "array", "title": "Signals", "minItems": 1, "uniqueItems": true,
          "items": ["type": "string", "enum": .array(Signal.allCases.map { .string($0.rawValue) })],
          "description": "Absent: all that columns and models allow.",
        ], group: "Signals"),
      "prompt": field(
        [
          "type": "string", "title": "Prompt", "format": "multiline",
          "description": "How the model was asked, with {question} and {context}.",
        ], group: "Signals"),
      "system": field(["type": "string", "title": "System message"], group: "Signals", advanced: true),
      "sample_count": number(
        "Samples", 5, 2, 50, "Answers drawn for each row where the table has none.", group: "Signals", integer: true),
      "temperature": number("Temperature", 1.0, 0.01, 5, "Of the samples.", group: "Signals"),
      "max_tokens": number("Tokens", 256, 1, 8192, "At most this many for a sample.", group: "Signals", integer: true),
      "parallel": number(
        "Calls at once", 4, 1, 64, "Calls of models that run at once.", group: "Signals", integer: true),
      "ngram": number(
        "Words in an n-gram", 1, 1, 5, "Of the n-gram model; 1 works best in the paper.", group: "Signals",
        integer: true),
      "similarity": number(
        "Similarity", 0.9, 0, 1, "Samples whose embeddings have at least this cosine share a cluster.", group: "Signals"
      ),
      "risk": number("Risk", 0.1, 0.001, 0.999, "The share of wrong answers that may be given.", group: "Risk"),
      "guarantee": field(
        [
          "type": "string", "title": "Guarantee", "default": "answered_and_wrong",
          "enum": ["answered_and_wrong", "wrong_among_answered"],
          "description":
            "What stays below the risk: wrong answers that are given among all rows, or among the rows that are answered.",
        ], group: "Risk"),
      "delta": number(
        "Doubt", 0.1, 0.001, 0.5, "For wrong_among_answered: how probable it may be that the calibration rows mislead.",
        group: "Risk"),
      "l2": number("Penalty", 1.0, 0.000001, 1000000, "L2 penalty on the standardised weights.", group: "Figures"),
      "bins": number(
        "Bins", 10, 2, 100, "Of the calibration error and the reliability chart.", group: "Figures", integer: true),
      "resamples": number("Resamples", 1000, 100, 20000, "Of the bootstrap.", group: "Figures", integer: true),
      "level": number("Level", 0.95, 0.5, 0.999, "Of the intervals.", group: "Figures"),
      "seed": number(
        "Seed", 1, 0, 9007199254740991, "Of the split, the samples and the bootstrap.", group: "Figures", integer: true),
    ]
  }

  private static let docs = """
    How far can each answer be trusted? Nothing here is invented: every signal has a published definition, and the table *Signals*
    of the report says which were used, with which weight.

    | signal | needs |
    | --- | --- |
    | `token_logprob_mean`, `token_logprob_min` | columns `logprob_mean` and `logprob_min`, column `logprobs`, or a bound `model` that can score a text |
    | `predictive_entropy` | column `sample_logprobs`, or a bound `model` that tells log-probabilities |
    | `selfcheck_ngram_mean`, `selfcheck_ngram_max` | column `samples`, or a bound `model` |
    | `embedding_cluster_entropy` | samples, and a bound `embedder` |
    | `semantic_entropy` | samples, and a bound `nli` model |
    | `context_overlap` | column `context` |
    | `judge_verdict` | a bound `judge` |

    **Rows.** Labelled rows fall into three parts that share no row: *fit* (the logistic model), *calibrate* (isotonic calibration
    and the threshold) and *held out* (all figures). With a `split` column the calibration rows are halved by the seed and the
    held-out rows are taken as they are; without one 40, 30 and 30 percent are drawn by the seed. A row that lacks a signal
    has no probability: it abstains, and is counted.

    **Guarantee.** `answered_and_wrong` is conformal risk control; `wrong_among_answered` tests thresholds exactly. Both hold for
    rows drawn like the calibration rows, and for no others. The report gives the exact statement, or says that no threshold
    reaches the risk.

    The rows come out with their own columns and `trust_…` beside them: every signal, `trust_score` (log-odds),
    `trust_probability`, `trust_decision` (`answer`, `abstain`) and `trust_missing`.
    """
}

// What `evaluate` says about itself: form, docs and examples.
import JSONValue
import PluginKit
import Statistics

enum LikelihoodSchema {
  static var descriptor: ComponentDescriptor {
    ComponentDescriptor(
      "evaluate", title: "Likelihood metrics",
      summary: "How likely a model finds texts: perplexity, and multiple choice by log-likelihood.", docs: docs,
      inputs: [.table("rows"), .model(required: false)], outputs: [.table("rows"), .report()], config: config,
      examples: [
        Example(
          "Multiple choice",
          config: ["task": "multiple_choice", "prompt": "question", "choices": ["choices"], "answer": "answer"]),
        Example(
          "Four columns of choices, answers A to D",
          config: [
            "task": "multiple_choice", "prompt": "question", "choices": ["a", "b", "c", "d"], "answer": "correct",
            "group_by": "subject", "parallel": 8,
          ]),
        Example("Perplexity", config: ["task": "perplexity", "text": "text"]),
        Example(
          "Log-probabilities that are there already",
          config: [
            "task": "multiple_choice", "choices": ["choices"], "answer": "answer", "log_likelihood": "scores",
          ]),
      ])
  }

  private static let docs = """
    The model at the input `model` must tell log-probabilities of the prompt's tokens.

    **Multiple choice**: each choice is scored as the continuation of the question, behind `delimiter`; trailing white \
    space of the question moves to the choice. The highest wins, the first of equal ones. As in lm-evaluation-harness:

    - `acc`: by log-likelihood; `acc_norm`: by log-likelihood per character of the choice; `acc_bytes`: per byte
    - `exact_match`: every token of the right choice was the likeliest (null where the provider does not say)
    - `brier_score`: squared distance of the choices' softmax from the right one, summed over choices

    each with its standard error. `answer` holds the right choice's number (from `answer_from` on), its text, or a letter.

    **Perplexity** of a text column: per token, word and byte, and bits per byte, all over the whole table: \
    exp(-sum of log-likelihoods / sum of units). The first token, which nothing precedes, has no probability with most \
    providers; it is then not counted as a token, while words and bytes count the whole text.

    A row that lacks a text, a choice or a valid answer is *missing*: counted and left out. `on_error: missing` does the \
    same with rows that the model refuses, for one because they are too long; else such a row stops the run.
    """

  private static func column(
    _ title: JSONValue, _ order: Int64, task: JSONValue? = nil, _ description: JSONValue? = nil
  )
    -> JSONValue
  {
    var property: [String: JSONValue] = [
      "type": "string", "title": title, "x-widget": "column", "minLength": 1, "x-order": .int(order),
    ]
    property["description"] = description
    property["x-visible-when"] = task.map { ["task": $0] }
    return .object(property)
  }

  private static let choice: JSONValue = ["task": "multiple_choice"]

  private static let config: JSONValue = [
    "type": "object", "additionalProperties": false, "required": ["task"],
    "properties": [
      "task": [
        "type": "string", "title": "Task", "enum": ["multiple_choice", "perplexity"], "x-order": 1,
      ],
      "text": column("Text", 2, task: "perplexity"),
      "prompt": column("Question", 3, task: "multiple_choice"),
      "choices": [
        "type": "array", "title": "Choices", "items": ["type": "string", "minLength": 1], "minItems": 1,
        "x-widget": "columns", "x-order": 4, "x-visible-when": choice,
        "description": "One column of lists, or a column for each choice.",
      ],
      "answer": column("Right choice", 5, task: "multiple_choice", "Its number, its text, or a letter from A on."),
      "answer_from": [
        "type": "integer", "title": "Number of the first choice", "enum": [0, 1], "default": 0, "x-advanced": true,
        "x-visible-when": choice,
      ],
      "delimiter": [
        "type": "string", "title": "Between question and choice", "default": " ", "x-advanced": true,
        "x-visible-when": choice,
      ],
      "log_likelihood": column(
        "Log-likelihoods", 6,
        "Where they are computed already: a number for each text, or a list with one for each choice. No model is asked."
      ),
      "tokens": column("Tokens", 7, task: "perplexity", "Number of tokens, together with log-likelihoods."),
      "parallel": [
        "type": "integer", "title": "Requests at once", "minimum": 1, "maximum": 256, "default": 4, "x-order": 8,
        "description": "As many as the provider takes; the host lets others wait.",
      ],
      "on_error": [
        "type": "string", "title": "Rows that the model refuses", "enum": ["fail", "missing"], "default": "fail",
        "x-advanced": true,
      ],
      "group_by": column("Group by", 9, "Every figure also for each value of this column."),
      "cluster": [
        "type": "string", "title": "Cluster", "x-widget": "column", "x-advanced": true,
        "description": "Rows with the same value belong together and are drawn together for intervals.",
      ],
      "prefix": ["type": "string", "title": "Prefix of new columns", "default": "", "x-advanced": true],
      "bootstrap": BootstrapSettings.schema,
    ],
  ]
}

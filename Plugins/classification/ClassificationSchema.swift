// What `evaluate` says about itself: form, docs and examples.
import JSONValue
import PluginKit
import Statistics

enum ClassificationSchema {
  static var descriptor: ComponentDescriptor {
    ComponentDescriptor(
      "evaluate", title: "Classification metrics",
      summary: "Compares labels with predicted labels, scores or probabilities: accuracy, F1, ROC-AUC, calibration.",
      docs: docs, inputs: [.table()], outputs: [.table("rows"), .report()], config: config,
      examples: [
        Example("Predicted labels", config: ["label": "intent", "prediction": "predicted_intent"]),
        Example("A score for two classes", config: ["label": "is_spam", "score": "spam_score", "positive": "true"]),
        Example(
          "Probabilities of three classes, by language",
          config: [
            "label": "sentiment", "group_by": "language",
            "probabilities": ["negative": "p_negative", "neutral": "p_neutral", "positive": "p_positive"],
          ]),
      ],
      deterministic: true)
  }

  private static let docs = """
    Labels are compared as text. Three ways to say what was predicted, `prediction` also together with one of the others:

    - `prediction`: a column of labels.
    - `score`: a column of numbers, the higher the more it speaks for the class `positive`. Without `prediction` a score \
    of `threshold` or more counts as positive, and all other classes are one: "not" the positive one.
    - `probabilities`: a column for each class. Without `prediction` the likeliest class is predicted.

    Figures are those of scikit-learn: a class that is never predicted has precision 0, micro averages are the accuracy, \
    ROC-AUC of several classes is the mean of each against the rest, Brier of several classes the sum over them. `ece` \
    compares, over bins of equal width, how likely the positive class (of several classes: the predicted one) was said \
    to be with how often it was the case. `log_loss`, `brier` and `ece` need scores within 0 and 1, else they are null; \
    so is every figure that is not defined, such as ROC-AUC where one class is missing.

    A row that lacks its label, its prediction or a score is counted as missing and left out.
    """

  private static func column(_ title: JSONValue, _ order: Int64, _ description: JSONValue? = nil) -> JSONValue {
    var property: [String: JSONValue] = [
      "type": "string", "title": title, "x-widget": "column", "minLength": 1, "x-order": .int(order),
    ]
    property["description"] = description
    return .object(property)
  }

  private static let config: JSONValue = [
    "type": "object", "additionalProperties": false, "required": ["label"],
    "properties": [
      "label": column("Label", 1, "What is the case."),
      "prediction": column("Predicted label", 2),
      "score": column("Score", 3, "How much speaks for the positive class."),
      "positive": [
        "type": "string", "title": "Positive class", "x-order": 4,
        "description": "1 or true where it is left out.",
      ],
      "probabilities": [
        "type": "object", "title": "Probabilities", "x-order": 5, "minProperties": 2,
        "additionalProperties": ["type": "string", "minLength": 1, "x-widget": "column"],
        "description": "Column of the probability by class.",
      ],
      "threshold": ["type": "number", "title": "Threshold of the score", "default": 0.5, "x-order": 6],
      "group_by": column("Group by", 7, "Every figure also for each value of this column."),
      "bins": [
        "type": "integer", "title": "Bins of the calibration", "minimum": 1, "maximum": 1000, "default": 15,
        "x-advanced": true,
      ],
      "cluster": [
        "type": "string", "title": "Cluster", "x-widget": "column", "x-advanced": true,
        "description": "Rows with the same value belong together and are drawn together for intervals.",
      ],
      "prefix": ["type": "string", "title": "Prefix of new columns", "default": "", "x-advanced": true],
      "bootstrap": BootstrapSettings.schema,
    ],
  ]
}

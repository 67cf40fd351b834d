// What the trainer says about itself: ports, form and docs.
import JSONValue
import PluginKit

enum TrainerSchema {
  static let descriptor = ComponentDescriptor(
    "train", title: "Train a fastText classifier",
    summary: "Learns labels of texts in seconds; tunes itself within a time; shrinks the model.", docs: docs,
    inputs: [.table("train"), .table("validation", required: false)], outputs: [.model(), .report()],
    config: ["type": "object", "additionalProperties": false, "properties": .object(properties)],
    examples: [
      Example(
        "Word pairs, 25 epochs", config: ["label": "topic", "epochs": 25, "word_ngrams": 2, "learning_rate": 0.5]),
      Example("Tuned for a minute, at most 2 MB", config: ["autotune": ["seconds": 60, "model_size": "2M"]]),
    ])

  private static var properties: [String: JSONValue] {
    var order: Int64 = 0
    func field(_ object: JSONValue, _ group: String) -> JSONValue {
      order += 1
      var object = object.object ?? [:]
      object["x-order"] = .int(order)
      object["x-group"] = .string(group)
      return .object(object)
    }
    func whole(_ title: String, _ low: Int64, _ high: Int64, _ group: String, _ usual: String) -> JSONValue {
      field(
        [
          "type": "integer", "title": .string(title), "minimum": .int(low), "maximum": .int(high),
          "x-placeholder": .string(usual),
        ], group)
    }
    return [
      "text": field(
        ["type": "string", "title": "Text", "default": "text", "x-widget": "column", "minLength": 1], "Columns"),
      "label": field(
        [
          "type": "string", "title": "Label", "default": "label", "x-widget": "column", "minLength": 1,
          "description": "Text, a whole number, or a list of texts where a row has several.",
        ], "Columns"),
      "epochs": whole("Epochs", 1, 10_000, "Training", "5"),
      "learning_rate": field(
        [
          "type": "number", "title": "Learning rate", "exclusiveMinimum": 0, "maximum": 100, "x-placeholder": "0.1",
        ], "Training"),
      "word_ngrams": whole("Words in an n-gram", 1, 10, "Training", "1"),
      "dimension": whole("Dimension", 1, 2000, "Training", "100"),
      "min_ngram": whole("Shortest n-gram of letters", 0, 20, "Training", "0"),
      "max_ngram": whole("Longest n-gram of letters", 0, 20, "Training", "0"),
      "minimum_count": whole("Words at least this often", 1, 1_000_000, "Training", "1"),
      "bucket": whole("Buckets of n-grams", 1, 100_000_000, "Training", "2000000"),
      "loss": field(["type": "string", "title": "Loss", "enum": ["softmax", "ova", "hs", "ns"]], "Training"),
      "threads": field(
        [
          "type": "integer", "title": "Threads", "default": 1, "minimum": 1, "maximum": 256,
          "description": "With one, the same rows and seed give the same model, byte for byte.",
        ], "Training"),
      "seed": field(
        ["type": "integer", "title": "Seed", "default": 0, "minimum": 0, "maximum": 2_147_483_647], "Training"),
      "autotune": field(
        [
          "type": "object", "title": "Autotune", "additionalProperties": false, "required": ["seconds"],
          "description": "Finds settings by the rows at `validation`; those that are given stay.",
          "properties": [
            "seconds": ["type": "integer", "title": "Time", "minimum": 1, "maximum": 86_400, "x-unit": "s"],
            "metric": [
              "type": "string", "title": "Metric", "pattern": "^f1(:.+)?$", "x-placeholder": "f1",
            ],
            "model_size": [
              "type": "string", "title": "Largest model", "pattern": "^[0-9]+[KMG]?$", "x-placeholder": "2M",
            ],
          ],
        ], "Tuning"),
      "quantize": field(["type": "boolean", "title": "Quantise", "default": false], "Size"),
      "cutoff": field(
        [
          "type": "integer", "title": "Words and n-grams kept", "minimum": 256, "maximum": 100_000_000,
          "description": "Quantising keeps this many and trains again.",
        ], "Size"),
      "name": field(
        ["type": "string", "title": "Name", "description": "Registers the model under this name."], "Model"),
      "license": field(["type": "string", "title": "Licence", "minLength": 1], "Model"),
    ]
  }

  private static let docs = """
    fastText's supervised classifier, in process. Settings that are left out are the library's own, and the result is the one of the
    `fasttext` command with the same settings, byte for byte with one thread.

    Each row becomes a line of fastText's: blanks in labels are kept as codes, line ends in texts become blanks, and words in a
    text that look like labels lose that look. Rows without text or label are left out and counted.

    Loss, learning rate and words a second are told while it trains; precision and recall are of the validation rows.
    """
}

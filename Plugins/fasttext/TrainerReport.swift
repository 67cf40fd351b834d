// What the trainer reports: figures on the validation rows, and the settings it ended with.
import JSONValue

enum TrainerReport {
  static func json(
    _ train: TrainingFile, _ validation: TrainingFile?, _ tested: (rows: Int, precision: Double, recall: Double)?,
    _ settings: JSONValue, _ receipt: JSONValue
  ) -> JSONValue {
    func metric(_ name: String, _ value: Double?) -> JSONValue {
      [
        "name": .string(name), "value": value.map { $0.isFinite ? .double($0) : .null } ?? .null,
        "n": .int(Int64(tested?.rows ?? 0)), "better": "higher",
      ]
    }
    var text = "Precision and recall of the likeliest label, as the command `fasttext test` tells them."
    if validation == nil { text += " No validation rows are connected: the figures are missing." }
    let skipped = train.skipped + (validation?.skipped ?? 0)
    if skipped > 0 { text += " \(skipped) rows have no text or no label and were left out." }
    if settings["threads"]?.int ?? 1 > 1 {
      text += " Several threads write to one model: the same seed gives another model each time."
    }
    return [
      "title": "fastText classifier",
      "metrics": [
        metric("precision_at_1", tested?.precision), metric("recall_at_1", tested?.recall),
        ["name": "training_rows", "value": .int(Int64(train.rows)), "unit": "rows"],
        ["name": "bytes", "value": receipt["bytes"] ?? .null, "unit": "B", "better": "lower"],
      ],
      "tables": [
        [
          "title": "Settings", "columns": ["setting", "value"],
          "rows": .array(
            (settings.object ?? [:]).sorted { $0.key < $1.key }.map { [.string($0.key), .string($0.value.text)] }),
        ]
      ],
      "text": .string(text),
    ]
  }
}

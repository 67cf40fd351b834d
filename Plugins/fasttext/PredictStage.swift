// The stage: rows with their likeliest labels beside them.
import JSONValue
import PluginKit

final class PredictStage: Stage {
  struct Configuration: Decodable, Sendable {
    var text: String?
    var count: Int?
    var threshold: Double?
    var prefix: String?
  }

  static let descriptor = ComponentDescriptor(
    "predict", title: "Classify texts", summary: "Adds the likeliest labels of a fastText model to each row.",
    docs: """
      Beside the rows: `predicted` (the likeliest label), `predicted_probability`, and with `count` above 1 `predicted_labels` and
      `predicted_probabilities`, the likeliest first. A row without text, or without a label above the threshold, gets nulls.

      The model at the input is a provider of `fasttext/model`.
      """,
    inputs: [.table(), .model()], outputs: [.table()],
    config: [
      "type": "object", "additionalProperties": false,
      "properties": [
        "text": [
          "type": "string", "title": "Text", "default": "text", "x-widget": "column", "x-order": 1, "minLength": 1,
        ],
        "count": [
          "type": "integer", "title": "Labels", "default": 1, "minimum": 1, "maximum": 100, "x-order": 2,
        ],
        "threshold": ["type": "number", "title": "Threshold", "default": 0, "minimum": 0, "maximum": 1, "x-order": 3],
        "prefix": [
          "type": "string", "title": "Names of the columns begin with", "default": "predicted", "x-order": 4,
          "pattern": "^[a-z][a-z0-9_]*$", "x-advanced": true,
        ],
      ],
    ],
    examples: [Example("The three likeliest labels", config: ["text": "body", "count": 3])], deterministic: true)

  private let configuration: Configuration

  init(configuration: Configuration, host: Host) throws { self.configuration = configuration }

  private var fields: [Field] {
    let prefix = configuration.prefix ?? "predicted"
    var fields = [Field(prefix, .utf8), Field("\(prefix)_probability", .float64)]
    if (configuration.count ?? 1) > 1 {
      fields += [
        Field("\(prefix)_labels", .list(Field("item", .utf8))),
        Field("\(prefix)_probabilities", .list(Field("item", .float64))),
      ]
    }
    return fields
  }

  private func output(_ schema: Schema) throws -> Schema {
    let text = configuration.text ?? "text"
    guard schema[text]?.type.isText == true else {
      throw PluginError.configuration(
        "there is no column '\(text)' of text; the table has \(schema.fields.map(\.name).joined(separator: ", "))",
        at: "/text")
    }
    if let taken = fields.first(where: { schema[$0.name] != nil }) {
      throw PluginError.configuration("the table has a column '\(taken.name)' already", at: "/prefix")
    }
    return Schema(schema.fields + fields, metadata: schema.metadata)
  }

  func bind(_ inputs: [InputSchema], _ run: Run) throws -> BoundOutputs {
    guard let schema = inputs.first?.schema else { return .deferred }
    return BoundOutputs([try output(schema)])
  }

  func open(
    _ inputs: [ImportedStream], names: [String], scans: [ScanRequest?], _ run: Run
  ) throws -> [any BatchStream] {
    let input = inputs[0]
    let schema = try output(input.schema)
    var model: Classifier?
    return [
      GeneratedStream(schema: schema) { [self] in
        guard let batch = try input.next() else {
          input.close()
          return nil
        }
        // Only now: the model may still be in training when the stream is opened.
        if model == nil { model = try Classifier(path: FastTextModel.path(try run.model("model").description(), nil)) }
        return batch.adding(columnsOf: try predicted(batch, model!, run))
      }
    ]
  }

  private func predicted(_ batch: RecordBatch, _ model: Classifier, _ run: Run) throws -> RecordBatch {
    var builder = BatchBuilder(Schema(fields), capacity: batch.rowCount)
    let texts = batch.column(configuration.text ?? "text")
    for row in 0..<batch.rowCount {
      if row % 1024 == 0 { try run.checkCancelled() }
      let found =
        try texts?.string(row).map {
          try model.predict($0, count: configuration.count ?? 1, threshold: configuration.threshold ?? 0)
        } ?? []
      var values: [JSONValue] = [
        found.first.map { .string($0.label) } ?? .null, found.first.map { .double($0.probability) } ?? .null,
      ]
      if fields.count > 2 {
        values.append(.array(found.map { .string($0.label) }))
        values.append(.array(found.map { .double($0.probability) }))
      }
      try builder.append(values)
    }
    return builder.finish()
  }
}

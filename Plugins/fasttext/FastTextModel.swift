// The provider: a classifier that is asked like any other model, and answers with the likeliest label.
import Glibc
import JSONValue
import PluginKit

final class FastTextModel: Provider {
  struct Configuration: Decodable, Sendable { var path: String? }

  static let descriptor = ComponentDescriptor(
    "model", title: "fastText model",
    summary: "Answers a text with its likeliest label; with log-probabilities also with the others.",
    docs: """
      The text of the last message (or the raw prompt) is classified; the answer is the label. `logprobs` tells its probability,
      `top_logprobs` the next ones. For tables `fasttext/predict` is faster.
      """,
    inputs: [.model(required: false)], outputs: [.model()],
    config: [
      "type": "object", "additionalProperties": false,
      "properties": [
        "path": [
          "type": "string", "title": "File", "x-widget": "path", "minLength": 1,
          "description": "A .bin or .ftz file, where no trainer or registered model is connected.",
        ]
      ],
    ], concurrency: ["generate": 16])

  private let configuration: Configuration
  private var model: Classifier?

  init(configuration: Configuration, host: Host) throws { self.configuration = configuration }

  func check(_ run: Run) throws -> JSONValue {
    guard let path = configuration.path else { return ["ok": true, "message": "the model comes from the pipeline"] }
    let model = try Classifier(path: path)
    return ["ok": true, "message": .string("\(model.labelCount) labels, \(model.wordCount) words")]
  }

  func load(_ document: JSONValue, _ run: Run) throws {
    model = try Classifier(path: Self.path(document, configuration.path))
  }

  func unload(_ run: Run) throws { model = nil }

  /// Where the file lies: what the pipeline connects, else the configuration's.
  static func path(_ document: JSONValue, _ configured: String?) throws -> String {
    if let format = document["format"]?.string, format != "fasttext" {
      throw PluginError(.data, "the model is of format '\(format)', and fastText reads its own only")
    }
    guard let path = document["path"]?.string ?? configured ?? document["config"]?["path"]?.string else {
      throw PluginError.configuration("no model is connected, and no file is named", at: "/path")
    }
    return path
  }

  func generate(_ request: GenerateRequest, _ events: EventSink, _ run: Run) throws {
    if request.format != nil { throw GenerateRequest.unsupported("format", "its answers are labels") }
    if !request.tools.isEmpty { throw GenerateRequest.unsupported("tools", "it only classifies") }
    if request.choices > 1 { throw GenerateRequest.unsupported("n", "its answer is always the same") }
    if request.continuation != nil { throw GenerateRequest.unsupported("continuation", "it only classifies") }
    if request.wantsPromptLogProbabilities {
      throw GenerateRequest.unsupported("prompt_logprobs", "it only classifies")
    }
    if request.adapter != nil { throw GenerateRequest.unsupported("adapter", "it has none") }
    guard let model else { throw PluginError(.state, "the model is not loaded") }
    guard let text = request.prompt ?? request.messages?.last?["content"]?.string else {
      throw PluginError(.invalidArgument, "the last message has no text")
    }
    let found = try model.predict(text, count: max(1, request.topLogProbabilities))
    if let first = found.first {
      try events.emit(.text(first.label))
      if request.wantsLogProbabilities {
        let top = found.map { TokenLogProbability.Alternative(token: $0.label, logProbability: Self.logarithm($0)) }
        try events.emit(
          .logProbabilities([
            TokenLogProbability(
              first.label, logProbability: Self.logarithm(first), top: request.topLogProbabilities > 0 ? top : [],
              isGreedy: true)
          ]))
      }
    }
    try events.emit(.finish(.stop))
  }

  private static func logarithm(_ prediction: Classifier.Prediction) -> Double {
    log(max(prediction.probability, .leastNormalMagnitude))
  }
}

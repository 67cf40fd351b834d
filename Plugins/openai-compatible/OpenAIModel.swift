// The provider `model`: a model behind a server that speaks OpenAI's HTTP interface.
import HTTPTransfer
import JSONValue
import ModelTraffic
import PluginKit

final class OpenAIModel: Provider {
  static let descriptor = OpenAISchema.descriptor

  private let configuration: OpenAIConfiguration
  private let traffic: Traffic
  private let line: ModelLine

  init(configuration: OpenAIConfiguration, host: Host) throws {
    self.configuration = configuration
    let settings = try configuration.checked()
    traffic = Traffic(settings)
    line = ModelLine(settings, traffic)
  }

  private func connection(_ run: Run) throws -> OpenAIConnection {
    OpenAIConnection(configuration, key: try configuration.api_key.map { try run.secret($0.reference) })
  }

  private func modelName() throws -> String {
    guard let model = configuration.model, !model.isEmpty else {
      throw PluginError.configuration("say which model is meant", at: "/model")
    }
    return model
  }

  // MARK: what there is

  func check(_ run: Run) throws -> JSONValue {
    let models = try list(run)
    guard let wanted = configuration.model, !wanted.isEmpty else {
      return ["ok": true, "message": .string("it answers; \(models.count) models")]
    }
    guard models.isEmpty || models.contains(where: { $0["id"]?.string == wanted }) else {
      throw PluginError(
        .notFound, "the server does not list the model '\(wanted)'; it lists \(models.count)",
        details: ["path": "/model"])
    }
    return ["ok": true, "message": .string("it answers; '\(wanted)' is there")]
  }

  func list(_ run: Run) throws -> [JSONValue] {
    let connection = try connection(run)
    let answer = try line.json(connection.request("GET", "/models"), run, seconds: 20) {
      connection.problem("list the models", $0, model: nil)
    }
    return (answer["data"]?.array ?? []).compactMap { item in
      guard let id = item["id"]?.string else { return nil }
      var model: [String: JSONValue] = ["id": .string(id), "title": .string(id)]
      model["context_length"] =
        item["context_length"] ?? item["max_model_len"] ?? item["meta"]?["n_ctx"] ?? item["meta"]?["n_ctx_train"]
      return .object(model)
    }
  }

  // MARK: generating

  func generate(_ request: GenerateRequest, _ events: EventSink, _ run: Run) throws {
    let connection = try connection(run)
    let model = try modelName()
    if request.wantsPromptLogProbabilities || request.continuation != nil {
      return try score(request, model, events, connection, run)
    }
    let body = try RequestBody(configuration, model: model).streamed(request)
    let path = request.prompt == nil ? "/chat/completions" : "/completions"
    let estimate = request.estimate(maxTokens: request.maxTokens)
    try traffic.admit(estimate, run, isWanted: { events.isWanted })
    let reader = ChunkReader(events, choices: request.choices)
    defer { traffic.settle(estimate, reader.used(estimate), run) }
    try line.stream(
      connection.request("POST", path, json: body), run, isWanted: { events.isWanted },
      problem: { connection.problem("generate", $0, model: model) },
      whole: { try reader.read($0, host: connection) }, event: { try reader.read($0, host: connection) })
    try reader.finish()
  }

  private func score(
    _ request: GenerateRequest, _ model: String, _ events: EventSink, _ connection: OpenAIConnection, _ run: Run
  ) throws {
    let scores = try PromptScores(request)
    let body = try RequestBody(configuration, model: model).echoed(request)
    let estimate = request.estimate(maxTokens: request.maxTokens ?? 0)
    try traffic.admit(estimate, run, isWanted: { events.isWanted })
    var usage = TokenUsage(input: 0, output: 0)
    defer { traffic.settle(estimate, usage, run) }
    let asked = connection.request("POST", "/completions", json: body)
    let answer = try line.json(asked, run, isWanted: { events.isWanted }) {
      connection.problem("score the prompt", $0, model: model)
    }
    usage = TokenUsage(openAI: answer["usage"]) ?? estimate
    try scores.tell(answer, to: events)
  }

  func countTokens(_ request: GenerateRequest, _ run: Run) throws -> Int {
    guard configuration.server == .llamaCpp else {
      throw PluginError(.unsupported, "this server counts no tokens before it generates")
    }
    let connection = try connection(run)
    var text = (request.prompt ?? "") + (request.continuation ?? "")
    if let messages = request.messages {
      let body: JSONValue = ["messages": .array(messages.map(RequestBody.message))]
      let answer = try line.json(connection.request("POST", "/apply-template", root: true, json: body), run) {
        connection.problem("put the messages into the model's template", $0, model: nil)
      }
      text = answer["prompt"]?.string ?? ""
    }
    let body: JSONValue = ["content": .string(text), "add_special": true, "parse_special": true]
    let answer = try line.json(connection.request("POST", "/tokenize", root: true, json: body), run) {
      connection.problem("count tokens", $0, model: nil)
    }
    guard let tokens = answer["tokens"]?.array else {
      throw PluginError(.io, "the server's answer to /tokenize has no tokens")
    }
    return tokens.count
  }

  // MARK: embedding

  func embed(_ input: ImportedStream, _ request: JSONValue, _ run: Run) throws -> any BatchStream {
    guard let column = input.schema.index(of: "text") else {
      throw PluginError(.invalidArgument, "the stream to embed has no column 'text'")
    }
    let connection = try connection(run)
    let model = try modelName()
    let batch = configuration.embedding_batch ?? 64
    return EmbeddingStream(input, column: column, rows: batch) { [self] texts in
      try embed(texts, model, connection, run)
    }
  }

  private func embed(
    _ texts: [String], _ model: String, _ connection: OpenAIConnection, _ run: Run
  ) throws -> [[Double]] {
    let estimate = TokenUsage(input: texts.map { $0.utf8.count / 4 + 1 }.reduce(0, +), output: 0)
    try traffic.admit(estimate, run)
    var usage = TokenUsage(input: 0, output: 0)
    defer { traffic.settle(estimate, usage, run) }
    var body: [String: JSONValue] = configuration.body ?? [:]
    body["model"] = .string(model)
    body["input"] = .array(texts.map { .string($0) })
    body["encoding_format"] = "float"
    body["dimensions"] = configuration.dimensions.map { .int(Int64($0)) }
    let answer = try line.json(connection.request("POST", "/embeddings", json: .object(body)), run) {
      connection.problem("embed", $0, model: model)
    }
    usage = TokenUsage(openAI: answer["usage"]) ?? estimate
    return try EmbeddingStream.vectors(answer, count: texts.count)
  }
}

extension OpenAIModel: DynamicOptions {
  func options(field: String, query: String, run: Run) throws -> FieldChoices {
    let ids = try list(run).compactMap { $0["id"]?.string }.filter {
      query.isEmpty || $0.lowercased().contains(query.lowercased())
    }
    return FieldChoices(ids.sorted().prefix(200).map { .init(.string($0)) }, hasMore: ids.count > 200)
  }
}

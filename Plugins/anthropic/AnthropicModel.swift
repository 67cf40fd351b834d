// The provider `model`: a model behind Anthropic's Messages API.
import HTTPTransfer
import JSONValue
import ModelTraffic
import PluginKit

final class AnthropicModel: Provider {
  static let descriptor = AnthropicSchema.descriptor

  private let configuration: AnthropicConfiguration
  private let traffic: Traffic
  private let line: ModelLine

  init(configuration: AnthropicConfiguration, host: Host) throws {
    self.configuration = configuration
    let settings = try configuration.checked()
    traffic = Traffic(settings)
    line = ModelLine(settings, traffic)
  }

  private func connection(_ run: Run) throws -> AnthropicConnection {
    guard let key = configuration.api_key else {
      throw PluginError.configuration("the API wants a key: name its secret", at: "/api_key")
    }
    return AnthropicConnection(configuration, key: try run.secret(key.reference))
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
    if models.contains(where: { $0["id"]?.string == wanted }) {
      return ["ok": true, "message": .string("it answers; '\(wanted)' is there")]
    }
    // Aliases are not listed; asked for by name they are found.
    let connection = try connection(run)
    _ = try line.json(connection.request("GET", "/v1/models/\(PercentEncoding.encode(wanted))"), run, seconds: 20) {
      connection.problem("find the model", $0, model: wanted)
    }
    return ["ok": true, "message": .string("it answers; '\(wanted)' is there")]
  }

  func list(_ run: Run) throws -> [JSONValue] {
    let connection = try connection(run)
    var models: [JSONValue] = []
    var after = ""
    // A server that always has more is not followed for ever.
    for _ in 0..<20 {
      let page = try line.json(connection.request("GET", "/v1/models?limit=1000\(after)"), run, seconds: 20) {
        connection.problem("list the models", $0, model: nil)
      }
      for item in page["data"]?.array ?? [] {
        guard let id = item["id"]?.string else { continue }
        var model: [String: JSONValue] = ["id": .string(id), "title": item["display_name"] ?? .string(id)]
        model["context_length"] = item["max_input_tokens"]
        model["capabilities"] = ["generate", "tools", "count_tokens"]
        models.append(.object(model))
      }
      guard page["has_more"]?.bool == true, let last = page["last_id"]?.string else { break }
      after = "&after_id=\(PercentEncoding.encode(last))"
    }
    return models
  }

  // MARK: generating

  func generate(_ request: GenerateRequest, _ events: EventSink, _ run: Run) throws {
    let connection = try connection(run)
    let body = try MessagesBody(configuration, model: try modelName())
    let sent = try body.streamed(request)
    let estimate = request.estimate(maxTokens: body.maxTokens(request))
    try traffic.admit(estimate, run, isWanted: { events.isWanted })
    let reader = MessageReader(events)
    defer { traffic.settle(estimate, reader.used(estimate), run) }
    try line.stream(
      connection.request("POST", "/v1/messages", json: sent), run, isWanted: { events.isWanted },
      problem: { connection.problem("generate", $0, model: configuration.model) },
      whole: { try reader.read(whole: $0) }, event: { try reader.read($0, connection) })
    try reader.finish()
  }

  func countTokens(_ request: GenerateRequest, _ run: Run) throws -> Int {
    let connection = try connection(run)
    let body = try MessagesBody(configuration, model: try modelName()).counted(request)
    let answer = try line.json(connection.request("POST", "/v1/messages/count_tokens", json: body), run) {
      connection.problem("count tokens", $0, model: configuration.model)
    }
    guard let count = answer["input_tokens"]?.int.flatMap({ Int(exactly: $0) }) else {
      throw PluginError(.io, "the server's count has no input_tokens")
    }
    return count
  }
}

extension AnthropicModel: DynamicOptions {
  func options(field: String, query: String, run: Run) throws -> FieldChoices {
    let found = try list(run).filter { item in
      query.isEmpty || item["id"]?.string?.lowercased().contains(query.lowercased()) == true
    }
    return FieldChoices(
      found.prefix(200).map { .init($0["id"] ?? "", title: $0["title"]?.string) }, hasMore: found.count > 200)
  }
}

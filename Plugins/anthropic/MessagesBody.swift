// From a request of the host to the body of the Messages API. What the API does not have is refused.
import JSONValue
import PluginKit

struct MessagesBody {
  /// The API wants a bound; this one fits every model.
  static let usualTokens = 4096

  private let configuration: AnthropicConfiguration
  private let model: String

  init(_ configuration: AnthropicConfiguration, model: String) throws {
    self.configuration = configuration
    self.model = model
  }

  func maxTokens(_ request: GenerateRequest) -> Int {
    request.maxTokens ?? configuration.max_tokens ?? Self.usualTokens
  }

  func streamed(_ request: GenerateRequest) throws -> JSONValue {
    try refuse(request)
    var body = (configuration.body ?? [:]).merging(request.options) { _, asked in asked }
    body.merge(try conversation(request)) { $1 }
    body["max_tokens"] = .int(Int64(maxTokens(request)))
    body["stream"] = true
    if request.temperature != nil { body["temperature"] = request.temperature.map { .double($0) } }
    if request.topP != nil { body["top_p"] = request.topP.map { .double($0) } }
    if request.topK != nil { body["top_k"] = request.topK.map { .int(Int64($0)) } }
    if !request.stop.isEmpty { body["stop_sequences"] = .array(request.stop.map { .string($0) }) }
    if let thinking = configuration.thinking_tokens {
      guard maxTokens(request) > thinking else {
        throw PluginError(
          .invalidArgument, "thinking takes \(thinking) tokens of the \(maxTokens(request)) that the answer may have",
          details: ["path": "/max_tokens", "next": "Ask for more tokens, or lower thinking_tokens of the connection"])
      }
      body["thinking"] = ["type": "enabled", "budget_tokens": .int(Int64(thinking))]
    }
    if let format = request.format {
      guard format["type"]?.string == "json_schema", let schema = format["schema"] else {
        throw GenerateRequest.unsupported("format", "the API keeps answers to a json_schema only")
      }
      var output = body["output_config"]?.object ?? [:]
      output["format"] = ["type": "json_schema", "schema": schema]
      body["output_config"] = .object(output)
    }
    return .object(body)
  }

  func counted(_ request: GenerateRequest) throws -> JSONValue {
    try refuse(request)
    return .object(try conversation(request))
  }

  private static let gone = "the API no longer has it; version 2023-06-01 of the API had"

  private func refuse(_ request: GenerateRequest) throws {
    let isNew = !configuration.isOldVersion
    let missing: [(String, Bool, String)] = [
      ("prompt", request.messages == nil, "the API has messages only"),
      ("n", request.choices != 1, "it gives one answer a request"),
      ("seed", request.seed != nil, "the API has no seed"), ("min_p", request.minP != nil, "the API has no min_p"),
      ("logprobs", request.wantsLogProbabilities || request.topLogProbabilities > 0, "it tells no log-probabilities"),
      ("prompt_logprobs", request.wantsPromptLogProbabilities, "it tells no log-probabilities"),
      ("continuation", request.continuation != nil, "it scores nothing"),
      ("adapter", request.adapter != nil, "models are chosen by name"),
      ("temperature", isNew && request.temperature != nil, Self.gone),
      ("top_p", isNew && request.topP != nil, Self.gone),
      ("top_k", isNew && request.topK != nil, Self.gone),
    ]
    for (key, isAsked, why) in missing where isAsked { throw GenerateRequest.unsupported(key, why) }
  }

  // MARK: parts

  private func conversation(_ request: GenerateRequest) throws -> [String: JSONValue] {
    var system: [String] = []
    var turns: [(role: String, content: [JSONValue])] = []
    for (index, message) in (request.messages ?? []).enumerated() {
      let role = message["role"]?.string ?? ""
      if role == "system" || role == "developer" {
        system.append(message["content"]?.string ?? "")
        continue
      }
      let (turn, blocks) = try Self.blocks(role, message, index)
      // Results of tools and what the user says next are one turn.
      if let last = turns.last, last.role == turn {
        turns[turns.count - 1].content += blocks
      } else {
        turns.append((turn, blocks))
      }
    }
    guard !turns.isEmpty else {
      throw PluginError(.invalidArgument, "there is nothing but a system prompt", details: ["path": "/messages"])
    }
    var body: [String: JSONValue] = ["model": .string(model)]
    body["messages"] = .array(turns.map { ["role": .string($0.role), "content": .array($0.content)] })
    if !system.isEmpty { body["system"] = .string(system.joined(separator: "\n\n")) }
    if !request.tools.isEmpty { body["tools"] = .array(try request.tools.map(Self.tool)) }
    return body
  }

  private static func blocks(_ role: String, _ message: JSONValue, _ index: Int) throws -> (String, [JSONValue]) {
    let text = message["content"]?.string ?? ""
    let said: [JSONValue] = text.isEmpty ? [] : [["type": "text", "text": .string(text)]]
    switch role {
    case "user": return ("user", said)
    case "assistant":
      let calls = (message["tool_calls"]?.array ?? []).map { call -> JSONValue in
        [
          "type": "tool_use", "id": call["id"] ?? "", "name": call["name"] ?? "", "input": call["arguments"] ?? [:],
        ]
      }
      return ("assistant", said + calls)
    case "tool":
      return (
        "user",
        [["type": "tool_result", "tool_use_id": message["tool_call_id"] ?? "", "content": .string(text)]]
      )
    default:
      throw PluginError(
        .invalidArgument, "message \(index) has the unknown role '\(role)'",
        details: ["path": .string("/messages/\(index)/role")])
    }
  }

  private static func tool(_ tool: JSONValue) throws -> JSONValue {
    guard let name = tool["name"]?.string else {
      throw PluginError(.invalidArgument, "a tool has no name", details: ["path": "/tools"])
    }
    var made: [String: JSONValue] = ["name": .string(name)]
    made["description"] = tool["description"]
    made["input_schema"] = tool["parameters"] ?? ["type": "object", "properties": [:]]
    return .object(made)
  }
}

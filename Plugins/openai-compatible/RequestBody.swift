// From a request of the host to the body that the server reads. What it could not honour is refused.
import JSONValue
import PluginKit

struct RequestBody {
  private let configuration: OpenAIConfiguration
  private let model: String

  init(_ configuration: OpenAIConfiguration, model: String) {
    self.configuration = configuration
    self.model = model
  }

  private var isLlama: Bool { configuration.server == .llamaCpp }

  func streamed(_ request: GenerateRequest) throws -> JSONValue {
    var body = try common(request)
    body["stream"] = true
    body["stream_options"] = ["include_usage": true]
    if request.choices != 1 { body["n"] = .int(Int64(request.choices)) }
    if let messages = request.messages {
      body["messages"] = .array(messages.map(Self.message))
      if request.wantsLogProbabilities {
        body["logprobs"] = true
        if request.topLogProbabilities > 0 { body["top_logprobs"] = .int(Int64(request.topLogProbabilities)) }
      }
      if !request.tools.isEmpty { body["tools"] = .array(try request.tools.map(Self.tool)) }
      try chatFormat(request.format, &body)
    } else {
      body["prompt"] = .string(request.prompt ?? "")
      // 0 is none to llama.cpp, and no alternatives to OpenAI.
      let least = isLlama ? 1 : 0
      if request.wantsLogProbabilities { body["logprobs"] = .int(Int64(max(least, request.topLogProbabilities))) }
      guard request.tools.isEmpty else {
        throw GenerateRequest.unsupported("tools", "a raw prompt has none; ask by messages")
      }
      try completionFormat(request.format, &body)
    }
    return .object(body)
  }

  /// For the log-probabilities of the prompt: it comes back with the answer.
  func echoed(_ request: GenerateRequest) throws -> JSONValue {
    guard !isLlama else {
      throw GenerateRequest.unsupported(
        "prompt_logprobs", "llama.cpp's server does not tell them; the plugin llama-cpp does")
    }
    guard request.format == nil, request.tools.isEmpty, request.choices == 1 else {
      throw GenerateRequest.unsupported("prompt_logprobs", "not together with format, tools or n")
    }
    var body = try common(request)
    body["prompt"] = .string((request.prompt ?? "") + (request.continuation ?? ""))
    body[lengthKey(isChat: false)] = .int(Int64(request.maxTokens ?? 0))
    body["echo"] = true
    // One alternative at least: it tells whether a token was the likeliest.
    body["logprobs"] = .int(Int64(max(1, request.topLogProbabilities)))
    return .object(body)
  }

  private func lengthKey(isChat: Bool) -> String {
    isChat ? (configuration.max_tokens_key ?? .max_tokens).rawValue : "max_tokens"
  }

  private func common(_ request: GenerateRequest) throws -> [String: JSONValue] {
    var body = (configuration.body ?? [:]).merging(request.options) { _, asked in asked }
    body["model"] = .string(model)
    body[lengthKey(isChat: request.messages != nil)] = request.maxTokens.map { .int(Int64($0)) }
    if request.temperature != nil { body["temperature"] = request.temperature.map { .double($0) } }
    if request.topP != nil { body["top_p"] = request.topP.map { .double($0) } }
    if request.seed != nil { body["seed"] = request.seed.map { .int(Int64($0)) } }
    if !request.stop.isEmpty { body["stop"] = .array(request.stop.map { .string($0) }) }
    if let k = request.topK {
      guard isLlama else { throw Self.notOpenAI("top_k") }
      body["top_k"] = .int(Int64(k))
    }
    if let p = request.minP {
      guard isLlama else { throw Self.notOpenAI("min_p") }
      body["min_p"] = .double(p)
    }
    guard request.adapter == nil else {
      throw GenerateRequest.unsupported("adapter", "the server's models are chosen by name")
    }
    return body
  }

  private static func notOpenAI(_ key: String) -> PluginError {
    GenerateRequest.unsupported(
      key,
      "OpenAI's interface has no such setting. Say server: llama.cpp if it is one, or set it in body for all requests")
  }

  // MARK: parts

  static func message(_ message: JSONValue) -> JSONValue {
    guard var object = message.object, let calls = object["tool_calls"]?.array else { return message }
    object["tool_calls"] = .array(
      calls.map { call in
        // Already in the server's own shape?
        if call["function"] != nil { return call }
        let arguments = call["arguments"] ?? [:]
        return [
          "id": call["id"] ?? "", "type": "function",
          "function": [
            "name": call["name"] ?? "", "arguments": .string(arguments.string ?? arguments.text),
          ],
        ]
      })
    if object["content"] == nil { object["content"] = .null }
    return .object(object)
  }

  private static func tool(_ tool: JSONValue) throws -> JSONValue {
    guard let object = tool.object, object["name"]?.string != nil else {
      throw PluginError(.invalidArgument, "a tool has no name", details: ["path": "/tools"])
    }
    return ["type": "function", "function": tool]
  }

  private func chatFormat(_ format: JSONValue?, _ body: inout [String: JSONValue]) throws {
    guard let format else { return }
    switch format["type"]?.string {
    case "json": body["response_format"] = ["type": "json_object"]
    case "json_schema":
      guard let schema = format["schema"], schema.object != nil else {
        throw PluginError(.invalidArgument, "the format has no schema", details: ["path": "/format/schema"])
      }
      body["response_format"] = [
        "type": "json_schema", "json_schema": ["name": "answer", "strict": true, "schema": schema],
      ]
    case "grammar": try grammar(format, &body)
    default: throw Self.unknownFormat
    }
  }

  private func completionFormat(_ format: JSONValue?, _ body: inout [String: JSONValue]) throws {
    guard let format else { return }
    guard isLlama else { throw GenerateRequest.unsupported("format", "completions have none; ask by messages") }
    switch format["type"]?.string {
    case "json": body["json_schema"] = ["type": "object"]
    case "json_schema": body["json_schema"] = format["schema"]
    case "grammar": try grammar(format, &body)
    default: throw Self.unknownFormat
    }
  }

  private func grammar(_ format: JSONValue, _ body: inout [String: JSONValue]) throws {
    guard isLlama else { throw GenerateRequest.unsupported("format", "OpenAI's interface takes no grammars") }
    body["grammar"] = format["gbnf"]
  }

  private static let unknownFormat = PluginError(
    .invalidArgument, "the format's type is json, json_schema or grammar", details: ["path": "/format/type"])
}

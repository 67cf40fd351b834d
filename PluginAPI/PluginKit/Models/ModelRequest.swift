// What is asked of a model: one shape for every provider.
public import JSONValue

/// A request to generate, to score, or to count tokens. What is nil is the provider's default; what a provider cannot
/// honour it refuses (`unsupported(_:)`), never ignores.
public struct GenerateRequest: Sendable, Hashable {
  /// {"role": "system", "user", "assistant" or "tool", "content", "tool_calls", "tool_call_id"}; put through the model's
  /// chat template. Either these or `prompt`.
  public var messages: [JSONValue]?
  /// Raw text, no chat template.
  public var prompt: String?
  public var maxTokens: Int?
  public var temperature: Double?
  public var topP: Double?
  public var topK: Int?
  public var minP: Double?
  public var seed: Int?
  public var stop: [String]
  /// Answers wanted.
  public var choices: Int
  /// {"name", "description", "parameters": JSON Schema}.
  public var tools: [JSONValue]
  /// {"type": "json_schema", "schema"}, {"type": "json"} or {"type": "grammar", "gbnf"}.
  public var format: JSONValue?
  public var wantsLogProbabilities: Bool
  /// Alternatives told with each token.
  public var topLogProbabilities: Int
  /// Log-probabilities of the prompt's tokens too; with `maxTokens` 0 nothing is generated.
  public var wantsPromptLogProbabilities: Bool
  /// Text scored after the prompt: its tokens come among the prompt's, marked.
  public var continuation: String?
  /// {"path", "scale"}: a LoRA adapter for this request.
  public var adapter: JSONValue?
  /// The provider's own.
  public var options: [String: JSONValue]

  public init(prompt: String? = nil, messages: [JSONValue]? = nil, maxTokens: Int? = nil) {
    self.prompt = prompt
    self.messages = messages
    self.maxTokens = maxTokens
    stop = []
    choices = 1
    tools = []
    wantsLogProbabilities = false
    topLogProbabilities = 0
    wantsPromptLogProbabilities = false
    options = [:]
  }

  /// One message of the user.
  public init(user text: String, system: String? = nil, maxTokens: Int? = nil) {
    let first: [JSONValue] = system.map { [["role": "system", "content": .string($0)]] } ?? []
    self.init(messages: first + [["role": "user", "content": .string(text)]], maxTokens: maxTokens)
  }

  /// A key that the provider cannot honour.
  public static func unsupported(_ key: String, _ why: String) -> PluginError {
    PluginError(.unsupported, "this provider cannot honour '\(key)': \(why)", details: ["path": .string("/\(key)")])
  }
}

extension GenerateRequest {
  private static let keys: Set<String> = [
    "messages", "prompt", "max_tokens", "temperature", "top_p", "top_k", "min_p", "seed", "stop", "n", "tools",
    "format",
    "logprobs", "top_logprobs", "prompt_logprobs", "continuation", "adapter", "options",
  ]

  /// Throws `PluginError` for an unknown key, a wrong type, or a request without exactly one of messages and prompt.
  public init(json: JSONValue) throws {
    guard let object = json.object else { throw Self.wrong("", "the request is not an object") }
    if let unknown = object.keys.sorted().first(where: { !Self.keys.contains($0) }) {
      throw Self.wrong("/\(unknown)", "the request has the unknown key '\(unknown)'")
    }
    let read = RequestReader(object)
    self.init(
      prompt: try read.string("prompt"), messages: try read.array("messages"), maxTokens: try read.int("max_tokens"))
    guard (messages == nil) != (prompt == nil) else {
      throw Self.wrong("", "a request has either \"messages\" or \"prompt\"")
    }
    temperature = try read.double("temperature")
    topP = try read.double("top_p")
    topK = try read.int("top_k")
    minP = try read.double("min_p")
    seed = try read.int("seed")
    stop = try (read.array("stop") ?? []).map {
      guard let text = $0.string else { throw Self.wrong("/stop", "\"stop\" is a list of texts") }
      return text
    }
    choices = try read.int("n") ?? 1
    tools = try read.array("tools") ?? []
    format = object["format"].flatMap { $0.isNull ? nil : $0 }
    wantsLogProbabilities = try read.bool("logprobs") ?? false
    topLogProbabilities = try read.int("top_logprobs") ?? 0
    wantsPromptLogProbabilities = try read.bool("prompt_logprobs") ?? false
    continuation = try read.string("continuation")
    adapter = object["adapter"].flatMap { $0.isNull ? nil : $0 }
    options = object["options"]?.object ?? [:]
  }

  fileprivate static func wrong(_ pointer: String, _ words: String) -> PluginError {
    PluginError(.invalidArgument, words, details: ["path": .string(pointer)])
  }

  public var json: JSONValue {
    var object: [String: JSONValue] = [:]
    object["messages"] = messages.map { .array($0) }
    object["prompt"] = prompt.map { .string($0) }
    object["max_tokens"] = maxTokens.map { .int(Int64($0)) }
    object["temperature"] = temperature.map { .double($0) }
    object["top_p"] = topP.map { .double($0) }
    object["top_k"] = topK.map { .int(Int64($0)) }
    object["min_p"] = minP.map { .double($0) }
    object["seed"] = seed.map { .int(Int64($0)) }
    if !stop.isEmpty { object["stop"] = .array(stop.map { .string($0) }) }
    if choices != 1 { object["n"] = .int(Int64(choices)) }
    if !tools.isEmpty { object["tools"] = .array(tools) }
    object["format"] = format
    if wantsLogProbabilities { object["logprobs"] = true }
    if topLogProbabilities > 0 { object["top_logprobs"] = .int(Int64(topLogProbabilities)) }
    if wantsPromptLogProbabilities { object["prompt_logprobs"] = true }
    object["continuation"] = continuation.map { .string($0) }
    object["adapter"] = adapter
    if !options.isEmpty { object["options"] = .object(options) }
    return .object(object)
  }
}

/// Values of a request by key; null counts as absent.
private struct RequestReader {
  let object: [String: JSONValue]

  init(_ object: [String: JSONValue]) { self.object = object }

  func string(_ key: String) throws -> String? { try value(key, "a text") { $0.string } }
  func int(_ key: String) throws -> Int? { try value(key, "a whole number") { $0.int.flatMap { Int(exactly: $0) } } }
  func double(_ key: String) throws -> Double? { try value(key, "a number") { $0.double } }
  func bool(_ key: String) throws -> Bool? { try value(key, "true or false") { $0.bool } }
  func array(_ key: String) throws -> [JSONValue]? { try value(key, "a list") { $0.array } }

  private func value<T>(_ key: String, _ what: String, _ read: (JSONValue) -> T?) throws -> T? {
    guard let value = object[key], !value.isNull else { return nil }
    guard let result = read(value) else { throw GenerateRequest.wrong("/\(key)", "\"\(key)\" is not \(what)") }
    return result
  }
}

// What a model or trainer tells while it works, as it crosses the C boundary.
internal import CPluginABI
public import JSONValue

/// One token and how likely the model found it.
public struct TokenLogProbability: Sendable, Hashable {
  /// The token's text; where it is no whole code point, as the provider spells it.
  public var token: String
  public var id: Int?
  /// Natural logarithm; nil for the first token of a prompt, which nothing precedes.
  public var logProbability: Double?
  /// The likeliest tokens at this place, the likeliest first.
  public var top: [Alternative]
  /// A token of the request's continuation.
  public var isContinuation: Bool
  /// It is the likeliest token at its place; nil where the provider does not say.
  public var isGreedy: Bool?

  public struct Alternative: Sendable, Hashable {
    public var token: String
    public var logProbability: Double
    public init(token: String, logProbability: Double) {
      self.token = token
      self.logProbability = logProbability
    }
  }

  public init(
    _ token: String, id: Int? = nil, logProbability: Double?, top: [Alternative] = [], isContinuation: Bool = false,
    isGreedy: Bool? = nil
  ) {
    self.token = token
    self.id = id
    self.logProbability = logProbability
    self.top = top
    self.isContinuation = isContinuation
    self.isGreedy = isGreedy
  }

  init(json: JSONValue) {
    token = json["token"]?.string ?? ""
    id = json["id"]?.int.flatMap { Int(exactly: $0) }
    logProbability = json["logprob"]?.double
    top = (json["top"]?.array ?? []).compactMap { item in
      item["logprob"]?.double.map { Alternative(token: item["token"]?.string ?? "", logProbability: $0) }
    }
    isContinuation = json["continuation"]?.bool ?? false
    isGreedy = json["greedy"]?.bool
  }

  var json: JSONValue {
    var object: [String: JSONValue] = [
      "token": .string(token), "logprob": logProbability.map { .double($0) } ?? .null,
    ]
    object["id"] = id.map { .int(Int64($0)) }
    if !top.isEmpty {
      object["top"] = .array(top.map { ["token": .string($0.token), "logprob": .double($0.logProbability)] })
    }
    if isContinuation { object["continuation"] = true }
    object["greedy"] = isGreedy.map { .bool($0) }
    return .object(object)
  }
}

/// Tokens a request used, as the provider counts them.
public struct TokenUsage: Sendable, Hashable {
  public var input: Int
  public var output: Int
  /// Of the input, those that the provider took from a cache; nil where it does not say.
  public var cached: Int?

  public init(input: Int, output: Int, cached: Int? = nil) {
    self.input = input
    self.output = output
    self.cached = cached
  }
}

/// Why an answer ended.
public enum FinishReason: String, Sendable, Hashable {
  case stop, length, cancelled
  case toolCalls = "tool_calls"
  case contentFilter = "content_filter"
}

public enum ModelEvent: Sendable, Hashable {
  /// Whole code points.
  case text(String)
  case reasoning(String)
  /// {"id", "name", "arguments": {}}.
  case toolCall(JSONValue)
  /// Of the text just sent.
  case logProbabilities([TokenLogProbability])
  case promptLogProbabilities([TokenLogProbability])
  /// Once, before the end.
  case usage(TokenUsage)
  /// Exactly once an answer, last.
  case finish(FinishReason)
  /// A trainer's figure at a step: loss, eval_loss, learning_rate, tokens_per_second ...
  case metric(name: String, value: Double, step: Int?, unit: String)
  /// Anything else; a receiver ignores what it does not know.
  case other(JSONValue)
}

extension ModelEvent {
  var wire: (kind: UInt32, payload: [UInt8]) {
    switch self {
    case .text(let text): (OTE_EVENT_TEXT, Array(text.utf8))
    case .reasoning(let text): (OTE_EVENT_REASONING, Array(text.utf8))
    case .toolCall(let call): (OTE_EVENT_TOOL_CALL, Array(call.text.utf8))
    case .logProbabilities(let tokens): (OTE_EVENT_LOGPROBS, Self.list(tokens))
    case .promptLogProbabilities(let tokens): (OTE_EVENT_PROMPT_LOGPROBS, Self.list(tokens))
    case .usage(let usage): (OTE_EVENT_USAGE, Self.bytes(usage))
    case .finish(let reason):
      (OTE_EVENT_FINISH, Array(JSONValue.object(["reason": .string(reason.rawValue)]).text.utf8))
    case .metric(let name, let value, let step, let unit): (OTE_EVENT_METRIC, Self.metric(name, value, step, unit))
    case .other(let value): (OTE_EVENT_JSON, Array(value.text.utf8))
    }
  }

  private static func list(_ tokens: [TokenLogProbability]) -> [UInt8] {
    Array(JSONValue.object(["tokens": .array(tokens.map(\.json))]).text.utf8)
  }

  private static func bytes(_ usage: TokenUsage) -> [UInt8] {
    var object: [String: JSONValue] = [
      "input_tokens": .int(Int64(usage.input)), "output_tokens": .int(Int64(usage.output)),
    ]
    object["cached_tokens"] = usage.cached.map { .int(Int64($0)) }
    return Array(JSONValue.object(object).text.utf8)
  }

  private static func metric(_ name: String, _ value: Double, _ step: Int?, _ unit: String) -> [UInt8] {
    var object: [String: JSONValue] = ["name": .string(name), "value": .double(value)]
    object["step"] = step.map { .int(Int64($0)) }
    if !unit.isEmpty { object["unit"] = .string(unit) }
    return Array(JSONValue.object(object).text.utf8)
  }

  /// What came over the wire; a kind or payload that nobody knows becomes `other`. Throws `PluginError` for a payload
  /// that is not what its kind says.
  init(kind: UInt32, payload: [UInt8]) throws {
    if kind == OTE_EVENT_TEXT || kind == OTE_EVENT_REASONING {
      let text = String(decoding: payload, as: UTF8.self)
      self = kind == OTE_EVENT_TEXT ? .text(text) : .reasoning(text)
      return
    }
    guard let json = try? JSONValue(parsing: payload) else {
      throw PluginError(.internal, "the provider sent an event of kind \(kind) that is no JSON")
    }
    func tokens() -> [TokenLogProbability] { (json["tokens"]?.array ?? []).map { TokenLogProbability(json: $0) } }
    func count(_ key: String) -> Int? { json[key]?.int.flatMap { Int(exactly: $0) } }
    switch kind {
    case OTE_EVENT_TOOL_CALL: self = .toolCall(json)
    case OTE_EVENT_LOGPROBS: self = .logProbabilities(tokens())
    case OTE_EVENT_PROMPT_LOGPROBS: self = .promptLogProbabilities(tokens())
    case OTE_EVENT_USAGE:
      guard let input = count("input_tokens"), let output = count("output_tokens") else {
        throw PluginError(.internal, "the provider's usage lacks input_tokens or output_tokens")
      }
      self = .usage(TokenUsage(input: input, output: output, cached: count("cached_tokens")))
    case OTE_EVENT_FINISH: self = .finish(FinishReason(rawValue: json["reason"]?.string ?? "") ?? .stop)
    case OTE_EVENT_METRIC:
      guard let name = json["name"]?.string, let value = json["value"]?.double else {
        throw PluginError(.internal, "a metric lacks its name or value")
      }
      self = .metric(name: name, value: value, step: count("step"), unit: json["unit"]?.string ?? "")
    default: self = .other(json)
    }
  }
}

// What a model answered to one row: what is kept in the cache, and what the columns are made of.
import JSONValue
import PluginKit

struct RowAnswer: Sendable, Hashable {
  struct Choice: Sendable, Hashable {
    var text: String
    var toolCalls: [JSONValue] = []
    var finish: String?
    /// Natural logarithms over the answer's tokens; nil where the provider told none.
    var logMean: Double?
    var logMin: Double?
    var logSum: Double?
  }

  var choices: [Choice]
  var inputTokens: Int?
  var outputTokens: Int?

  init(_ generation: Generation) {
    choices = generation.choices.map { choice in
      var made = Choice(text: choice.text, toolCalls: choice.toolCalls, finish: choice.finish?.rawValue)
      let logs = choice.tokens.compactMap(\.logProbability)
      if !logs.isEmpty {
        let sum = logs.reduce(0, +)
        (made.logSum, made.logMean, made.logMin) = (sum, sum / Double(logs.count), logs.min())
      }
      return made
    }
    inputTokens = generation.usage?.input
    outputTokens = generation.usage?.output
  }

  /// Several answers of one each, as if they had been asked for at once.
  init(joining answers: [RowAnswer]) {
    choices = answers.flatMap(\.choices)
    func total(_ key: KeyPath<RowAnswer, Int?>) -> Int? {
      let known = answers.compactMap { $0[keyPath: key] }
      return known.count == answers.count ? known.reduce(0, +) : nil
    }
    inputTokens = total(\.inputTokens)
    outputTokens = total(\.outputTokens)
  }

  /// nil for what this version did not write.
  init?(json: JSONValue) {
    guard let list = json["choices"]?.array else { return nil }
    choices = []
    for item in list {
      guard let text = item["text"]?.string else { return nil }
      choices.append(
        Choice(
          text: text, toolCalls: item["tool_calls"]?.array ?? [], finish: item["finish"]?.string,
          logMean: item["log_mean"]?.double, logMin: item["log_min"]?.double, logSum: item["log_sum"]?.double))
    }
    inputTokens = json["input_tokens"]?.int.flatMap { Int(exactly: $0) }
    outputTokens = json["output_tokens"]?.int.flatMap { Int(exactly: $0) }
  }

  var json: JSONValue {
    var object: [String: JSONValue] = [
      "choices": .array(
        choices.map { choice in
          var item: [String: JSONValue] = ["text": .string(choice.text)]
          if !choice.toolCalls.isEmpty { item["tool_calls"] = .array(choice.toolCalls) }
          item["finish"] = choice.finish.map { .string($0) }
          item["log_mean"] = choice.logMean.map { .double($0) }
          item["log_min"] = choice.logMin.map { .double($0) }
          item["log_sum"] = choice.logSum.map { .double($0) }
          return .object(item)
        })
    ]
    object["input_tokens"] = inputTokens.map { .int(Int64($0)) }
    object["output_tokens"] = outputTokens.map { .int(Int64($0)) }
    return .object(object)
  }
}

/// How a row ended.
struct RowResult: Sendable {
  var answer: RowAnswer?
  var error: PluginError?
  var calls = 0
  var isCached = false
}

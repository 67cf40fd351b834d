// Token counts and log-probabilities in the server's shapes.
import JSONValue
import PluginKit

extension TokenUsage {
  init?(openAI json: JSONValue?) {
    guard let json, let input = json["prompt_tokens"]?.int.flatMap({ Int(exactly: $0) }) else { return nil }
    let output = json["completion_tokens"]?.int.flatMap { Int(exactly: $0) } ?? 0
    let cached = json["prompt_tokens_details"]?["cached_tokens"]?.int.flatMap { Int(exactly: $0) }
    self.init(input: input, output: output, cached: cached)
  }
}

extension TokenLogProbability {
  /// {"content": [{"token", "logprob", "top_logprobs"}]} of chats, or {"tokens", "token_logprobs", "top_logprobs"} of
  /// completions.
  static func list(openAI json: JSONValue?) -> [TokenLogProbability] {
    guard let json, !json.isNull else { return [] }
    if let content = json["content"]?.array {
      return content.map { item in
        TokenLogProbability(
          item["token"]?.string ?? "", id: item["id"]?.int.flatMap { Int(exactly: $0) },
          logProbability: item["logprob"]?.double,
          top: (item["top_logprobs"]?.array ?? []).compactMap { other in
            other["logprob"]?.double.map { Alternative(token: other["token"]?.string ?? "", logProbability: $0) }
          })
      }
    }
    let logs = json["token_logprobs"]?.array ?? []
    let tops = json["top_logprobs"]?.array ?? []
    return (json["tokens"]?.array ?? []).enumerated().map { index, token in
      let alternatives = (tops.indices.contains(index) ? tops[index].object : nil) ?? [:]
      return TokenLogProbability(
        token.string ?? "", logProbability: logs.indices.contains(index) ? logs[index].double : nil,
        top: alternatives.compactMap { name, value in
          value.double.map { Alternative(token: name, logProbability: $0) }
        }.sorted { ($1.logProbability, $0.token) < ($0.logProbability, $1.token) })
    }
  }
}

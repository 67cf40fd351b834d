// How likely the model finds a prompt: the prompt echoed with its tokens' log-probabilities.
import JSONValue
import PluginKit

struct PromptScores {
  private let prompt: String
  private let continuation: String
  private let request: GenerateRequest

  init(_ request: GenerateRequest) throws {
    guard let prompt = request.prompt else {
      throw GenerateRequest.unsupported(
        request.continuation == nil ? "prompt_logprobs" : "continuation", "chats are not scored; give a raw prompt")
    }
    self.request = request
    self.prompt = prompt
    continuation = request.continuation ?? ""
  }

  func tell(_ answer: JSONValue, to events: EventSink) throws {
    let choice = answer["choices"]?[0] ?? [:]
    let told = choice["logprobs"]
    let tokens = TokenLogProbability.list(openAI: told)
    guard choice["text"]?.string?.hasPrefix(prompt + continuation) ?? false, !tokens.isEmpty,
      told?["tokens"] != nil
    else {
      throw GenerateRequest.unsupported(
        "prompt_logprobs", "the server does not echo the prompt with its log-probabilities")
    }
    let starts = Self.starts(tokens, told?["text_offset"]?.array)
    let promptEnd = prompt.unicodeScalars.count
    let whole = promptEnd + continuation.unicodeScalars.count
    var scored: [TokenLogProbability] = []
    var generated: [TokenLogProbability] = []
    for (index, token) in tokens.enumerated() {
      let end = index + 1 < starts.count ? starts[index + 1] : starts[index] + token.token.unicodeScalars.count
      guard starts[index] < whole else {
        generated.append(token)
        continue
      }
      var marked = token
      // A token over the border belongs to the continuation: without it, it would be another.
      marked.isContinuation = !continuation.isEmpty && end > promptEnd
      marked.isGreedy = token.logProbability.flatMap { log in token.top.first.map { log >= $0.logProbability } }
      if request.topLogProbabilities == 0 { marked.top = [] }
      scored.append(marked)
    }
    try events.emit(.promptLogProbabilities(scored))
    let text = String((choice["text"]?.string ?? "").dropFirst((prompt + continuation).count))
    if !text.isEmpty, (request.maxTokens ?? 0) > 0 {
      try events.emit(.text(text))
      if request.wantsLogProbabilities { try events.emit(.logProbabilities(generated)) }
    }
    if let usage = TokenUsage(openAI: answer["usage"]) { try events.emit(.usage(usage)) }
    try events.emit(.finish(choice["finish_reason"]?.string == "stop" ? .stop : .length))
  }

  /// Where each token begins, in code points.
  private static func starts(_ tokens: [TokenLogProbability], _ offsets: [JSONValue]?) -> [Int] {
    if let offsets, offsets.count == tokens.count {
      let known = offsets.compactMap { $0.int.flatMap { Int(exactly: $0) } }
      if known.count == tokens.count { return known.map { $0 - known[0] } }
    }
    var place = 0
    return tokens.map { token in
      defer { place += token.token.unicodeScalars.count }
      return place
    }
  }
}

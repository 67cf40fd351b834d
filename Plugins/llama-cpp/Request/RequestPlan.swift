// A request, checked and split into tokens before it waits for its turn.
import CLlama
import JSONValue
import PluginKit

/// Everything the engine needs to know of a request.
struct RequestPlan {
  struct Adapter: Hashable, Sendable {
    var path: String
    /// Tells a file from one that took its name later.
    var identity: [Int64]
    var scale: Float
  }

  struct Sampling {
    var temperature: Float = 0
    var topP: Float = 1
    var minP: Float = 0
    var topK: Int32 = 0
    var seed: UInt32 = 0
    var grammar: String?
  }

  var tokens: [Int32]
  /// Where the continuation begins, the number of tokens where there is none.
  var continuationStart: Int
  /// The first token whose log-probability is wanted, nil for none.
  var scoredFrom: Int?
  var maxTokens: Int
  var choices: Int
  var sampling: Sampling
  var stop: [String]
  var wantsScores: Bool
  var top: Int
  var adapter: Adapter?

  /// Places in the cache that one answer may come to need.
  var room: Int { tokens.count + maxTokens }
}

/// Makes plans for one model.
struct RequestPlanner: Sendable {
  let model: ServedModel
  let context: Int
  let defaultMaxTokens: Int
  let template: Result<ChatTemplate, any Error>?
  let adapters: AdapterFiles

  func plan(_ request: GenerateRequest) throws -> RequestPlan {
    try refuse(request)
    let (tokens, start) = try tokens(of: request)
    var plan = RequestPlan(
      tokens: tokens, continuationStart: start, maxTokens: try maxTokens(request, promptTokens: tokens.count),
      choices: request.choices, sampling: try sampling(request), stop: request.stop,
      wantsScores: request.wantsLogProbabilities || request.topLogProbabilities > 0, top: request.topLogProbabilities,
      adapter: try adapters.adapter(for: request.adapter))
    plan.scoredFrom = request.wantsPromptLogProbabilities ? 0 : request.continuation.map { _ in start }
    return plan
  }

  private func refuse(_ request: GenerateRequest) throws {
    if !request.tools.isEmpty {
      throw GenerateRequest.unsupported(
        "tools", "describe the functions in a message and constrain the answer with \"format\" instead")
    }
    if let key = request.options.keys.sorted().first {
      throw GenerateRequest.unsupported("options/\(key)", "it has none")
    }
    if request.continuation != nil, request.maxTokens ?? 0 > 0 {
      throw GenerateRequest.unsupported(
        "max_tokens", "after a continuation that is scored nothing is generated; send 0")
    }
    func inside(_ key: String, _ isRight: Bool, _ words: String) throws {
      if !isRight { throw GrammarText.wrong("/\(key)", "\"\(key)\" has to be \(words)") }
    }
    try inside("temperature", (0...100).contains(request.temperature ?? 0), "from 0 to 100")
    try inside("top_p", (0...1).contains(request.topP ?? 1) && request.topP != 0, "above 0 and at most 1")
    try inside("min_p", (0...1).contains(request.minP ?? 0), "from 0 to 1")
    try inside("top_k", (0...Int(Int32.max)).contains(request.topK ?? 0), "0 or more")
    try inside("max_tokens", request.maxTokens ?? 0 >= 0, "0 or more")
    try inside("n", (1...64).contains(request.choices), "from 1 to 64")
    try inside("top_logprobs", (0...100).contains(request.topLogProbabilities), "from 0 to 100")
    try inside(
      "stop", request.stop.allSatisfy { !$0.isEmpty } && request.stop.count <= 64, "at most 64 texts, none empty")
  }

  /// The prompt's text.
  func text(of request: GenerateRequest) throws -> String {
    if let prompt = request.prompt { return prompt }
    guard let template else {
      throw PluginError(
        .unsupported,
        "the model brings no chat template. Send \"prompt\" instead of \"messages\", or set "
          + "\"chat_template\".", details: ["path": "/messages"])
    }
    return try template.get().text(of: request.messages ?? [])
  }

  /// Prompt and continuation are split together, as lm-evaluation-harness does: a token may reach over the border, and
  /// blanks at the prompt's end belong to what follows.
  private func tokens(of request: GenerateRequest) throws -> (tokens: [Int32], continuationStart: Int) {
    var text = try text(of: request)
    guard let continuation = request.continuation else {
      let tokens = try model.tokens(of: text)
      guard !tokens.isEmpty else { throw GrammarText.wrong("/prompt", "the prompt is empty: it has no tokens") }
      return (tokens, tokens.count)
    }
    guard !continuation.isEmpty else { throw GrammarText.wrong("/continuation", "the continuation is empty") }
    let blanks = String(text.reversed().prefix { $0.isWhitespace }.reversed())
    text.removeLast(blanks.count)
    let before = try model.tokens(of: text)
    let all = try model.tokens(of: text + blanks + continuation)
    // With nothing before it, the first token follows the model's own beginning.
    if before.isEmpty {
      let first = cllama_bos(model.handle) >= 0 ? cllama_bos(model.handle) : cllama_eos(model.handle)
      guard first >= 0 else {
        throw GrammarText.wrong("/prompt", "the prompt is empty, and the model has no first token")
      }
      return ([first] + all, 1)
    }
    guard all.count > before.count else {
      throw GrammarText.wrong("/continuation", "the continuation adds no token of its own to the prompt")
    }
    return (all, before.count)
  }

  private func maxTokens(_ request: GenerateRequest, promptTokens: Int) throws -> Int {
    let wanted = request.maxTokens ?? (request.continuation == nil ? nil : 0)
    let free = context - promptTokens
    guard free >= (wanted == 0 ? 0 : 1), wanted ?? 1 <= max(free, 1) else {
      let more = wanted.map { " and \($0) more are wanted" } ?? ""
      throw PluginError(
        .data,
        "the prompt has \(promptTokens) tokens\(more); the context holds \(context). Shorten the prompt or \"max_tokens\", "
          + "or raise \"context\" of the model (it was trained with \(model.facts.trained_context)).",
        details: [
          "path": request.messages == nil ? "/prompt" : "/messages", "prompt_tokens": .int(Int64(promptTokens)),
          "max_tokens": wanted.map { .int(Int64($0)) } ?? .null, "context": .int(Int64(context)),
        ])
    }
    return wanted ?? min(defaultMaxTokens, free)
  }

  private func sampling(_ request: GenerateRequest) throws -> RequestPlan.Sampling {
    RequestPlan.Sampling(
      temperature: Float(request.temperature ?? 0), topP: Float(request.topP ?? 1), minP: Float(request.minP ?? 0),
      topK: Int32(clamping: request.topK ?? 0),
      seed: request.seed.map { UInt32(truncatingIfNeeded: $0) } ?? UInt32.random(in: 0..<UInt32.max),
      grammar: try GrammarText.of(request.format))
  }
}

// One answer in the making: a sequence of the context.
import CLlama
import PluginKit

/// Belongs to the computing thread.
final class Generating {
  let ticket: Ticket
  let choice: Int
  /// Its number in the context, while it has one.
  var slot: Int32 = -1
  private let model: ServedModel
  private let sampler: OpaquePointer?
  private var text: AnswerText
  /// Tokens whose keys and values lie in the cache.
  private var done = 0
  private var answered = 0
  private var last: Int32?
  private var promptScores: [TokenLogProbability] = []
  private(set) var isEnded = false

  /// Throws `PluginError(.invalidArgument)` where the grammar is none.
  init(_ ticket: Ticket, choice: Int, model: ServedModel) throws {
    self.ticket = ticket
    self.choice = choice
    self.model = model
    let plan = ticket.plan
    text = AnswerText(stops: plan.stop)
    sampler = plan.maxTokens == 0 ? nil : try Self.sampler(plan.sampling, choice, model)
    if plan.scoredFrom == 0 {
      promptScores.append(
        TokenLogProbability(model.spelling(plan.tokens[0]), id: Int(plan.tokens[0]), logProbability: nil))
    }
  }

  deinit { if let sampler { cllama_sampler_close(sampler) } }

  private static func sampler(
    _ sampling: RequestPlan.Sampling, _ choice: Int, _ model: ServedModel
  ) throws -> OpaquePointer {
    func open(_ grammar: UnsafePointer<CChar>?) -> OpaquePointer? {
      cllama_sampler_open(
        model.handle,
        cllama_sampling(
          temperature: sampling.temperature, top_p: sampling.topP, min_p: sampling.minP, top_k: sampling.topK,
          seed: sampling.seed &+ UInt32(choice), grammar: grammar))
    }
    guard let sampler = sampling.grammar.map({ text in text.withCString { open($0) } }) ?? open(nil) else {
      throw GrammarText.wrong(
        "/format/gbnf",
        "the grammar is no GBNF with a rule \"root\"; the run's log has llama.cpp's words at debug level")
    }
    return sampler
  }

  // ---- before a batch

  /// Adds what it wants computed: a token, or the next part of the prompt within both bounds.
  func add(to items: inout [cllama_item], limit: Int, outputs: inout Int) {
    let tokens = ticket.plan.tokens
    if let last {
      guard outputs > 0, limit > 0 else { return }
      outputs -= 1
      items.append(cllama_item(token: last, position: Int32(done), sequence: slot, wanted: true))
      done += 1
      return
    }
    let end = min(tokens.count, done + limit)
    while done < end {
      let isWanted = wants(done)
      if isWanted {
        guard outputs > 0 else { return }
        outputs -= 1
      }
      items.append(cllama_item(token: tokens[done], position: Int32(done), sequence: slot, wanted: isWanted))
      done += 1
    }
  }

  /// The logits after the token at this place of the prompt are needed.
  private func wants(_ index: Int) -> Bool {
    let plan = ticket.plan
    if index == plan.tokens.count - 1 { return plan.maxTokens > 0 }
    return plan.scoredFrom.map { index + 1 >= $0 } ?? false
  }

  /// With nothing to score and nothing to generate, it ends with its prompt.
  var isPrompted: Bool { done >= ticket.plan.tokens.count }

  // ---- after a batch

  /// Takes the logits of one of its items.
  func take(_ item: Int, position: Int, in context: OpaquePointer) throws {
    let plan = ticket.plan
    if position < plan.tokens.count - 1 { return try score(item, position + 1, in: context) }
    if position == plan.tokens.count - 1 { tellPrompt() }
    try sample(item, in: context)
  }

  private func score(_ item: Int, _ index: Int, in context: OpaquePointer) throws {
    let plan = ticket.plan
    let token = plan.tokens[index]
    var (value, likeliest) = try scored(token, item, context)
    value.isContinuation = index >= plan.continuationStart
    value.isGreedy = likeliest == token
    promptScores.append(value)
  }

  /// When the whole prompt went through.
  func tellPrompt() {
    guard ticket.plan.scoredFrom != nil, !promptScores.isEmpty else { return }
    ticket.tell(.promptLogProbabilities(promptScores), choice: choice)
    promptScores = []
  }

  private func sample(_ item: Int, in context: OpaquePointer) throws {
    guard let sampler else { return }
    let token = cllama_sample(sampler, context, Int32(item))
    switch token {
    case CLLAMA_DEAD_END:
      throw PluginError(.data, "the grammar allows no token of this model after \(answered) tokens of the answer")
    case CLLAMA_NO_NUMBERS: throw Self.noNumbers
    default: break
    }
    answered += 1
    if model.isEnd(token) { return end(.stop) }
    let score = ticket.plan.wantsScores ? try scored(token, item, context).value : nil
    tell(text.add(model.piece(token), score))
    last = token
    if text.isStopped { return end(.stop) }
    if answered >= ticket.plan.maxTokens { end(.length) }
  }

  private func scored(
    _ token: Int32, _ item: Int, _ context: OpaquePointer
  ) throws -> (value: TokenLogProbability, likeliest: Int32) {
    let count = min(ticket.plan.top, Int(model.facts.vocabulary))
    var score = cllama_score()
    var top = [Int32](repeating: 0, count: count)
    var topScores = [Double](repeating: 0, count: count)
    guard cllama_score_token(context, Int32(item), token, &score, &top, &topScores, Int32(count)) else {
      throw Self.noNumbers
    }
    let alternatives = zip(top, topScores).map {
      TokenLogProbability.Alternative(token: model.spelling($0), logProbability: $1)
    }
    return (
      TokenLogProbability(
        model.spelling(token), id: Int(token), logProbability: score.log_probability, top: alternatives),
      score.likeliest
    )
  }

  private static var noNumbers: PluginError {
    PluginError(.data, "the model computes no finite numbers here: its file is damaged, or its adapter does not fit")
  }

  func end(_ reason: FinishReason) {
    tell(text.finish())
    isEnded = true
    ticket.finish(reason, choice: choice, tokens: answered)
  }

  private func tell(_ piece: AnswerText.Piece?) {
    guard let piece else { return }
    if !piece.text.isEmpty { ticket.tell(.text(piece.text), choice: choice) }
    if !piece.scores.isEmpty { ticket.tell(.logProbabilities(piece.scores), choice: choice) }
  }
}

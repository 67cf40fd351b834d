// What has to be asked of models: the answer's log-probabilities, samples, entailment, a verdict.
import JSONValue
import ModelCalls
import PluginKit
import Synchronization

/// Any thread. A row that a model cannot take (too long, refused content) lacks the signal; a model that cannot be reached
/// ends the run.
final class ModelAnswers: Sendable {
  private let configuration: TrustConfiguration
  private let model: AskedModel
  private let judge: AskedModel
  private let nli: AskedModel
  private let troubles = Mutex<[String: Int]>([:])
  private let cannotScore = Mutex<String?>(nil)

  init(_ configuration: TrustConfiguration, _ run: Run) {
    self.configuration = configuration
    model = AskedModel(run.model("model"))
    judge = AskedModel(run.model("judge"))
    nli = AskedModel(run.model("nli"))
  }

  /// How often each trouble took a signal from a row.
  var lost: [String: Int] { troubles.withLock { $0 } }
  /// Sentences about what the providers would not do.
  var notes: [String] {
    var notes: [String] = []
    if let why = cannotScore.withLock({ $0 }) { notes.append("The model cannot score a given answer: \(why).") }
    if model.refused.contains(.seed) { notes.append("The model takes no seed: samples differ from run to run.") }
    if model.refused.contains(.logprobs) { notes.append("The model tells no log-probabilities of its samples.") }
    if judge.refused.contains(.format) { notes.append("The judge keeps to no schema: its answers were read strictly.") }
    if nli.refused.contains(.format) {
      notes.append("The NLI model keeps to no schema: its answers were read strictly.")
    }
    return notes
  }

  private func attempt<T>(_ what: String, _ body: () throws -> T?) throws -> T? {
    do { return try body() } catch let error as PluginError {
      switch error.status {
      case .invalidArgument, .data:
        troubles.withLock { $0["\(what): \(error.message)", default: 0] += 1 }
        return nil
      default: throw error
      }
    }
  }

  private func lose(_ what: String) { troubles.withLock { $0[what, default: 0] += 1 } }

  private func request(_ row: AnswerRow) -> GenerateRequest? {
    row.question.map {
      GenerateRequest(user: configuration.prompt(question: $0, context: row.context), system: configuration.system)
    }
  }

  /// Log-probabilities of the answer's tokens after the prompt.
  func score(_ row: AnswerRow) throws -> [Double]? {
    guard cannotScore.withLock({ $0 }) == nil, let answer = row.answer, !answer.isEmpty, var request = request(row)
    else {
      return nil
    }
    request.maxTokens = 0
    request.continuation = answer
    request.wantsPromptLogProbabilities = true
    return try attempt("scoring the answer") {
      do {
        let tokens = try model.generate(request).promptTokens.filter(\.isContinuation)
        let values = tokens.compactMap(\.logProbability)
        return values.isEmpty || values.count < tokens.count ? nil : values
      } catch let error as PluginError where error.status == .unsupported {
        cannotScore.withLock { $0 = error.message }
        return nil
      }
    }
  }

  /// Texts, and log-probabilities where the model tells them.
  func sample(_ row: AnswerRow, number: Int) throws -> (texts: [String], logProbabilities: [[Double]]?)? {
    guard var request = request(row) else { return nil }
    let wanted = configuration.sampleCount
    request.maxTokens = configuration.max_tokens ?? 256
    request.temperature = configuration.temperature ?? 1
    request.wantsLogProbabilities = true
    request.choices = wanted
    return try attempt("sampling") {
      var choices: [Generation.Choice] = []
      while choices.count < wanted {
        // Each sample has a seed of its own, whether they come together or one by one.
        request.seed =
          Int(truncatingIfNeeded: configuration.seedNumber &+ UInt64(number * 1000 + choices.count)) & 0x7FFF_FFFF
        request.choices = wanted - choices.count
        let some = try model.generate(request, wishes: [.seed, .logprobs, .choices]).choices
        guard !some.isEmpty else {
          lose("sampling: the model gave no answer")
          return nil
        }
        choices += some
      }
      let logs = choices.map { $0.tokens.compactMap(\.logProbability) }
      return (choices.map(\.text), logs.allSatisfy { !$0.isEmpty } ? logs : nil)
    }
  }

  /// 1 for right, 0 for wrong, nil where the judge did not say either.
  func verdict(_ row: AnswerRow) throws -> Double? {
    guard let question = row.question, let answer = row.answer else { return nil }
    let texts = [question, answer] + (row.context.map { [$0] } ?? [])
    let quoted = QuotedText(texts)
    var parts = [
      "Decide whether the answer to the question is right. \(quoted.rule)", quoted.quote("question", question),
    ]
    if let context = row.context { parts.append(quoted.quote("context", context)) }
    parts.append(quoted.quote("answer", answer))
    parts.append("Reply with a JSON object and nothing else: {\"verdict\": \"right\"} or {\"verdict\": \"wrong\"}.")
    var request = GenerateRequest(user: parts.joined(separator: "\n\n"), maxTokens: 64)
    request.temperature = 0
    request.seed = Int(truncatingIfNeeded: configuration.seedNumber) & 0x7FFF_FFFF
    return try attempt("judging") {
      switch try word(judge, request, "verdict", ["right", "wrong"]) {
      case "right": return 1
      case "wrong": return 0
      default:
        lose("judging: the verdict could not be read")
        return nil
      }
    }
  }

  /// Discrete semantic entropy over the samples.
  func semanticEntropy(_ row: AnswerRow, _ samples: [String]) throws -> Double? {
    guard let question = row.question else { return nil }
    return try attempt("entailment") {
      try Clusters.sizes(samples.count) { one, other in
        if samples[one] == samples[other] { return true }
        guard let there = try entails(question, samples[one], samples[other]) else { return nil }
        guard there else { return false }
        return try entails(question, samples[other], samples[one])
      }.flatMap { Clusters.entropy($0) }
    }
  }

  private func entails(_ question: String, _ premise: String, _ hypothesis: String) throws -> Bool? {
    let quoted = QuotedText([question, premise, hypothesis])
    let text = [
      "Two answers to one question are given. Does the first entail the second? \(quoted.rule)",
      quoted.quote("question", question), quoted.quote("premise", premise), quoted.quote("hypothesis", hypothesis),
      "Reply with a JSON object and nothing else: {\"label\": L} with L one of \"entailment\", \"neutral\", \"contradiction\".",
    ].joined(separator: "\n\n")
    var request = GenerateRequest(user: text, maxTokens: 64)
    request.temperature = 0
    guard let label = try word(nli, request, "label", ["entailment", "neutral", "contradiction"]) else {
      lose("entailment: the label could not be read")
      return nil
    }
    return label == "entailment"
  }

  private func word(
    _ model: AskedModel, _ request: GenerateRequest, _ key: String, _ words: [String]
  ) throws -> String? {
    let schema: JSONValue = [
      "type": "object", "additionalProperties": false, "required": [.string(key)],
      "properties": .object([key: ["type": "string", "enum": .array(words.map { .string($0) })]]),
    ]
    let answer = try model.object(request, schema: schema).object
    guard let answer, answer.count == 1, let word = answer[key]?.string, words.contains(word) else { return nil }
    return word
  }
}

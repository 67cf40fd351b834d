// Log-likelihoods from the bound model.
import JSONValue
import ModelCalls
import PluginKit

/// What a model says of one text.
struct Likelihood: Sendable, Hashable {
  var logLikelihood: Double
  /// Tokens that have a probability.
  var tokens: Int
  /// Each of them was the likeliest at its place; nil where the provider does not say.
  var isGreedy: Bool?
}

struct ModelScores: Sendable {
  let model: ModelClient
  let parallel: Int
  let toleratesErrors: Bool
  private let acceptance = Acceptance()

  init(model: ModelClient, parallel: Int, toleratesErrors: Bool) {
    self.model = model
    self.parallel = parallel
    self.toleratesErrors = toleratesErrors
  }

  struct Question: Sendable {
    /// nil for a text on its own.
    var prompt: String?
    var text: String
    /// The row it belongs to, for error messages.
    var row: Int
  }

  /// One answer for each question, nil where the model refused it and that is tolerated.
  func answers(_ questions: [Question], _ run: Run, done: Int) throws -> [Likelihood?] {
    try Parallel.map(
      questions.count, width: parallel, run, done: { run.progress(UInt64(done + $0), "requests") },
      { index in
        try run.checkCancelled()
        return try tolerated(questions[index])
      })
  }

  private func tolerated(_ question: Question) throws -> Likelihood? {
    do { return try ask(question) } catch var error as PluginError {
      let isOfTheRow = [.invalidArgument, .data, .resource].contains(error.status)
      if toleratesErrors, isOfTheRow {
        try acceptance.refused(error)
        return nil
      }
      if isOfTheRow, error.details["row"] == nil { error.details["row"] = .int(Int64(question.row)) }
      throw error
    }
  }

  private func ask(_ question: Question) throws -> Likelihood {
    var request = GenerateRequest(prompt: question.prompt ?? question.text, maxTokens: 0)
    request.wantsPromptLogProbabilities = true
    if question.prompt != nil { request.continuation = question.text }
    let tokens = try model.generate(request).promptTokens
    acceptance.taken()
    let own = question.prompt == nil ? tokens : tokens.filter(\.isContinuation)
    // Only a text's own first token may lack a probability.
    let judged = question.prompt == nil && own.first?.logProbability == nil ? own.dropFirst() : own[...]
    guard !judged.isEmpty else {
      throw PluginError.data(
        "the model tells no log-probability for row \(question.row): the text has no token that another precedes",
        row: question.row)
    }
    var sum = 0.0
    for token in judged {
      guard let probability = token.logProbability else {
        throw PluginError(
          .unsupported, "the model leaves out the log-probability of the token '\(token.token)' in row \(question.row)")
      }
      sum += probability
    }
    let greedy = judged.map(\.isGreedy)
    return Likelihood(
      logLikelihood: sum, tokens: judged.count, isGreedy: greedy.contains(nil) ? nil : greedy.allSatisfy { $0 == true })
  }
}

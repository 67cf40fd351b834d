// One row's request: from the cache, or from the model with further attempts.
import JSONValue
import PluginKit
import Synchronization

/// Any thread.
final class Asking: Sendable {
  private let model: ModelClient
  private let run: Run
  private let store: (any AnswerStore)?
  /// What the answers depend on beside the request.
  private let document: String
  private let attempts: Attempts
  private let isOver = Atomic(false)
  /// The provider gives one answer a request.
  private let answersSingly = Atomic(false)

  init(_ model: ModelClient, _ run: Run, _ store: (any AnswerStore)?, _ attempts: Attempts) throws {
    self.model = model
    self.run = run
    self.store = store
    self.attempts = attempts
    document = store == nil ? "" : ModelIdentity.text(try model.description())
  }

  /// What is under way is not needed any more.
  func stop() { isOver.store(true, ordering: .relaxed) }

  private var wantsNoMore: Bool { isOver.load(ordering: .relaxed) || run.isCancelled }

  func result(of request: GenerateRequest) -> RowResult {
    do {
      let digest = store.map { _ in ContentDigest(of: "generate/1\n\(document)\n\(request.json.text)") }
      if let digest, let kept = try store?.find(digest).flatMap(RowAnswer.init(json:)) {
        return RowResult(answer: kept, isCached: true)
      }
      let (answer, calls) = try attempts(run, isOver: { self.wantsNoMore }) { try self.ask(request) }
      if let digest { try store?.keep(answer.json, digest) }
      return RowResult(answer: answer, calls: calls)
    } catch { return RowResult(error: Self.placed(PluginError(wrapping: error)), calls: 1) }
  }

  /// A place in the request is one in this stage's form, by another name at times; one in the model's own configuration is
  /// none of this stage's.
  private static func placed(_ error: PluginError) -> PluginError {
    var error = error
    let key = error.details["path"]?.string.map { String($0.dropFirst()) }
    error.details["path"] = error.status == .unsupported ? key.flatMap(field).map { .string("/\($0)") } : nil
    return error
  }

  private static func field(_ key: String) -> String? {
    switch key {
    case "n": "samples"
    case "logprobs": "log_probabilities"
    case "prompt", "messages", "max_tokens", "temperature", "top_p", "top_k", "min_p", "seed", "stop", "tools",
      "format",
      "adapter", "options":
      key
    default: nil
    }
  }

  private func ask(_ request: GenerateRequest) throws -> RowAnswer {
    if request.choices > 1, answersSingly.load(ordering: .relaxed) { return try askSingly(request) }
    do { return try askOnce(request) } catch let error as PluginError {
      guard request.choices > 1, error.status == .unsupported, error.details["path"] == "/n" else { throw error }
      if !answersSingly.exchange(true, ordering: .relaxed) {
        run.log(.info, "the provider gives one answer a request: each sample is asked for by itself")
      }
      return try askSingly(request)
    }
  }

  /// Each sample with a seed of its own, made from the request's.
  private func askSingly(_ request: GenerateRequest) throws -> RowAnswer {
    RowAnswer(
      joining: try (0..<request.choices).map { index in
        var single = request
        single.choices = 1
        if let seed = request.seed { single.seed = ContentDigest(of: "\(seed)/\(index)").seed }
        return try askOnce(single)
      })
  }

  private func askOnce(_ request: GenerateRequest) throws -> RowAnswer {
    let generation = try model.generate(request) { _, _ in !self.wantsNoMore }
    guard generation.choices.count == request.choices else {
      throw PluginError(
        .internal, "the provider gave \(generation.choices.count) answers where \(request.choices) were asked for")
    }
    guard generation.choices.allSatisfy({ $0.finish != nil }) else {
      throw PluginError(.internal, "the provider did not say why its answer ended", retryable: true)
    }
    return RowAnswer(generation)
  }
}

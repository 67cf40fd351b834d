// The real library, the real SmolLM2, and one loaded instance that several tests share.
import Foundation
import JSONValue
import PluginKit
import PluginTesting
import TestSupport
import Testing

@testable import LlamaCppPlugin

/// All tests that compute with a model, one after another: threads of ggml wait by spinning, and on a busy machine several
/// models at once are slower by far more than their number.
@Suite(.serialized) enum LlamaCpp {}

enum LocalModel {
  /// Builds the library where that has not been done.
  private static let library = Result {
    let made = try RunningProgram(
      "/bin/sh", ["\(Products.sources)/Scripts/setup-llama.sh"], environment: ProcessInfo.processInfo.environment
    ).finish(within: 1800)
    guard made.code == 0 else { throw ServedHost.Unexpected("setup-llama.sh failed: \(made.errors)") }
  }

  /// SmolLM2-135M-Instruct, with the library in place.
  static func path() throws -> String {
    try library.get()
    return try ProviderPeers.model.get()
  }

  /// A bench of its own with a loaded model.
  static func loaded(_ config: [String: JSONValue] = [:]) throws -> Loaded {
    let bench = PluginBench(plugin)
    bench.meta["threads"] = 1
    let instance = try bench.instance(
      "model", .object(config.merging(["path": .string(path()), "context": 1024]) { own, _ in own }))
    try instance.load()
    return Loaded(bench: bench, model: instance)
  }

  struct Loaded: Sendable {
    let bench: PluginBench
    let model: BenchInstance

    func ask(_ request: GenerateRequest) throws -> Answer { try Answer(model.generate(request)) }
  }

  private static let one = Result { try loaded() }
  static func shared() throws -> Loaded { try one.get() }
}

/// The events of an answer, gathered.
struct Answer: Equatable {
  var texts: [String] = []
  var tokens: [TokenLogProbability] = []
  var prompt: [TokenLogProbability] = []
  var usage: TokenUsage?
  var finish: FinishReason?

  var text: String { texts.joined() }

  init(_ events: [ModelEvent]) {
    for event in events {
      switch event {
      case .text(let text): texts.append(text)
      case .logProbabilities(let more): tokens += more
      case .promptLogProbabilities(let more): prompt += more
      case .usage(let value): usage = value
      case .finish(let reason): finish = reason
      default: break
      }
    }
  }
}

extension GenerateRequest {
  /// One line for a request with some keys set.
  static func with(_ prompt: String, maxTokens: Int? = nil, _ change: (inout GenerateRequest) -> Void = { _ in })
    -> Self
  {
    var request = GenerateRequest(prompt: prompt, maxTokens: maxTokens)
    change(&request)
    return request
  }
}

/// The error that a body throws.
func failure(_ body: () throws -> Void) -> PluginError? {
  do {
    try body()
    return nil
  } catch { return error as? PluginError }
}

// Examples/llm.yaml, small: from prompts to a registered model that answers, through real workers, PyTorch and llama.cpp.
import Foundation
import JSONValue
import Model
import TestSupport
import Testing

@Suite(
  .enabled(
    if: TunedModel.isInstalled, "setup-llama.sh, setup-smollm2.sh, setup-bfcl.sh and setup-training.sh make it run"))
struct TunedModelTests {
  @Test func `a model is tuned, judged against its base, gated, registered, and answers from the registry`() throws {
    let host = TestHost()
    try host.enable([
      "local-files", "duckdb", "corpus", "llama-cpp", "hf-finetune", "generate", "text-metrics", "comparison",
      "release",
    ])
    let document = try host.document(try TunedModel.document())
    let arguments = [
      "run", document, "--json", "--param", "data=\(try TunedModel.prompts())", "--param",
      "base=\(try #require(TunedModel.base))", "--param", "steps=2",
    ]
    let result = try RunResult(try host.start(arguments).finish(within: 900))
    #expect(result.status == .succeeded, "\(result.problem.map { "\($0.node ?? ""): \($0.detail)" } ?? "")")
    #expect(result.node("tune")?.metrics?["loss"] != nil)
    #expect(result.node("tuned_scores")?.report?["metrics"]?.array?.isEmpty == false)
    #expect(result.report.outputs.contains { $0["model"] == "function-caller" })
    let shown = try host.ote("models", "show", "function-caller@candidate")
    #expect(shown.output.contains("gguf-lora"))
    #expect(shown.output.contains("hf-finetune 1.0.0"))
    let chat = try host.ote("models", "chat", "function-caller@candidate", "--prompt", "hello", "--max-tokens", "8")
    #expect(chat.code == 0, "\(chat.errors)")
  }
}

extension TunedModelTests {
  @Test func `a model that its provider cannot load is not registered, unless nobody is to try`() throws {
    let host = TestHost()
    try host.enable(["llama-cpp"])
    let whole = try Data(contentsOf: URL(fileURLWithPath: try #require(TunedModel.base)))
    let cut = "\(host.folder.path)/cut.gguf"
    try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: cut))
    let refused = try host.ote("models", "add", "small", cut, "--use", "llama-cpp/model")
    #expect(refused.code == 1 && refused.errors.contains("OTE-3012"), "\(refused.errors)")
    #expect(refused.errors.contains("cut.gguf"))
    #expect(try host.ote("models", "show", "small").errors.contains("OTE-4008"))
    #expect(try host.ote("models", "add", "small", cut, "--use", "llama-cpp/model", "--no-check").code == 0)
    let added = try host.ote("models", "add", "small", try #require(TunedModel.base), "--use", "llama-cpp/model")
    #expect(added.code == 0 && added.output.contains("small@2") && added.errors.contains("llama-cpp/model loads it"))
  }
}

/// What the example needs, made small.
enum TunedModel {
  /// Of SmolLM2, where the set-up has put it.
  static let base = SetUp.smolLM2

  static let isInstalled = SetUp.hasSmolLM2 && SetUp.trainer != nil && (try? prompts()) != nil

  static func prompts() throws -> String {
    let versions = try FileManager.default.contentsOfDirectory(atPath: "\(SetUp.cache)/bfcl")
      .filter { !$0.hasSuffix(".new") }
    return "\(SetUp.cache)/bfcl/\(try #require(versions.first))"
  }

  /// The example with a few rows of each part, short answers, and a rule that any model keeps.
  static func document() throws -> String {
    var text = try String(contentsOfFile: "\(Products.sources)/Examples/llm.yaml", encoding: .utf8)
    for (part, limit) in [("train", 12), ("validation", 4), ("test", 4)] {
      let whole = "split = '\(part)' ORDER BY id"
      #expect(text.contains(whole))
      text = text.replacingOccurrences(of: whole, with: "\(whole) LIMIT \(limit)")
    }
    for (whole, small) in [("max_tokens: 100", "max_tokens: 12"), ("at_least: 0.05", "at_least: -1")] {
      #expect(text.contains(whole))
      text = text.replacingOccurrences(of: whole, with: small)
    }
    return text
  }
}

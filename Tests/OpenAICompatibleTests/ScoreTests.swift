// Log-probabilities of prompts by echo, embeddings, lists and choices.
import JSONValue
import PluginKit
import PluginTesting
import Testing

@testable import OpenAICompatiblePlugin

@Suite struct ScoreTests {
  @Test func `a prompt is scored by its echo, and the continuation is marked`() throws {
    var request = GenerateRequest(prompt: "abcdefgh", maxTokens: 0)
    request.continuation = "ijkl"
    request.wantsPromptLogProbabilities = true
    let events = try Hostile.model("echo").model.generate(request)
    #expect(
      events == [
        .promptLogProbabilities([
          .init("abcd", logProbability: nil), .init("efgh", logProbability: -1.5, isGreedy: true),
          .init("ijkl", logProbability: -1.5, isContinuation: true, isGreedy: false),
        ]), .usage(TokenUsage(input: 3, output: 0)), .finish(.length),
      ])
    let body = try #require(try Hostile.seen("echo").last?["body"])
    #expect(body["echo"] == true && body["max_tokens"] == 0 && body["logprobs"] == 1 && body["stream"] == nil)
  }

  @Test func `a token over the border counts as the continuation's, code points are counted`() throws {
    var request = GenerateRequest(prompt: "ä👩‍🚀x", maxTokens: 2)
    request.continuation = "yz"
    request.wantsPromptLogProbabilities = true
    request.wantsLogProbabilities = true
    let events = try Hostile.model("echo").model.generate(request)
    guard case .promptLogProbabilities(let tokens) = events[0] else { throw PluginError(.internal, "\(events)") }
    #expect(tokens.map(\.token) == ["ä👩‍🚀", "xyz "] && tokens.map(\.isContinuation) == [false, true])
    #expect(events.text == " more")
  }

  @Test func `a server that does not echo is told as one that cannot`() throws {
    var request = GenerateRequest(prompt: "abc", maxTokens: 0)
    request.wantsPromptLogProbabilities = true
    let error = try failure { try Hostile.model("whole").model.generate(request) }
    #expect(error.status == .unsupported && error.details["path"] == "/prompt_logprobs")
  }

  private func texts(_ texts: [String?]) throws -> BatchList {
    try BatchList([Field("text", .utf8)], rows: texts.map { [$0.map { .string($0) } ?? .null] })
  }

  @Test func `embeddings keep the order of the texts, whatever order they come in`() throws {
    let (bench, model) = try Hostile.model("embed", ["embedding_batch": 2, "dimensions": 2])
    let rows = try model.embed(try texts(["a", "bbb", "cc"])).readRows()
    #expect(rows.map { $0["embedding"] } == [[1.0, 1.0], [3.0, 1.0], [2.0, 1.0]])
    let bodies = try Hostile.seen("embed").map { $0["body"]?["input"] }
    #expect(bodies == [["a", "bbb"], ["cc"]])
    #expect(bench.seen.metrics["input_tokens"] == 15)
  }

  @Test(arguments: [("embed-short", "gave 1 embeddings for 2 texts"), ("embed-text", "holds what is no number")])
  func `vectors that cannot be are refused`(_ mode: String, _ words: String) throws {
    let (bench, model) = try Hostile.model(mode)
    let error = try failure {
      try withExtendedLifetime(bench) { _ = try model.embed(try texts(["a", "b"])).readRows() }
    }
    #expect(error.status == .io && error.message.contains(words))
  }

  @Test func `a null text is the row's error`() throws {
    let (bench, model) = try Hostile.model("embed")
    let error = try failure {
      try withExtendedLifetime(bench) { _ = try model.embed(try texts(["a", nil])).readRows() }
    }
    #expect(error.status == .data && error.details["row"] == 1)
  }

  @Test func `models are listed, offered as choices and looked for by the test button`() throws {
    let (_, model) = try Hostile.model("plain", ["model": "m-small"])
    #expect(try model.models().map { $0["id"] } == ["m-small", "m-large"])
    #expect(try model.models()[0]["context_length"] == 4096)
    #expect(try model.options("/model", "LARGE")["choices"]?.array?.map { $0["value"] } == ["m-large"])
    #expect(try model.check() == ["ok": true, "message": "it answers; 'm-small' is there"])
    let other = try failure { _ = try Hostile.model("plain").model.check() }
    #expect(other.status == .notFound && other.details["path"] == "/model")
    let denied = try failure { _ = try Hostile.model("unauthorized").model.check() }
    #expect(denied.status == .authentication && !denied.message.contains(Hostile.secret))
  }

  @Test func `every example is a usable configuration`() throws {
    let component = plugin.descriptor["components"]?[0]
    let properties = component?["config"]?["properties"]?.object ?? [:]
    for example in component?["examples"]?.array ?? [] {
      let config = try #require(example["config"])
      #expect(config.object?.keys.allSatisfy { properties[$0] != nil } == true)
      _ = try PluginBench(plugin).instance("model", config)
    }
  }
}

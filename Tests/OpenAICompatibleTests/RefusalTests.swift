// What the server refuses, what is refused here, and what is tried again.
import JSONValue
import PluginKit
import PluginTesting
import Testing

@testable import OpenAICompatiblePlugin

@Suite struct RefusalTests {
  private let hello = GenerateRequest(user: "hello", maxTokens: 5)

  @Test(arguments: [
    ("unauthorized", PluginError.Status.authentication, false, "[key]"), ("denied", .denied, false, "not for you"),
    ("missing", .notFound, false, "does not exist"), ("context", .data, false, "maximum context length"),
    ("filtered", .data, false, "against the rules"), ("quota", .resource, false, "exceeded your current quota"),
    ("storm", .resource, true, "slow down"), ("down", .io, true, "loading the model"),
  ]) func `a refusal is told with its meaning, its words and the next step, and never with the key`(
    _ mode: String, _ status: PluginError.Status, _ retryable: Bool, _ words: String
  ) throws {
    let (bench, model) = try Hostile.model(mode, ["attempts": 2])
    let error = try failure { try model.generate(hello) }
    #expect(error.status == status && error.retryable == retryable && error.message.contains(words), "\(error)")
    #expect(error.details["http_status"] != nil)
    let told = "\(error.message) \(JSONValue.object(error.details).text) \(bench.seen.logs)"
    #expect(!told.contains(Hostile.secret))
    if status != .io { #expect(error.details["next"] != nil) }
  }

  @Test(arguments: ["busy-twice", "broken-once", "refused-once"]) func `what passes is asked again`(_ mode: String)
    throws
  {
    let (bench, model) = try Hostile.model(mode)
    #expect(try model.generate(hello).text == "Hällo 🌍!")
    #expect(bench.seen.logs.contains { $0.contains("next attempt in") })
  }

  @Test func `a storm ends after as many attempts as are allowed`() throws {
    let before = try Hostile.seen("storm").count
    _ = try failure { try Hostile.model("storm", ["attempts": 3]).model.generate(hello) }
    #expect(try Hostile.seen("storm").count >= before + 3)
  }

  @Test func `a server that asks for more patience than there is gets no further request, and who asked is told`()
    throws
  {
    let error = try failure { try Hostile.model("patience").model.generate(hello) }
    #expect(error.details["retry_after"]?.double == 86400 && error.retryable)
    #expect(try Hostile.seen("patience").count == 1)
  }

  @Test func `waiting for the next attempt ends with the run`() throws {
    let (bench, model) = try Hostile.model("storm", ["attempts": 20])
    bench.cancel(afterProgress: 1)
    #expect(try failure { try model.generate(hello) }.status == .cancelled)
  }

  @Test(
    arguments: [
      ("top_k", ["messages": [["role": "user", "content": "a"]], "top_k": 5]),
      ("min_p", ["prompt": "a", "min_p": 0.1]), ("adapter", ["prompt": "a", "adapter": ["path": "/a"]]),
      ("format", ["prompt": "a", "format": ["type": "json"]]),
      (
        "format",
        ["messages": [["role": "user", "content": "a"]], "format": ["type": "grammar", "gbnf": "root ::= \"a\""]]
      ),
      ("tools", ["prompt": "a", "tools": [["name": "f"]]]),
      ("prompt_logprobs", ["messages": [["role": "user", "content": "a"]], "prompt_logprobs": true]),
      ("continuation", ["messages": [["role": "user", "content": "a"]], "continuation": "b"]),
      ("prompt_logprobs", ["prompt": "a", "prompt_logprobs": true, "n": 2]),
    ] as [(String, JSONValue)]) func `a key that the interface does not have is refused before anything is sent`(
      _ key: String, _ request: JSONValue
    ) throws
  {
    let (_, model) = try Hostile.model("nothing-is-sent")
    let error = try failure { try model.generate(try GenerateRequest(json: request)) }
    #expect(error.status == .unsupported && error.details["path"] == .string("/\(key)"), "\(error)")
    #expect(try Hostile.seen("nothing-is-sent").isEmpty)
  }

  @Test(
    arguments: [
      (["base_url": "ftp://x"], "/base_url"), (["base_url": "https://u:p@x/v1"], "/base_url"),
      (["headers": ["Authorization": "Bearer x"]], "/headers"), (["limits": ["spend_per_run": 1]], "/prices"),
      (["api_key": "sk-in-the-open"], "/api_key"),
    ] as [(JSONValue, String)]) func `a configuration that cannot be is refused with its place`(
      _ config: JSONValue, _ path: String
    ) throws
  {
    let error = try failure { _ = try PluginBench(plugin).instance("model", config) }
    #expect(error.status == .configuration && error.details["path"] == .string(path))
    #expect(!error.message.contains("sk-in-the-open"))
  }

  @Test func `nobody listening is told with what to do`() throws {
    let (_, model) = try Hostile.model("x", ["base_url": "http://127.0.0.1:9/v1", "attempts": 1])
    let error = try failure { try model.generate(hello) }
    #expect(error.status == .io && error.retryable && error.details["next"] != nil)
  }

  @Test func `a secret that nobody has is said before anything is sent`() throws {
    let (bench, model) = try Hostile.model("nothing-is-sent-either")
    bench.secrets = [:]
    #expect(try failure { try model.generate(hello) }.status == .notFound)
    #expect(try Hostile.seen("nothing-is-sent-either").isEmpty)
  }
}

// Requests, answers, refusals of the Messages API.
import JSONValue
import PluginKit
import PluginTesting
import Testing

@testable import AnthropicPlugin

@Suite struct MessageTests {
  private let hello = GenerateRequest(user: "hello", maxTokens: 5)

  @Test func `text comes as it is, then usage with the cache, then the end`() throws {
    let (bench, model) = try StandIn.model("plain")
    #expect(
      try model.generate(hello) == [
        .text("Hällo "), .text("🌍!"), .usage(TokenUsage(input: 60, output: 7, cached: 30)), .finish(.stop),
      ])
    #expect(bench.seen.metrics["input_tokens"] == 60 && bench.seen.metrics["output_tokens"] == 7)
  }

  @Test func `a conversation with tools reaches the API in its own shape`() throws {
    let (_, model) = try StandIn.model("shape", ["betas": ["a", "b"], "body": ["tool_choice": ["type": "any"]]])
    var request = GenerateRequest(
      messages: [
        ["role": "system", "content": "Be brief."], ["role": "user", "content": "Weather?"],
        [
          "role": "assistant", "content": "", "tool_calls": [["id": "1", "name": "w", "arguments": ["c": "P"]]],
        ], ["role": "tool", "tool_call_id": "1", "content": "sunny"], ["role": "user", "content": "And?"],
      ], maxTokens: 50)
    request.tools = [["name": "w", "description": "weather", "parameters": ["type": "object"]]]
    request.stop = ["END"]
    request.format = ["type": "json_schema", "schema": ["type": "object"]]
    try model.generate(request)
    let seen = try StandIn.seen("shape")[0]
    #expect(seen["headers"]?["authorization"] == .string("Bearer \(StandIn.secret)"))
    #expect(seen["headers"]?["anthropic-version"] == "2026-10-21" && seen["headers"]?["anthropic-beta"] == "a,b")
    let wanted: JSONValue = [
      "model": "claude-test", "max_tokens": 50, "stream": true, "system": "Be brief.",
      "stop_sequences": ["END"], "tool_choice": ["type": "any"],
      "tools": [["name": "w", "description": "weather", "input_schema": ["type": "object"]]],
      "output_config": ["format": ["type": "json_schema", "schema": ["type": "object"]]],
      "messages": [
        ["role": "user", "content": [["type": "text", "text": "Weather?"]]],
        ["role": "assistant", "content": [["type": "tool_use", "id": "1", "name": "w", "input": ["c": "P"]]]],
        [
          "role": "user",
          "content": [
            ["type": "tool_result", "tool_use_id": "1", "content": "sunny"], ["type": "text", "text": "And?"],
          ],
        ],
      ],
    ]
    #expect(seen["body"] == wanted)
  }

  @Test func `the version before takes its settings and its header`() throws {
    let (_, model) = try StandIn.model("old", ["version": "2023-06-01"])
    var request = hello
    request.temperature = 0
    request.topP = 0.5
    request.topK = 3
    #expect(try model.generate(request).last == .finish(.stop))
    let seen = try StandIn.seen("old")[0]
    #expect(seen["body"]?["temperature"] == 0 && seen["body"]?["top_p"] == 0.5 && seen["body"]?["top_k"] == 3)
    #expect(seen["headers"]?["x-api-key"] == .string(StandIn.secret) && seen["headers"]?["authorization"] == nil)
  }

  @Test func `thinking is asked for and told apart`() throws {
    let (_, model) = try StandIn.model("thinks", ["max_tokens": 4096, "thinking_tokens": 2048])
    #expect(
      try model.generate(GenerateRequest(user: "hello")) == [
        .reasoning("Hmm, "), .reasoning("yes."), .text("Yes."), .usage(TokenUsage(input: 60, output: 7, cached: 30)),
        .finish(.stop),
      ])
    let body = try #require(try StandIn.seen("thinks").last { $0["body"]?["thinking"] != nil }?["body"])
    #expect(body["thinking"] == ["type": "enabled", "budget_tokens": 2048] && body["max_tokens"] == 4096)
    let error = try failure { try model.generate(hello) }
    #expect(error.status == .invalidArgument && error.details["path"] == "/max_tokens")
  }

  @Test func `what the API may learn yet is passed over`() throws {
    let events = try StandIn.model("new-things").model.generate(hello)
    #expect(events.first == .text("Yes.") && events.last == .finish(.stop))
  }

  @Test func `a call that was cut is left out, one that is no JSON is an error`() throws {
    #expect(try StandIn.model("cut-call").model.generate(hello).last == .finish(.length))
    let error = try failure { try StandIn.model("bad-call").model.generate(hello) }
    #expect(error.status == .data && error.message.contains("'weather'"))
  }

  @Test func `tokens are counted by the API`() throws {
    #expect(try StandIn.model("plain").model.countTokens(hello) > 0)
  }

  @Test func `models are listed over pages and offered, an alias is found by its name`() throws {
    let (_, model) = try StandIn.model("plain")
    let models = try model.models()
    #expect(models.map { $0["id"] } == ["claude-a", "claude-b"] && models[0]["context_length"] == 200000)
    #expect(try model.options("/model", "B")["choices"]?.array?.map { $0["title"] } == ["Claude B"])
    #expect(try StandIn.model("plain", ["model": "claude-latest"]).model.check()["ok"] == true)
    #expect(try failure { _ = try model.check() }.status == .notFound)
  }

  @Test(arguments: [
    ("overloaded", PluginError.Status.io, true, "Overloaded"), ("busy", .resource, true, "Too many requests"),
    ("broken", .io, true, "Internal server error"), ("denied", .denied, false, "not for you"),
    ("missing", .notFound, false, "claude-none"), ("long", .data, false, "prompt is too long"),
    ("poor", .resource, false, "credit balance"), ("large", .data, false, "maximum size"),
    ("page", .io, true, "Bad gateway"), ("no-end", .io, true, "without saying why"), ("cut", .io, true, "broke off"),
    ("no-json", .io, true, "no JSON"), ("error-inside", .io, true, "the worker died"),
    ("overloaded-inside", .io, true, "Overloaded"),
  ]) func `what goes wrong is told with its meaning and its words`(
    _ mode: String, _ status: PluginError.Status, _ retryable: Bool, _ words: String
  ) throws {
    let (_, model) = try StandIn.model(mode, ["attempts": 1])
    let error = try failure { try model.generate(hello) }
    #expect(error.status == status && error.retryable == retryable && error.message.contains(words), "\(error)")
  }

  @Test func `a wrong key is told without it`() throws {
    let (bench, model) = try StandIn.model("plain", key: "sk-ant-of-somebody-else")
    let error = try failure { try model.generate(hello) }
    #expect(error.status == .authentication && error.details["request_id"] == "req_1")
    #expect(!"\(error.message) \(error.details) \(bench.seen.logs)".contains("somebody"))
  }

  @Test(arguments: ["overloaded-once", "overloaded-inside-once"]) func `what passes is asked again`(_ mode: String)
    throws
  {
    #expect(try StandIn.model(mode).model.generate(hello).last == .finish(.stop))
    #expect(try StandIn.seen(mode).count == 2)
  }

  @Test(arguments: ["silent", "stalls"]) func `a server that says nothing for too long is left`(_ mode: String) throws {
    let (_, model) = try StandIn.model(
      mode, ["attempts": 1, "timeouts": ["first_token": 0.3, "between_tokens": 0.3]])
    let error = try failure { try model.generate(hello) }
    #expect(error.status == .timeout && error.retryable)
  }

  @Test(arguments: ["silent", "stalls"]) func `a server that says nothing is left as soon as nobody wants its answer`(
    _ mode: String
  ) throws {
    let (_, model) = try StandIn.model(mode)
    var asked = 0
    let error = try failure {
      try model.generate(
        hello,
        isWanted: {
          asked += 1
          return asked < 4
        })
    }
    #expect(error.status == .cancelled && asked == 4, "\(error) \(asked)")
  }

  @Test(arguments: ["silent", "stalls", "plain"]) func `a run that is cancelled ends the transfer`(_ mode: String)
    throws
  {
    let (bench, model) = try StandIn.model(mode)
    if mode == "silent" { bench.cancel(afterProgress: 1) }
    if mode == "plain" { bench.cancel() }
    let error = try failure {
      try model.generate(hello) { _, _ in
        bench.cancel()
        return true
      }
    }
    #expect(error.status == .cancelled)
  }

  @Test(
    arguments: [
      ("temperature", ["temperature": 0]), ("top_p", ["top_p": 0.5]), ("top_k", ["top_k": 3]),
      ("prompt", ["prompt": "a"]), ("n", ["n": 2]), ("seed", ["seed": 1]), ("min_p", ["min_p": 0.1]),
      ("logprobs", ["logprobs": true]), ("format", ["format": ["type": "json"]]),
      ("adapter", ["adapter": ["path": "/a"]]),
      ("continuation", ["continuation": "b"]), ("prompt_logprobs", ["prompt_logprobs": true]),
    ] as [(String, JSONValue)]) func `a key that the API does not have is refused before anything is sent`(
      _ key: String, _ more: JSONValue
    ) throws
  {
    var json: [String: JSONValue] = more["prompt"] == nil ? ["messages": [["role": "user", "content": "a"]]] : [:]
    json.merge(more.object ?? [:]) { $1 }
    let (_, model) = try StandIn.model("nothing-is-sent")
    let error = try failure { try model.generate(try GenerateRequest(json: .object(json))) }
    #expect(error.status == .unsupported && error.details["path"] == .string("/\(key)"))
    #expect(try StandIn.seen("nothing-is-sent").isEmpty)
  }

  @Test(
    arguments: [
      (["base_url": "https://x/v1"], "/base_url"), (["base_url": "file:///x"], "/base_url"),
      (["headers": ["X-Api-Key": "x"]], "/headers"),
      (["max_tokens": 1024, "thinking_tokens": 1024], "/thinking_tokens"),
      (["api_key": "sk-in-the-open"], "/api_key"), (["limits": ["spend_per_run": 1]], "/prices"),
    ] as [(JSONValue, String)]) func `a configuration that cannot be is refused with its place`(
      _ config: JSONValue, _ path: String
    ) throws
  {
    let error = try failure { _ = try PluginBench(plugin).instance("model", config) }
    #expect(error.status == .configuration && error.details["path"] == .string(path))
  }

  @Test func `without a key nothing is asked`() throws {
    let model = try PluginBench(plugin).instance("model", ["model": "claude-test"])
    let error = try failure { try model.generate(hello) }
    #expect(error.status == .configuration && error.details["path"] == "/api_key")
  }

  @Test func `a budget ends with the figures`() throws {
    let (_, model) = try StandIn.model("plain", ["limits": ["tokens_per_run": 80]])
    try model.generate(hello)
    let error = try failure { try model.generate(GenerateRequest(user: "hello", maxTokens: 20)) }
    #expect(error.status == .resource && error.message.contains("67 of 80 tokens are used"), "\(error)")
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

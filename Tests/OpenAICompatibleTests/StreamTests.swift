// Answers as they come: right ones, odd ones, broken ones.
import JSONValue
import PluginKit
import PluginTesting
import Testing

@testable import OpenAICompatiblePlugin

@Suite struct StreamTests {
  private let hello = GenerateRequest(user: "hello", maxTokens: 5)

  @Test func `text comes in whole code points, then usage, then the end`() throws {
    let (bench, model) = try Hostile.model("plain")
    let events = try model.generate(hello)
    #expect(
      events == [
        .text("Hällo 🌍"), .text("!"), .usage(TokenUsage(input: 12, output: 3, cached: 4)), .finish(.stop),
      ])
    #expect(bench.seen.metrics["input_tokens"] == 12 && bench.seen.metrics["output_tokens"] == 3)
  }

  @Test func `what is asked reaches the server in its own words`() throws {
    let (_, model) = try Hostile.model("words", ["organization": "org-1", "project": "p", "headers": ["X-A": "b"]])
    var request = GenerateRequest(
      messages: [
        ["role": "user", "content": "hi"],
        [
          "role": "assistant", "content": "", "tool_calls": [["id": "1", "name": "f", "arguments": ["a": 1]]],
        ], ["role": "tool", "tool_call_id": "1", "content": "2"],
      ], maxTokens: 5)
    request.temperature = 0
    request.seed = 7
    request.stop = ["x"]
    request.tools = [["name": "f", "parameters": ["type": "object"]]]
    request.format = ["type": "json_schema", "schema": ["type": "object"]]
    request.wantsLogProbabilities = true
    request.topLogProbabilities = 2
    request.options = ["reasoning_effort": "low"]
    try model.generate(request)
    let seen = try Hostile.seen("words")[0]
    #expect(seen["path"] == "/v1/chat/completions")
    #expect(seen["headers"]?["authorization"] == .string("Bearer \(Hostile.secret)"))
    #expect(seen["headers"]?["openai-organization"] == "org-1" && seen["headers"]?["x-a"] == "b")
    let call: JSONValue = ["id": "1", "type": "function", "function": ["name": "f", "arguments": #"{"a":1}"#]]
    let wanted: JSONValue = [
      "model": "m", "max_tokens": 5, "temperature": 0, "seed": 7, "stop": ["x"], "stream": true,
      "stream_options": ["include_usage": true], "logprobs": true, "top_logprobs": 2, "reasoning_effort": "low",
      "messages": [
        ["role": "user", "content": "hi"], ["role": "assistant", "content": "", "tool_calls": [call]],
        ["role": "tool", "tool_call_id": "1", "content": "2"],
      ],
      "tools": [["type": "function", "function": ["name": "f", "parameters": ["type": "object"]]]],
      "response_format": [
        "type": "json_schema", "json_schema": ["name": "answer", "strict": true, "schema": ["type": "object"]],
      ],
    ]
    #expect(seen["body"] == wanted)
  }

  @Test func `tool calls that come in pieces are told whole, in their order`() throws {
    var request = hello
    request.tools = [["name": "weather"], ["name": "time"]]
    #expect(
      try Hostile.model("tools").model.generate(request) == [
        .text("Let me see."),
        .toolCall(["id": "call_a", "name": "weather", "arguments": ["city": "Paris"]]),
        .toolCall(["id": "call_b", "name": "time", "arguments": [:]]),
        .usage(TokenUsage(input: 12, output: 3, cached: 4)), .finish(.toolCalls),
      ])
  }

  @Test func `a call whose arguments are no JSON is an error, one that was cut is left out`() throws {
    let error = try failure { try Hostile.model("bad-arguments").model.generate(hello) }
    #expect(error.status == .data && error.message.contains("'f'"))
    #expect(try Hostile.model("cut-arguments").model.generate(hello) == [.finish(.length)])
  }

  @Test func `thoughts are told apart from the answer`() throws {
    #expect(
      try Hostile.model("reasoning").model.generate(hello) == [.reasoning("Hmm."), .text("Yes."), .finish(.stop)])
  }

  @Test func `several answers keep their numbers`() throws {
    var request = hello
    request.choices = 2
    var choices: [Int: [ModelEvent]] = [:]
    try Hostile.model("several").model.generate(request) { event, choice in
      choices[choice, default: []].append(event)
      return true
    }
    #expect(choices == [0: [.text("a"), .finish(.length)], 1: [.text("b"), .finish(.stop)]])
  }

  @Test func `a server that does not stream is understood all the same`() throws {
    let events = try Hostile.model("whole").model.generate(hello)
    #expect(events.text == "all at once" && events.last == .finish(.stop))
  }

  @Test func `a content filter is why an answer ended`() throws {
    #expect(try Hostile.model("filter-finish").model.generate(hello).last == .finish(.contentFilter))
  }

  @Test(arguments: [
    ("cut", PluginError.Status.io, "the answer broke off"), ("no-end", .io, "without saying why it ended"),
    ("no-json", .io, "an event that is no JSON"), ("no-json-first", .io, "an event that is no JSON"),
    ("too-many", .io, "numbers an answer 7"), ("html", .io, "neither a stream of events nor JSON"),
    ("error-inside", .io, "the worker died"),
  ]) func `a stream that breaks is an error with words`(
    _ mode: String, _ status: PluginError.Status, _ words: String
  ) throws {
    let (_, model) = try Hostile.model(mode, ["attempts": 1])
    let error = try failure { try model.generate(hello) }
    #expect(error.status == status && error.message.contains(words), "\(error)")
  }

  @Test func `nothing is asked again once a part of the answer is out`() throws {
    let error = try failure { try Hostile.model("cut").model.generate(hello) }
    #expect(error.retryable)
    let before = try Hostile.seen("cut").count
    _ = try failure { try Hostile.model("cut").model.generate(hello) }
    #expect(try Hostile.seen("cut").count == before + 1)
  }

  @Test(arguments: [
    ("silent", "did not begin to answer within 0.3 s"), ("only-comments", "did not begin to answer within 0.3 s"),
    ("stalls", "nothing for 0.3 s"),
  ]) func `a server that says nothing for too long is left`(_ mode: String, _ words: String) throws {
    let (_, model) = try Hostile.model(
      mode, ["attempts": 1, "timeouts": ["first_token": 0.3, "between_tokens": 0.3]])
    let error = try failure { try model.generate(hello) }
    #expect(error.status == .timeout && error.retryable && error.message.contains(words), "\(error)")
  }

  @Test(arguments: ["silent", "only-comments", "stalls"])
  func `a server that says nothing is left as soon as nobody wants its answer`(_ mode: String) throws {
    let (_, model) = try Hostile.model(mode)
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

  @Test func `a receiver that has had enough, and a run that is cancelled, end the transfer`() throws {
    let (_, model) = try Hostile.model("endless")
    var seen = 0
    let stopped = try failure {
      try model.generate(hello) { _, _ in
        seen += 1
        return seen < 5
      }
    }
    #expect(stopped.status == .cancelled && seen == 5)
    for mode in ["silent", "only-comments", "stalls", "endless"] {
      let (bench, model) = try Hostile.model(mode)
      let waits = mode == "silent" || mode == "only-comments"
      if waits { bench.cancel(afterProgress: 1) }
      let error = try failure {
        try model.generate(hello) { _, _ in
          bench.cancel()
          return true
        }
      }
      #expect(error.status == .cancelled, "\(mode)")
    }
  }
}

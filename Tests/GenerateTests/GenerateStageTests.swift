// From rows to requests to columns.
import JSONValue
import ModelCalls
import PluginKit
import PluginTesting
import Synchronization
import Testing

@testable import GeneratePlugin

@Suite struct GenerateStageTests {
  @Test func `answers come beside their rows, in order, with tokens and finish`() throws {
    let rows = try bench { $0.said.uppercased() }.generate(
      ["messages": [["role": "system", "content": "Shout."], ["role": "user", "content": "{{q}}"]]],
      try questions(["a", "b", "c"]))
    #expect(rows.map { $0["id"]?.int } == [0, 1, 2])
    #expect(rows.map { $0["text"]?.string } == ["A", "B", "C"])
    #expect(rows[0]["finish"] == "stop" && rows[0]["input_tokens"] == 10 && rows[0]["output_tokens"] == 2)
    #expect(rows[0]["error"] == .null)
  }

  @Test func `the schema is known before any row, and equal to what flows`() throws {
    let bench = bench { _ in "{}" }
    let config: JSONValue = [
      "prompt": "{{q}}", "prefix": "m_", "log_probabilities": true, "tools": [["name": "f"]],
      "columns": [["name": "x", "type": "integer"], ["name": "l", "type": "list<utf8>"]],
    ]
    let bound = try bench.instance("generate", config).bind([(name: "rows", schema: try questions([]).schema)])
    #expect(
      bound?[0].fields.map { "\($0.name): \($0.type)" } == [
        "id: int64", "q: utf8", "m_text: utf8", "m_finish: utf8", "m_tool_calls: utf8", "m_input_tokens: int64",
        "m_output_tokens: int64", "m_logprob_mean: float64", "m_logprob_min: float64", "m_logprob_sum: float64",
        "m_x: int64", "m_l: list<utf8>", "m_error: utf8",
      ])
    let row = try withExtendedLifetime(bench) {
      let stream = try bench.opened("generate", config, try questions(["a"]))
      #expect(stream.schema == bound?[0])
      return try stream.readRows()[0]
    }
    #expect(row["m_logprob_mean"] == -2.0 && row["m_logprob_min"] == -3.0 && row["m_logprob_sum"] == -4.0)
  }

  @Test func `several rows are asked at once and come back in order`() throws {
    let asked = Asked()
    let gate = Monitor(0)
    // The first four wait for each other, so that only four at once can get through.
    let bench = bench(asked) { request in
      gate.change { $0 += 1 }
      guard gate.wait(seconds: 20, until: { $0 >= 4 ? true : nil }) == true else {
        throw PluginError(.internal, "alone")
      }
      return "<\(request.said)>"
    }
    let texts = (0..<500).map { "row \($0)" }
    let rows = try bench.generate(["prompt": "{{q}}", "concurrency": 4], try questions(texts, batch: 130))
    #expect(rows.map { $0["text"]?.string } == texts.map { "<\($0)>" })
    #expect(asked.count == 500 && asked.mostAtOnce <= 4)
  }

  @Test func `what waits is bounded: the table is not read far ahead`() throws {
    let read = Mutex(0)
    let rows = try questions((0..<1000).map { "\($0)" })
    let single = GeneratedStream(schema: rows.schema) {
      let place = read.withLock { place in
        place += 1
        return place - 1
      }
      guard place < 1000 else { return nil }
      return try questions(["\(place)"]).next()
    }
    let bench = bench { $0.said }
    try withExtendedLifetime(bench) {
      let stream = try bench.opened("generate", ["prompt": "{{q}}", "concurrency": 2], single)
      _ = try stream.next()
      #expect(read.withLock { $0 } <= 9)
      stream.close()
    }
  }

  @Test func `every setting reaches the model`() throws {
    let asked = Asked()
    _ = try bench(asked) { _ in "" }.generate(
      [
        "prompt": "{{q}}", "max_tokens": 5, "temperature": 0.5, "top_p": 0.9, "top_k": 3, "min_p": 0.1, "stop": ["\n"],
        "format": ["type": "json"], "tools": [["name": "f"]], "options": ["x": 1], "adapter": ["path": "/a.gguf"],
        "log_probabilities": true,
      ], try questions(["hello"]))
    let wanted: JSONValue = [
      "prompt": "hello", "max_tokens": 5, "temperature": 0.5, "top_p": 0.9, "top_k": 3, "min_p": 0.1, "stop": ["\n"],
      "format": ["type": "json"], "tools": [["name": "f"]], "options": ["x": 1], "adapter": ["path": "/a.gguf"],
      "logprobs": true,
    ]
    #expect(asked.all[0].json == wanted)
  }

  @Test func `a row's seed comes from its content, not from its place`() throws {
    let (first, second) = (Asked(), Asked())
    let config: JSONValue = ["prompt": "{{q}}", "seed": 7]
    _ = try bench(first) { _ in "" }.generate(config, try questions(["a", "b", "a"]))
    _ = try bench(second) { _ in "" }.generate(config, try questions(["b", "a"]))
    func seeds(_ asked: Asked) -> [String: Set<Int?>] {
      Dictionary(asked.all.map { ($0.said, [$0.seed]) }, uniquingKeysWith: { $0.union($1) })
    }
    #expect(seeds(first) == seeds(second))
    #expect(seeds(first)["a"]?.count == 1 && seeds(first)["a"] != seeds(first)["b"])
    let third = Asked()
    _ = try bench(third) { _ in "" }.generate(["prompt": "{{q}}", "seed": 8], try questions(["a"]))
    #expect(seeds(third)["a"] != seeds(first)["a"])
  }

  @Test func `a column may hold the conversation, as text or as structs`() throws {
    let asked = Asked()
    let talk = Field(
      "talk", .list(Field("item", .structure([Field("role", .utf8), Field("content", .utf8), Field("extra", .utf8)]))))
    let rows = try BatchList(
      [talk], rows: [[[["role": "user", "content": "hi"], ["role": "assistant", "content": "yes"]]]])
    _ = try bench(asked) { _ in "" }.generate(["messages_column": "talk"], rows)
    #expect(asked.all[0].messages == [["role": "user", "content": "hi"], ["role": "assistant", "content": "yes"]])
    _ = try bench(asked) { _ in "" }.generate(
      ["messages_column": "q"], try questions([#"[{"role": "user", "content": "as text"}]"#]))
    #expect(asked.all[1].said == "as text")
  }

  @Test(arguments: [
    ("nothing", "'q' is no JSON list of messages: it holds \"nothing\""), ("[]", "'q' has no messages"),
    (#"[{"content": "x"}]"#, #"message 0 of 'q' has no role: {"content":"x"}"#),
    (#"[{"role": "boss", "content": "x"}]"#, "message 0 of 'q' has the unknown role 'boss'"),
    (#"[{"role": "user"}]"#, #"message 0 of 'q' has no text as its content: {"role":"user"}"#),
  ]) func `a conversation that is none is the row's error`(_ text: String, _ words: String) throws {
    let good = #"[{"role": "user", "content": "x"}]"#
    let error = try failure {
      _ = try bench { _ in "" }.generate(["messages_column": "q"], try questions([good, text]))
    }
    #expect(error.message == "row 1: \(words)" && error.details["row"] == 1 && error.status == .data)
  }

  @Test func `tools come from the row where a column has them, and calls go into columns`() throws {
    let bench = PluginBench(plugin)
    let asked = Asked()
    bench.models["model"] = .closure { request, sink in
      asked.note(request)
      try sink.emit(.toolCall(["id": "1", "name": "weather", "arguments": ["city": "Paris", "days": 3]]))
      try sink.emit(.finish(.toolCalls))
    }
    let rows = try bench.generate(
      [
        "prompt": "x", "tools_column": "q",
        "columns": [
          ["name": "city", "pointer": "/0/arguments/city", "from": "tool_calls"],
          ["name": "days", "pointer": "/0/arguments/days", "from": "tool_calls", "type": "integer"],
        ],
      ], try questions([#"[{"name": "weather"}]"#]))
    #expect(asked.all[0].tools == [["name": "weather"]])
    #expect(rows[0]["city"] == "Paris" && rows[0]["days"] == 3 && rows[0]["finish"] == "tool_calls")
    #expect(
      rows[0]["tool_calls"] == #"[{"arguments":{"city":"Paris","days":3},"id":"1","name":"weather"}]"#)
    #expect(rows[0]["input_tokens"] == .null && rows[0]["error"] == .null)
  }

  @Test func `samples are lists, and are asked one by one where the provider gives only one`() throws {
    let config: JSONValue = ["prompt": "{{q}}", "samples": 3, "seed": 1, "log_probabilities": true]
    let together = try bench { _ in "x" }.generate(config, try questions(["a"]))
    #expect(together[0]["text"] == ["x", "x", "x"] && together[0]["logprob_sum"] == [-4.0, -4.0, -4.0])
    let asked = Asked()
    let bench = bench(asked) { request in
      if request.choices > 1 { throw GenerateRequest.unsupported("n", "it gives one answer") }
      return "\(request.seed ?? 0)"
    }
    let rows = try bench.generate(config, try questions(["a", "b"]))
    let texts = (rows[0]["text"]?.array ?? []).compactMap(\.string)
    #expect(Set(texts).count == 3)
    #expect(rows[0]["input_tokens"] == 30 && rows[0]["output_tokens"] == 6)
    #expect(bench.seen.logs.count { $0.contains("one answer a request") } == 1)
  }

  @Test func `figures of the run are metrics`() throws {
    let bench = bench { $0.said == "bad" ? "no json" : #"{"x": 1}"# }
    _ = try bench.generate(
      ["prompt": "{{q}}", "columns": [["name": "x", "type": "integer"]]], try questions(["a", "bad", "c"]))
    let metrics = bench.seen.metrics
    #expect(metrics["rows"] == 3 && metrics["calls"] == 3 && metrics["rows_misfit"] == 1)
    #expect(metrics["input_tokens"] == 30 && metrics["output_tokens"] == 6 && metrics["rows_failed"] == 0)
    #expect(bench.seen.progress.last?.done == 3)
  }

  @Test func `an empty table is an empty table`() throws {
    let asked = Asked()
    #expect(try bench(asked) { _ in "" }.generate(["prompt": "{{q}}"], try questions([])).isEmpty)
    #expect(asked.count == 0)
  }
}

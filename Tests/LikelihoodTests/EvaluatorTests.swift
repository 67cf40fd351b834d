// The component `evaluate` with a model on the bench: what it asks, and what it makes of the answers.
import JSONValue
import PluginKit
import PluginTesting
import Synchronization
import Testing

@testable import LikelihoodPlugin

/// A model with a fixed rule: each character is a token of log-probability -1, digits of -0.5; capitals are not greedy.
private func score(_ request: GenerateRequest, _ events: EventSink) throws {
  guard request.maxTokens == 0, request.wantsPromptLogProbabilities, let prompt = request.prompt else {
    throw GenerateRequest.unsupported("max_tokens", "the test's model only scores")
  }
  func token(_ character: Character, _ isContinuation: Bool) -> TokenLogProbability {
    TokenLogProbability(
      String(character), logProbability: character.isNumber ? -0.5 : -1, isContinuation: isContinuation,
      isGreedy: !character.isUppercase)
  }
  var tokens = prompt.map { token($0, false) }
  if !tokens.isEmpty { tokens[0].logProbability = nil }
  tokens += (request.continuation ?? "").map { token($0, true) }
  try events.emit(.promptLogProbabilities(tokens))
  try events.emit(.finish(.length))
}

struct EvaluatorTests {
  static let fields = [
    Field("q", .utf8), Field("choices", .list(Field("item", .utf8))), Field("answer", .utf8), Field("kind", .utf8),
    Field("number", .int32), Field("given", .list(Field("item", .float64))),
  ]

  static let rows: [[JSONValue]] = [
    ["One? ", ["12345", "abc"], "A", "x", 0, [-1, -2]], ["Two?", ["abcd", "123"], "123", "x", 1, [-1, -2]],
    ["Three?", ["ab", "AB"], "1", "y", 1, [-1]], [nil, ["a", "b"], "a", "y", 0, nil],
    ["Five?", ["a", "b"], "C", "y", 7, [-1, -3]],
    ["Six?", ["a", nil], "a", "y", nil, [-1, -3]],
  ]

  static let choice: [String: JSONValue] = [
    "task": "multiple_choice", "prompt": "q", "choices": ["choices"], "answer": "answer",
  ]

  static func bench(_ model: @escaping (GenerateRequest, EventSink) throws -> Void = score) -> PluginBench {
    let bench = PluginBench(plugin)
    bench.models["model"] = .closure(model)
    bench.documents["model"] = ["name": "fixed"]
    return bench
  }

  static func evaluate(
    _ config: [String: JSONValue], _ rows: [[JSONValue]] = rows, bench: PluginBench = bench(), batch: Int = 4
  ) throws -> (report: JSONValue, rows: [[String: JSONValue]]) {
    let instance = try bench.instance("evaluate", .object(config))
    let bound = try instance.bindRows([("rows", Schema(fields))])
    let answer = try instance.evaluate([("rows", try BatchList(fields, rows: rows, batch: batch))])
    let stream = try #require(answer.rows)
    #expect(stream.schema.fields.map(\.name) == bound?.fields.map(\.name))
    return (answer.report, try stream.readRows())
  }

  static func metric(_ name: String, _ report: JSONValue) throws -> JSONValue {
    try #require(report["metrics"]?.array?.first { $0["name"]?.string == name })
  }

  @Test func `choices are scored behind the question and judged`() throws {
    let (report, rows) = try Self.evaluate(Self.choice)
    // Trailing white space of the question moves to the choice, before the delimiter.
    #expect(rows[0]["log_likelihoods"]?.array?.compactMap(\.double) == [-4.5, -5])
    #expect(rows[1]["log_likelihoods"]?.array?.compactMap(\.double) == [-5, -2.5])
    #expect(rows.map { $0["predicted"]?.int } == [0, 1, 0, nil, nil, nil])
    #expect(rows.map { $0["acc"]?.double } == [1, 1, 0, nil, nil, nil])
    #expect(try Self.metric("acc", report)["value"]?.double == 2.0 / 3)
    #expect(try Self.metric("acc_stderr", report)["value"]?.double != nil)
    #expect(try Self.metric("exact_match", report)["value"]?.double == 2.0 / 3)
    #expect(try Self.metric("missing", report)["value"] == 3)
  }

  @Test func `the right choice may be a number, from 0 or from 1`() throws {
    var config = Self.choice
    config["answer"] = "number"
    #expect(try Self.evaluate(config).rows.map { $0["acc"]?.double } == [1, 1, 0, nil, nil, nil])
    config["answer_from"] = 1
    #expect(try Self.evaluate(config).rows.map { $0["acc"]?.double } == [nil, 0, 1, nil, nil, nil])
  }

  @Test func `log-likelihoods that are there already need no model`() throws {
    var config = Self.choice
    config["prompt"] = nil
    config["log_likelihood"] = "given"
    let (report, rows) = try Self.evaluate(config, bench: PluginBench(plugin))
    #expect(rows.map { $0["acc"]?.double } == [1, 0, nil, nil, nil, nil])
    #expect(try Self.metric("exact_match", report)["value"] == .null)
    #expect(report["text"]?.string?.contains("not known") == true)
  }

  @Test func `perplexity counts tokens, words and bytes`() throws {
    let (report, rows) = try Self.evaluate(["task": "perplexity", "text": "q"])
    #expect(rows.map { $0["tokens"]?.int } == [4, 3, 5, nil, 4, 3])
    #expect(rows[1]["log_likelihood"]?.double == -3)
    #expect(
      try Self.metric("token_perplexity", report)["value"]?.double.map { abs($0 - 2.718281828459045) < 1e-12 } == true)
    #expect(try Self.metric("missing", report)["value"] == 1)
  }

  @Test func `so many requests run at once as the configuration says, and order is kept`() throws {
    let counts = Mutex((now: 0, most: 0))
    let gate = Mutex(0)
    let bench = Self.bench { request, events in
      counts.withLock {
        $0.now += 1
        $0.most = max($0.most, $0.now)
      }
      // Until three are here together, or all have come.
      let order = gate.withLock {
        $0 += 1
        return $0
      }
      while order <= 3, gate.withLock({ $0 }) < 3 {}
      try score(request, events)
      counts.withLock { $0.now -= 1 }
    }
    var config = Self.choice
    config["parallel"] = 3
    let many = (0..<30).map { row -> [JSONValue] in
      ["Q", [.string(String(repeating: "1", count: row % 5 + 1)), "zz"], "A", nil, nil, nil]
    }
    let rows = try Self.evaluate(config, many, bench: bench, batch: 10).rows
    #expect(counts.withLock { $0.most } == 3)
    let first: [Double?] = rows.map { $0["log_likelihoods"]?[0]?.double }
    let expected: [Double?] = (0..<30).map { (row: Int) -> Double? in -1 - 0.5 * Double(row % 5 + 1) }
    #expect(first == expected)
  }

  @Test func `a row that the model refuses stops the run, or is counted`() throws {
    let refuse = { (request: GenerateRequest, events: EventSink) throws in
      if request.prompt == "Two?" { throw PluginError(.invalidArgument, "9 tokens are more than the context of 8") }
      try score(request, events)
    }
    var config = Self.choice
    let error = #expect(throws: PluginError.self) { try Self.evaluate(config, bench: Self.bench(refuse)) }
    #expect(error?.details["row"] == 1)
    #expect(error?.message.contains("context of 8") == true)
    config["on_error"] = "missing"
    let (report, rows) = try Self.evaluate(config, bench: Self.bench(refuse))
    #expect(rows.map { $0["acc"]?.double } == [1, nil, 0, nil, nil, nil])
    #expect(try Self.metric("refused", report)["value"] == 1)
  }

  @Test func `a model that breaks down stops the run whatever is tolerated`() throws {
    var config = Self.choice
    config["on_error"] = "missing"
    let error = #expect(throws: PluginError.self) {
      try Self.evaluate(config, bench: Self.bench { _, _ in throw PluginError(.io, "the connection is gone") })
    }
    #expect(error?.status == .io)
  }

  @Test func `a model without log-probabilities is said to be unfit`() throws {
    for tokens in [[], [TokenLogProbability("x", logProbability: nil, isContinuation: true)]] {
      let error = #expect(throws: PluginError.self) {
        try Self.evaluate(
          Self.choice, bench: Self.bench { _, events in try events.emit(.promptLogProbabilities(tokens)) })
      }
      #expect(error?.message.contains("log-probability") == true)
    }
  }

  @Test func `without rows figures are null and the report says so`() throws {
    for config in [Self.choice, ["task": "perplexity", "text": "q"]] {
      let (report, rows) = try Self.evaluate(config, [])
      #expect(rows.isEmpty)
      #expect(report["metrics"]?[0]?["value"] == .null)
      #expect(report["text"]?.string?.contains("no figure") == true)
    }
  }

  @Test func `groups have their own figures`() throws {
    let config = Self.choice.merging(["group_by": "kind"]) { $1 }
    let table = try #require(try Self.evaluate(config).report["tables"]?[0]?["rows"]?.array)
    #expect(table.map { $0[0] } == ["x", "y"])
    #expect(table.map { $0[2]?.double } == [1, 0])
  }

  @Test(
    arguments: [
      ([:], "/task"), (["task": "perplexity"], "/text"), (["task": "perplexity", "text": "no"], "/text"),
      (["task": "multiple_choice", "choices": ["choices"], "answer": "answer"], "/prompt"),
      (["task": "multiple_choice", "prompt": "q", "answer": "answer"], "/choices"),
      (["task": "multiple_choice", "prompt": "q", "choices": ["choices"]], "/answer"),
      (["task": "multiple_choice", "prompt": "q", "choices": ["choices", "no"], "answer": "answer"], "/choices/1"),
      (
        ["task": "multiple_choice", "choices": ["choices"], "answer": "answer", "log_likelihood": "kind"],
        "/log_likelihood"
      ),
      (["task": "perplexity", "text": "q", "parallel": 0], "/parallel"),
    ] as [([String: JSONValue], String)])
  func `a wrong configuration is refused at its place`(_ config: [String: JSONValue], _ pointer: String) throws {
    let error = #expect(throws: PluginError.self) { try Self.evaluate(config) }
    #expect(error?.status == .configuration)
    if config["task"] != nil { #expect(error?.details["path"]?.string == pointer) }
  }

  @Test func `without a model and without log-likelihoods it says what is missing`() throws {
    let error = #expect(throws: PluginError.self) { try Self.evaluate(Self.choice, bench: PluginBench(plugin)) }
    #expect(error?.message.contains("connect a model") == true)
  }

  @Test func `it stops when the run is cancelled, wherever it is`() throws {
    let many = (0..<40).map { _ in Self.rows[0] }
    for count in [1, 20, 60] {
      let bench = Self.bench()
      bench.cancel(afterProgress: count)
      let error = #expect(throws: PluginError.self) { try Self.evaluate(Self.choice, many, bench: bench) }
      #expect(error?.status == .cancelled)
      // Requests that are on their way may still end.
      #expect(bench.seen.progress.count <= count + 5)
    }
  }

  @Test func `every example of the descriptor makes an instance`() throws {
    for example in LikelihoodEvaluator.descriptor.examples {
      _ = try PluginBench(plugin).instance("evaluate", example.config)
    }
  }
}

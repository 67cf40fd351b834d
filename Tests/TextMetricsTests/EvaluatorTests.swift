// The component `evaluate` as a host drives it.
import JSONValue
import PluginKit
import PluginTesting
import Testing

@testable import TextMetricsPlugin

struct EvaluatorTests {
  static let fields = [
    Field("id", .int64), Field("answer", .utf8), Field("expected", .utf8), Field("others", .list(Field("item", .utf8))),
    Field("kind", .utf8),
  ]

  static let rows: [[JSONValue]] = [
    [1, "Paris", "Paris", ["Paris, France"], "city"], [2, "the  Rome!", "Rome", nil, "city"],
    [3, nil, "Berlin", nil, "city"], [4, "{\"a\": 1}", "{\"a\":1.0}", [], "json"],
    [5, "blue", nil, ["red", "blue"], "colour"],
    [6, "green", nil, nil, nil],
  ]

  static func evaluate(
    _ config: JSONValue, _ rows: [[JSONValue]] = rows, bench: PluginBench = PluginBench(plugin), batch: Int = 2
  ) throws -> (report: JSONValue, rows: [[String: JSONValue]]) {
    let instance = try bench.instance("evaluate", config)
    let table = try BatchList(fields, rows: rows, batch: batch)
    let bound = try instance.bindRows([("table", Schema(fields))])
    let answer = try instance.evaluate([("table", table)])
    let stream = try #require(answer.rows)
    #expect(stream.schema.fields.map(\.name) == bound?.fields.map(\.name))
    return (answer.report, try stream.readRows())
  }

  static func scores(_ name: String, _ rows: [[String: JSONValue]]) -> [Double?] { rows.map { $0[name]?.double } }

  static func metric(_ name: String, _ report: JSONValue) throws -> JSONValue {
    try #require(report["metrics"]?.array?.first { $0["name"]?.string == name })
  }

  @Test func `each row keeps its columns and gets its scores`() throws {
    let config: JSONValue = [
      "prediction": "answer", "references": ["expected", "others"], "metrics": ["exact_match", "f1", "json_equal"],
    ]
    let (report, rows) = try Self.evaluate(config)
    #expect(rows.map { $0["id"] } == [1, 2, 3, 4, 5, 6])
    #expect(Self.scores("exact_match", rows) == [1, 0, nil, 0, 1, nil])
    #expect(Self.scores("f1", rows) == [1, 1, nil, 0, 1, nil])
    #expect(Self.scores("json_equal", rows) == [nil, nil, nil, 1, nil, nil])
    #expect(rows[0]["others"] == ["Paris, France"])
    let exact = try Self.metric("exact_match", report)
    #expect(exact["value"] == 0.5)
    #expect(exact["n"] == 4)
    #expect(exact["interval"]?[0]?.double != nil)
    #expect(try Self.metric("json_equal", report)["n"] == 1)
    #expect(try Self.metric("missing_predictions", report)["value"] == 1)
    #expect(try Self.metric("missing_references", report)["value"] == 1)
  }

  @Test func `a missing prediction counts as empty only if the configuration says so`() throws {
    var config: [String: JSONValue] = ["prediction": "answer", "references": ["expected"], "metrics": ["exact_match"]]
    #expect(try Self.metric("exact_match", Self.evaluate(.object(config)).report)["n"] == 3)
    config["missing"] = "empty"
    let (report, rows) = try Self.evaluate(.object(config))
    #expect(try Self.metric("exact_match", report)["n"] == 4)
    #expect(rows[2]["exact_match"]?.double == 0)
  }

  @Test func `without rows every figure is null and the report says why`() throws {
    let config: JSONValue = [
      "prediction": "answer", "references": ["expected"],
      "metrics": .array(MetricName.allCases.map { .string($0.rawValue) }), "json": ["schema": [:]],
      "regex": ["pattern": "a"],
    ]
    for rows in [[], [[1, nil, "x", nil, nil]]] as [[[JSONValue]]] {
      let (report, scored) = try Self.evaluate(config, rows)
      for name in MetricName.allCases { #expect(try Self.metric(name.rawValue, report)["value"] == .null) }
      #expect(report["text"]?.string?.contains("no figure") == true)
      #expect(scored.count == rows.count)
    }
  }

  @Test func `figures of groups are those of their rows, and clusters widen intervals`() throws {
    let many = (0..<120).map { row -> [JSONValue] in
      [.int(Int64(row)), row / 10 % 2 == 0 ? "yes" : "no", "yes", nil, .string("g\(row / 10)")]
    }
    let config: [String: JSONValue] = [
      "prediction": "answer", "references": ["expected"], "metrics": ["exact_match", "bleu"], "group_by": "kind",
    ]
    let (report, _) = try Self.evaluate(.object(config), many)
    let table = try #require(report["tables"]?[0]?["rows"]?.array)
    #expect(table.count == 12)
    #expect(table.allSatisfy { $0[1] == 10 })
    #expect(Set(table.compactMap { $0[2]?.double }) == [0, 1])
    func width(_ config: [String: JSONValue]) throws -> Double {
      let interval = try Self.metric("exact_match", try Self.evaluate(.object(config), many).report)["interval"]
      return (interval?[1]?.double ?? 0) - (interval?[0]?.double ?? 0)
    }
    #expect(try width(config.merging(["cluster": "kind"]) { $1 }) > 2 * width(config))
  }

  @Test func `the size of batches changes nothing`() throws {
    let config: JSONValue = [
      "prediction": "answer", "references": ["expected", "others"], "metrics": ["bleu", "chrf_pp", "ter", "rougeL"],
    ]
    let one = try Self.evaluate(config, batch: 1)
    let all = try Self.evaluate(config, batch: 100)
    #expect(one.report == all.report)
    #expect(one.rows == all.rows)
  }

  @Test(
    arguments: [
      (["references": ["expected"]], ""), (["prediction": "nothing", "references": ["expected"]], "/prediction"),
      (["prediction": "answer"], "/references"),
      (["prediction": "answer", "references": ["Expected"]], "/references/0"),
      (["prediction": "answer", "metrics": ["rouge3"]], "/metrics/0"),
      (["prediction": "answer", "metrics": []], "/metrics"),
      (["prediction": "answer", "metrics": ["json_valid", "json_valid"]], "/metrics"),
      (["prediction": "answer", "metrics": ["json_valid"], "group_by": "colour"], "/group_by"),
      (["prediction": "answer", "references": ["expected"], "bleu": ["tokenizer": "zh"]], "/bleu/tokenizer"),
      (["prediction": "answer", "references": ["expected"], "missing": "zero"], "/missing"),
    ] as [(JSONValue, String)])
  func `a wrong configuration is refused at its place`(_ config: JSONValue, _ pointer: String) throws {
    let error = #expect(throws: PluginError.self) { try Self.evaluate(config) }
    #expect(error?.status == .configuration)
    if !pointer.isEmpty { #expect(error?.details["path"]?.string == pointer) }
  }

  @Test func `a column that is there already is not hidden`() throws {
    let fields = [Field("answer", .utf8), Field("json_valid", .float64)]
    let instance = try PluginBench(plugin).instance("evaluate", ["prediction": "answer", "metrics": ["json_valid"]])
    let error = #expect(throws: PluginError.self) { try instance.bindRows([("table", Schema(fields))]) }
    #expect(error?.details["path"] == "/prefix")
  }

  @Test func `it stops at the first sign when the run is cancelled`() throws {
    let config: JSONValue = ["prediction": "answer", "references": ["expected"], "metrics": ["exact_match", "ter"]]
    let many = (0..<500).map { row -> [JSONValue] in [.int(Int64(row)), "a b c", "c b a", nil, nil] }
    for count in [1, 4, 9, 20] {
      let bench = PluginBench(plugin)
      bench.cancel(afterProgress: count)
      let error = #expect(throws: PluginError.self) { try Self.evaluate(config, many, bench: bench, batch: 50) }
      #expect(error?.status == .cancelled)
      #expect(bench.seen.progress.count <= count + 1)
    }
  }

  @Test func `a failing input is passed on as it is`() throws {
    let instance = try PluginBench(plugin).instance("evaluate", ["prediction": "answer", "metrics": ["json_valid"]])
    var count = 0
    let broken = GeneratedStream(schema: Schema(Self.fields)) {
      count += 1
      if count == 2 { throw PluginError.data("row 7 is cut off", file: "answers.jsonl", row: 7) }
      return try BatchList(Self.fields, rows: Self.rows).next()
    }
    let error = #expect(throws: PluginError.self) { try instance.evaluate([("table", broken)]) }
    #expect(error?.message.contains("row 7 is cut off") == true)
  }

  @Test func `numbers and bools are compared as tables show them`() throws {
    let fields = [Field("answer", .int64), Field("expected", .utf8)]
    let instance = try PluginBench(plugin).instance(
      "evaluate", ["prediction": "answer", "references": ["expected"], "metrics": ["exact_match"]])
    let rows = try instance.evaluate([("table", try BatchList(fields, rows: [[42, "42"], [7, "7.0"]]))]).rows?
      .readRows()
    #expect(Self.scores("exact_match", rows ?? []) == [1, 0])
  }

  @Test func `every example of the descriptor makes an instance`() throws {
    for example in TextMetricsEvaluator.descriptor.examples {
      _ = try PluginBench(plugin).instance("evaluate", example.config)
    }
  }
}

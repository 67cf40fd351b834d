// The component `evaluate` as a host drives it.
import JSONValue
import PluginKit
import PluginTesting
import Testing

@testable import ClassificationPlugin

struct EvaluatorTests {
  static let fields = [
    Field("label", .bool), Field("guess", .bool), Field("score", .float32), Field("kind", .utf8),
    Field("p", .float64), Field("q", .float64),
  ]
  static let rows: [[JSONValue]] = [
    [true, true, 0.9, "a", 0.9, 0.1], [true, false, 0.25, "a", 0.25, 0.75], [false, false, 0.125, "b", 0.125, 0.875],
    [nil, true, 0.5, "b", 0.5, 0.5], [true, nil, 0.75, "b", 0.75, 0.25], [false, true, nil, "b", nil, nil],
  ]

  static func evaluate(
    _ config: JSONValue, _ rows: [[JSONValue]] = rows, bench: PluginBench = PluginBench(plugin), batch: Int = 4
  ) throws -> (report: JSONValue, rows: [[String: JSONValue]]) {
    let instance = try bench.instance("evaluate", config)
    let bound = try instance.bindRows([("table", Schema(fields))])
    let answer = try instance.evaluate([("table", try BatchList(fields, rows: rows, batch: batch))])
    let stream = try #require(answer.rows)
    #expect(stream.schema.fields.map(\.name) == bound?.fields.map(\.name))
    return (answer.report, try stream.readRows())
  }

  static func metric(_ name: String, _ report: JSONValue) throws -> JSONValue {
    try #require(report["metrics"]?.array?.first { $0["name"]?.string == name })
  }

  @Test func `rows that lack something are counted and left out`() throws {
    let (report, rows) = try Self.evaluate(["label": "label", "prediction": "guess", "score": "score"])
    #expect(try Self.metric("accuracy", report)["n"] == 3)
    #expect(try Self.metric("missing_labels", report)["value"] == 1)
    #expect(try Self.metric("missing_predictions", report)["value"] == 2)
    #expect(rows.map { $0["correct"]?.bool } == [true, false, true, nil, nil, nil])
    #expect(try Self.metric("roc_auc", report)["value"] == 1)
    #expect(try Self.metric("precision", report)["value"] == 1)
  }

  @Test func `what a score or probabilities predict stands in the rows`() throws {
    let scored = try Self.evaluate(["label": "label", "score": "score", "threshold": 0.2]).rows
    #expect(scored.map { $0["predicted"]?.string } == ["positive", "positive", "not positive", nil, "positive", nil])
    let likely = try Self.evaluate(["label": "label", "probabilities": ["true": "p", "false": "q"]]).rows
    #expect(likely.map { $0["predicted"]?.string } == ["true", "false", "false", nil, "true", nil])
  }

  @Test func `without rows, or with one class, figures are null and the report says so`() throws {
    let config: JSONValue = ["label": "label", "score": "score"]
    let nothing = try Self.evaluate(config, []).report
    #expect(try Self.metric("accuracy", nothing)["value"] == .null)
    #expect(nothing["text"]?.string?.contains("no figure") == true)
    let one = try Self.evaluate(config, [Self.rows[0], Self.rows[1]]).report
    #expect(try Self.metric("roc_auc", one)["value"] == .null)
    #expect(try Self.metric("brier", one)["value"]?.double != nil)
    #expect(one["text"]?.string?.contains("Not defined for these rows") == true)
  }

  @Test func `scores that are no probabilities rank but have no calibration`() throws {
    let rows = Self.rows.map {
      [$0[0], $0[1], $0[2].double.map { .double($0 * 10 - 3) } ?? .null, $0[3], $0[4], $0[5]]
    }
    let report = try Self.evaluate(["label": "label", "score": "score"], rows).report
    #expect(try Self.metric("roc_auc", report)["value"]?.double != nil)
    for name in ["ece", "brier", "log_loss"] { #expect(try Self.metric(name, report)["value"] == .null) }
    #expect(report["text"]?.string?.contains("no probabilities") == true)
  }

  @Test func `a number that is no probability is the data's fault, with its row`() throws {
    let config: JSONValue = ["label": "label", "probabilities": ["true": "p", "false": "q"]]
    let error = #expect(throws: PluginError.self) {
      try Self.evaluate(config, [Self.rows[0], [true, nil, nil, nil, 1.5, 0]])
    }
    #expect(error?.status == .data)
    #expect(error?.details["row"] == 1)
  }

  @Test func `the report has its charts and groups with intervals`() throws {
    let many = (0..<80).map { Self.rows[$0 % 3] }
    let report = try Self.evaluate(["label": "label", "score": "score", "group_by": "kind", "cluster": "kind"], many)
      .report
    let charts = report["charts"]?.array?.compactMap { $0["type"]?.string }
    #expect(charts == ["heatmap", "line", "line", "reliability"])
    let groups = try #require(report["tables"]?.array?.first { $0["title"] == "By kind" })
    #expect(groups["rows"]?.array?.count == 2)
    #expect(groups["columns"]?.array?.count == groups["rows"]?[0]?.array?.count)
    #expect(try Self.metric("accuracy", report)["interval"]?[0]?.double != nil)
  }

  @Test(
    arguments: [
      (["label": "label"], "/prediction"), (["label": "nothing", "prediction": "guess"], "/label"),
      (["label": "label", "score": "kind"], "/score"),
      (["label": "label", "score": "score", "probabilities": ["a": "p", "b": "q"]], "/probabilities"),
      (["label": "label", "probabilities": ["a": "p"]], "/probabilities"),
      (["label": "label", "probabilities": ["a": "p", "b": "r"]], "/probabilities/b"),
      (["label": "label", "prediction": "guess", "bins": 0], "/bins"),
    ] as [(JSONValue, String)])
  func `a wrong configuration is refused at its place`(_ config: JSONValue, _ pointer: String) throws {
    let error = #expect(throws: PluginError.self) { try Self.evaluate(config) }
    #expect(error?.status == .configuration)
    #expect(error?.details["path"]?.string == pointer)
  }

  @Test func `it stops at the first sign when the run is cancelled`() throws {
    let many = (0..<300).map { Self.rows[$0 % 3] }
    for count in [1, 3, 7, 15] {
      let bench = PluginBench(plugin)
      bench.cancel(afterProgress: count)
      let error = #expect(throws: PluginError.self) {
        try Self.evaluate(["label": "label", "score": "score"], many, bench: bench, batch: 50)
      }
      #expect(error?.status == .cancelled)
      #expect(bench.seen.progress.count <= count + 1)
    }
  }

  @Test func `every example of the descriptor makes an instance`() throws {
    for example in ClassificationEvaluator.descriptor.examples {
      _ = try PluginBench(plugin).instance("evaluate", example.config)
    }
  }
}

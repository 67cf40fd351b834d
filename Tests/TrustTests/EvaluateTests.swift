// The evaluator over columns: what is reported, what abstains, what is refused.
import JSONValue
import PluginKit
import PluginTesting
import Testing

@testable import TrustPlugin

struct EvaluateTests {
  @Test func `figures come from the held-out rows, with intervals and how they were made`() throws {
    let result = try AnswersTable.evaluate(AnswersTable.rows(600))
    let auroc = try #require(result.report.metric("auroc"))
    #expect(try #require(auroc["value"]?.double) > 0.7)
    #expect(auroc["n"] == 120)
    let bounds = auroc["interval"]?.array?.compactMap { $0.double }
    let interval = try #require(bounds)
    #expect(interval[0] < auroc["value"]!.double! && auroc["value"]!.double! < interval[1])
    #expect(auroc["method"]?.string?.contains("seed 3") == true)
    for name in ["ece", "brier", "aurc", "coverage", "risk_among_answered", "threshold"] {
      #expect(result.report.value(name) != nil, "\(name)")
    }
    let types = result.report["charts"]?.array?.compactMap { $0["type"]?.string }
    #expect(types == ["reliability", "line"])
    let charts = result.report["charts"]?.array ?? []
    // A bin says how many rows it is of.
    let bins = charts[0]["series"]?[0]?["points"]?.array ?? []
    #expect(bins.compactMap { $0[2]?.double }.reduce(0, +) == 120)
    let lines = charts[1]["series"]?.array ?? []
    #expect(lines.compactMap { $0["name"]?.string } == ["held out", "allowed risk", "chosen threshold"])
    let coverage = try #require(result.report.value("coverage"))
    #expect(lines[2]["points"]?.array?.allSatisfy { $0[0]?.double == coverage } == true)
    #expect(
      result.report.table("Signals").map { $0[0].string } == [
        "token_logprob_mean", "token_logprob_min", "predictive_entropy", "selfcheck_ngram_mean", "selfcheck_ngram_max",
        "(intercept)",
      ])
    #expect(result.report.table("Labelled rows").map { $0[1].int } == [180, 180, 120, 0])
    #expect(result.report["text"]?.string?.contains("exchangeable") == true)
    #expect(result.findings[0]["passed"] == true)
    // What is compared is of one kind.
    let observed = try #require(result.findings[0]["observed"]?.double)
    let limit = try #require(result.findings[0]["limit"]?.double)
    #expect(observed > 0 && observed <= limit && result.findings[0]["unit"] == "share")
  }

  @Test func `rows come back with their own columns and what was found beside them`() throws {
    let bench = PluginBench(plugin)
    let evaluator = try bench.instance("evaluate", .object(AnswersTable.configuration))
    let bound = try #require(try evaluator.bindRows([(name: "rows", schema: Schema(AnswersTable.fields))]))
    let stream = try BatchList(AnswersTable.fields, rows: AnswersTable.rows(300), batch: 64)
    let result = try evaluator.evaluate([(name: "rows", stream: stream)])
    #expect(result.rows?.schema == bound)
    let rows = try #require(try result.rows?.readRows())
    #expect(rows.map { $0["id"]?.int } == (0..<300).map { Int64($0) })
    let threshold = try #require(result.report.value("threshold"))
    for row in rows {
      let score = try #require(row["trust_score"]?.double)
      #expect(row["trust_decision"]?.string == (score > threshold ? "answer" : "abstain"))
      #expect((0...1).contains(try #require(row["trust_probability"]?.double)))
    }
  }

  @Test func `the same seed gives the same report, another one another split`() throws {
    let rows = AnswersTable.rows(400)
    let first = try AnswersTable.evaluate(rows)
    #expect(try AnswersTable.evaluate(rows).report == first.report)
    var other = AnswersTable.configuration
    other["seed"] = 4
    #expect(try AnswersTable.evaluate(rows, other).report != first.report)
  }

  @Test func `a row that lacks a signal abstains and is counted`() throws {
    var rows = AnswersTable.rows(400)
    for index in [3, 4, 10] { rows[index][5] = .null }
    rows[11][5] = [-0.5, nil]
    let result = try AnswersTable.evaluate(rows)
    for index in [3, 4, 10, 11] {
      #expect(result.rows[index]["trust_decision"] == "abstain")
      #expect(result.rows[index]["trust_probability"] == .null)
      #expect(result.rows[index]["trust_score"] == .null)
      #expect(result.rows[index]["trust_missing"]?.string == "token_logprob_mean, token_logprob_min")
    }
    #expect(result.report.value("rows_lacking_a_signal") == 4)
    #expect(result.rows[0]["trust_missing"] == .null)
  }

  @Test func `without a split column the parts are drawn by the seed`() throws {
    var configuration = AnswersTable.configuration
    configuration["split"] = nil
    let report = try AnswersTable.evaluate(AnswersTable.rows(200), configuration).report
    #expect(report.table("Labelled rows").map { $0[1].int } == [80, 60, 60, 0])
  }

  @Test func `no held-out rows means missing figures, not zeros`() throws {
    let rows = AnswersTable.rows(300).filter { $0[4] != "test" }
    let report = try AnswersTable.evaluate(rows).report
    for name in ["auroc", "ece", "brier", "aurc", "coverage", "risk_among_answered"] {
      #expect(report.metric(name)?["value"] == .null, "\(name)")
    }
    #expect(report["text"]?.string?.contains("missing, not zero") == true)
    #expect(report.value("threshold") != nil)
  }

  @Test func `a risk that no threshold reaches is said, and nothing is answered`() throws {
    var configuration = AnswersTable.configuration
    configuration["risk"] = 0.001
    let result = try AnswersTable.evaluate(AnswersTable.rows(200), configuration)
    #expect(result.report.metric("threshold")?["value"] == .null)
    #expect(result.report["text"]?.string?.contains("No threshold reaches a risk of 0.001") == true)
    #expect(result.report.value("rows_answered") == 0)
    #expect(result.findings[0]["passed"] == false)
    #expect(result.rows.allSatisfy { $0["trust_decision"] == "abstain" })
  }

  @Test func `columns that tell the figures themselves are taken, and nothing is asked for them`() throws {
    let fields = AnswersTable.fields + [Field("logprob_mean", .float64), Field("logprob_min", .float64)]
    let rows = AnswersTable.rows(300).enumerated().map { index, row in
      row + [.double(row[3] == true ? -0.2 : -0.9 - Double(index) / 1000), index == 5 ? nil : -1.5]
    }
    let configuration: [String: JSONValue] = [
      "label": "correct", "logprob_mean": "logprob_mean", "logprob_min": "logprob_min", "resamples": 100,
    ]
    let result = try AnswersTable.evaluate(rows, configuration, fields: fields)
    #expect(result.report.value("auroc") == 1)
    #expect(result.rows[0]["trust_token_logprob_min"]?.double == -1.5)
    #expect(result.rows[5]["trust_missing"] == "token_logprob_min")
    #expect(result.report["text"]?.string?.contains("without weight: token_logprob_min") == true)
  }

  @Test func `context overlap is lexical and counts each word once`() {
    #expect(ContextOverlap.share(answer: "the cat the", context: "The cat sat.") == 2.0 / 3)
    #expect(ContextOverlap.share(answer: " ", context: "x") == nil)
  }

  @Test func `too few labelled rows are refused with a count`() throws {
    let failure = #expect(throws: PluginError.self) { try AnswersTable.evaluate(AnswersTable.rows(60)) }
    #expect(failure?.status == .data)
    #expect(failure?.message.contains("18 where 20 are needed") == true)
    #expect(failure?.details["next"] != nil)
  }

  @Test func `labels of one kind are refused`() throws {
    let rows = AnswersTable.rows(300).map { row in row[..<3] + [true] + row[4...] }.map { Array($0) }
    let failure = #expect(throws: PluginError.self) { try AnswersTable.evaluate(rows) }
    #expect(failure?.message.contains("all right") == true)
  }

  @Test func `a label that is neither right nor wrong is refused with its row`() throws {
    var fields = AnswersTable.fields
    fields[3] = Field("correct", .float64)
    var rows = AnswersTable.rows(100).map { row in row[..<3] + [row[3] == true ? 1 : 0] + row[4...] }.map { Array($0) }
    rows[70][3] = 0.5
    let failure = #expect(throws: PluginError.self) { try AnswersTable.evaluate(rows, fields: fields) }
    #expect(failure?.details["row"] == 70)
    #expect(failure?.message.contains("row 71") == true)
  }

  @Test(
    arguments: [
      (["label": "nope"], "/label"), (["logprobs": "answer"], "/logprobs"), (["samples": "logprobs"], "/samples"),
      (["context": "id"], "/context"), (["prompt": "Say something"], "/prompt"),
      (["signals": ["judge_verdict"]], "/signals/0"),
      (["signals": ["semantic_entropy"]], "/signals/0"),
    ] as [([String: JSONValue], String)])
  func `a configuration that cannot work is refused at its place`(change: [String: JSONValue], place: String) throws {
    let configuration = AnswersTable.configuration.merging(change) { $1 }
    let failure = #expect(throws: PluginError.self) { try AnswersTable.evaluate(AnswersTable.rows(100), configuration) }
    #expect(failure?.status == .configuration)
    #expect(failure?.details["path"] == .string(place))
  }

  @Test func `nothing to go by is refused`() throws {
    let failure = #expect(throws: PluginError.self) {
      try AnswersTable.evaluate(AnswersTable.rows(100), ["label": "correct"])
    }
    #expect(failure?.status == .configuration)
    #expect(failure?.message.contains("connect a model") == true)
  }

  @Test func `a column of our own names is refused`() throws {
    let evaluator = try PluginBench(plugin).instance("evaluate", .object(AnswersTable.configuration))
    let failure = #expect(throws: PluginError.self) {
      try evaluator.bindRows([
        (name: "rows", schema: Schema(AnswersTable.fields + [Field("trust_score", .float64)]))
      ])
    }
    #expect(failure?.message.contains("trust_score") == true)
  }

  @Test(arguments: [1, 3, 7, 9])
  func `it stops when the run is cancelled`(afterProgress: Int) throws {
    let bench = PluginBench(plugin)
    bench.cancel(afterProgress: afterProgress)
    let failure = #expect(throws: PluginError.self) {
      try AnswersTable.evaluate(AnswersTable.rows(400), bench: bench)
    }
    #expect(failure?.status == .cancelled)
  }

  @Test func `the descriptor's examples are configurations`() throws {
    for example in TrustEvaluator.descriptor.examples {
      _ = try PluginBench(plugin).instance("evaluate", example.config)
    }
    let properties = TrustEvaluator.descriptor.config["properties"]?.object ?? [:]
    #expect(properties.values.allSatisfy { $0["title"]?.string != nil && $0["x-order"] != nil })
  }
}

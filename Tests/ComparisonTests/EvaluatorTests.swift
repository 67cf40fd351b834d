// The component `compare` as a host drives it.
import JSONValue
import PluginKit
import PluginTesting
import Testing

@testable import ComparisonPlugin

struct EvaluatorTests {
  static let fields = [Field("id", .int64), Field("right", .bool), Field("f1", .float64), Field("kind", .utf8)]

  static func table(_ rows: [[JSONValue]]) throws -> BatchList { try BatchList(fields, rows: rows, batch: 7) }

  static func evaluate(
    _ config: JSONValue, _ a: [[JSONValue]], _ b: [[JSONValue]]? = nil, bench: PluginBench = PluginBench(plugin)
  ) throws -> (report: JSONValue, rows: [[String: JSONValue]]) {
    let instance = try bench.instance("compare", config)
    let schema = Schema(fields)
    let bound = try instance.bindRows([("a", schema)] + (b == nil ? [] : [("b", schema)]))
    let inputs =
      [("a", try table(a) as any BatchStream)] + (try b.map { [("b", try table($0) as any BatchStream)] } ?? [])
    let answer = try instance.evaluate(inputs.map { (name: $0.0, stream: $0.1) })
    let stream = try #require(answer.rows)
    #expect(stream.schema.fields.map(\.name) == bound?.fields.map(\.name))
    return (answer.report, try stream.readRows())
  }

  static func value(_ name: String, _ report: JSONValue) throws -> JSONValue {
    let metric = try #require(report["metrics"]?.array?.first { $0["name"]?.string == name })
    return try #require(metric["value"])
  }

  static func rows(_ count: Int, _ right: (Int) -> Bool, _ f1: (Int) -> Double) -> [[JSONValue]] {
    (0..<count).map { [.int(Int64($0)), .bool(right($0)), .double(f1($0)), .string("k\($0 % 3)")] }
  }

  static let two: JSONValue = ["key": ["id"], "scores": ["right"], "name_a": "base", "name_b": "tuned"]

  @Test func `rows are joined by key in any order, and what is missing is counted`() throws {
    var b = Array(Self.rows(10, { _ in true }, { _ in 1 }).reversed())
    b.removeLast()
    b[0][1] = nil
    b.append([99, true, 1, nil])
    let (report, rows) = try Self.evaluate(Self.two, Self.rows(10, { $0 % 2 == 0 }, { _ in 0 }), b)
    #expect(rows.map { $0["id"]?.int } == (0..<10).map { Int64($0) })
    #expect(rows.map { $0["right_difference"]?.double } == [nil, 1, 0, 1, 0, 1, 0, 1, 0, nil])
    #expect(try Self.value("only_in_a", report) == 1)
    #expect(try Self.value("only_in_b", report) == 1)
    #expect(try Self.value("missing", report) == 1)
    #expect(try Self.value("difference", report) == 0.5)
    #expect(try Self.value("odds_ratio", report) == .null)
  }

  @Test func `a clear difference is called by its name`() throws {
    let (report, _) = try Self.evaluate(
      Self.two, Self.rows(60, { $0 % 3 == 0 }, { _ in 0 }), Self.rows(60, { $0 % 6 != 1 }, { _ in 0 }))
    #expect(report["text"]?.string?.contains("right: tuned is better.") == true)
    #expect(try #require(Self.value("p_value", report).double) < 1e-6)
    #expect(report["charts"]?[0]?["type"] == "bar")
  }

  @Test func `where nothing is shown the verdict says so, and how many rows it would take`() throws {
    let (report, _) = try Self.evaluate(
      Self.two, Self.rows(40, { $0 % 4 == 0 }, { _ in 0 }),
      Self.rows(40, { $0 % 4 == 1 || $0 == 0 || $0 == 3 }, { _ in 0 }))
    let text = try #require(report["text"]?.string)
    #expect(text.contains("right: no difference shown."))
    #expect(text.contains("rows would be needed"))
    #expect(try #require(Self.value("rows_needed", report).double) > 40)
  }

  @Test func `less is better where the configuration says so`() throws {
    let config: JSONValue = [
      "key": ["id"], "scores": ["f1"], "lower_is_better": ["f1"], "name_a": "base", "name_b": "tuned",
    ]
    let (report, _) = try Self.evaluate(
      config, Self.rows(30, { _ in true }, { Double($0) }), Self.rows(30, { _ in true }, { Double($0) + 1 }))
    #expect(report["text"]?.string?.contains("f1: base is better.") == true)
    #expect(try Self.value("cohens_dz", report) == .null)
  }

  @Test func `two columns of one table are compared without a key, several with adjusted p`() throws {
    let config: JSONValue = [
      "pairs": [["a": "right", "b": "f1", "name": "one"], ["a": "f1", "b": "right", "name": "two"]], "cluster": "kind",
    ]
    let (report, rows) = try Self.evaluate(config, Self.rows(30, { $0 % 2 == 0 }, { Double($0 % 3) / 2 }))
    #expect(rows[1]["one_difference"]?.double == 0.5)
    #expect(rows[1]["two_difference"]?.double == -0.5)
    #expect(try Self.value("one.p_adjusted", report).double ?? 0 >= Self.value("one.p_value", report).double ?? 1)
  }

  @Test func `no rows, and rows without a difference, are told apart`() throws {
    let (nothing, _) = try Self.evaluate(Self.two, [], [])
    #expect(try Self.value("difference", nothing) == .null)
    #expect(try Self.value("p_value", nothing) == .null)
    #expect(nothing["text"]?.string?.contains("no rows to compare") == true)
    let same = Self.rows(12, { $0 % 2 == 0 }, { Double($0) })
    let config: JSONValue = ["key": ["id"], "scores": ["right", "f1"]]
    let (equal, _) = try Self.evaluate(config, same, same)
    #expect(try Self.value("right.p_value", equal) == 1)
    #expect(try Self.value("f1.p_value", equal) == 1)
    #expect(equal["text"]?.string?.contains("The means are equal.") == true)
  }

  @Test func `a key that occurs twice is refused with its row`() throws {
    let rows = Self.rows(3, { _ in true }, { _ in 1 })
    for (a, b) in [(rows + [rows[1]], rows), (rows, rows + [rows[1]])] {
      let error = #expect(throws: PluginError.self) { try Self.evaluate(Self.two, a, b) }
      #expect(error?.status == .data)
      #expect(error?.details["row"] == 3)
      #expect(error?.message.contains("'1'") == true)
    }
  }

  @Test(
    arguments: [
      ([:], "/scores"), (["scores": ["right"]], "/key"), (["key": ["no"], "scores": ["right"]], "/key/0"),
      (["key": ["id"], "scores": ["kind"]], "/scores"), (["key": ["id"], "scores": ["right", "right"]], "/scores"),
      (["key": ["id"], "scores": ["right"], "lower_is_better": ["f1"]], "/lower_is_better"),
      (["key": ["id"], "scores": ["right"], "alpha": 1], "/alpha"),
      (["key": ["id"], "scores": ["f1"], "test": "mcnemar"], "/test"),
      (["key": ["id"], "pairs": [["a": "right", "b": "wrong"]]], "/pairs/0/b"),
    ] as [(JSONValue, String)])
  func `a wrong configuration is refused at its place`(_ config: JSONValue, _ pointer: String) throws {
    let rows = Self.rows(3, { _ in true }, { Double($0) })
    let error = #expect(throws: PluginError.self) { try Self.evaluate(config, rows, rows) }
    #expect(error?.status == .configuration)
    #expect(error?.details["path"]?.string == pointer)
  }

  @Test func `a score is not compared with itself`() throws {
    let error = #expect(throws: PluginError.self) { try Self.evaluate(["scores": ["right"]], []) }
    #expect(error?.details["path"] == "/scores")
  }

  @Test func `it stops at the first sign when the run is cancelled`() throws {
    let rows = Self.rows(70, { $0 % 2 == 0 }, { Double($0) })
    for count in [1, 8, 15, 30] {
      let bench = PluginBench(plugin)
      bench.cancel(afterProgress: count)
      let error = #expect(throws: PluginError.self) { try Self.evaluate(Self.two, rows, rows, bench: bench) }
      #expect(error?.status == .cancelled)
      #expect(bench.seen.progress.count <= count + 1)
    }
  }

  @Test func `every example of the descriptor makes an instance`() throws {
    for example in ComparisonEvaluator.descriptor.examples {
      _ = try PluginBench(plugin).instance("compare", example.config)
    }
  }
}

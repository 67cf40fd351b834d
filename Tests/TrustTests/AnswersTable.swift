// Tables of answers whose signals say something, but not everything, about whether they are right.
import JSONValue
import PluginKit
import PluginTesting
import Statistics

@testable import TrustPlugin

enum AnswersTable {
  static let numbers = DataType.list(Field("item", .float64))
  static let texts = DataType.list(Field("item", .utf8))
  static let fields = [
    Field("id", .int64), Field("question", .utf8), Field("answer", .utf8), Field("correct", .bool),
    Field("split", .utf8),
    Field("logprobs", numbers), Field("samples", texts), Field("sample_logprobs", .list(Field("item", numbers))),
  ]

  static func rows(_ count: Int, seed: UInt64 = 1) -> [[JSONValue]] {
    var random = Xoshiro256(seed: seed)
    return (0..<count).map { id in
      let isRight = random.unit() < 0.65
      func logs() -> JSONValue {
        .array((0..<4).map { _ in .double(-(isRight ? 0.55 : 0.75) * random.unit() - 0.1 * random.unit()) })
      }
      let samples = (0..<5).map { _ in
        JSONValue.string(random.unit() < (isRight ? 0.7 : 0.5) ? "blue sky" : "red \(random.below(9))")
      }
      return [
        .int(Int64(id)), .string("What colour is thing \(id)?"), "blue sky", .bool(isRight),
        id % 5 < 3 ? "calibration" : id % 5 == 3 ? "test" : "other", logs(), .array(samples),
        .array((0..<5).map { _ in logs() }),
      ]
    }
  }

  static let configuration: [String: JSONValue] = [
    "label": "correct", "split": "split", "logprobs": "logprobs", "samples": "samples",
    "sample_logprobs": "sample_logprobs", "resamples": 200, "seed": 3,
  ]

  static func evaluate(
    _ rows: [[JSONValue]], _ configuration: [String: JSONValue] = configuration, fields: [Field] = fields,
    bench: PluginBench = PluginBench(plugin)
  ) throws -> (report: JSONValue, findings: [JSONValue], rows: [[String: JSONValue]]) {
    let evaluator = try bench.instance("evaluate", .object(configuration))
    let result = try evaluator.evaluate([(name: "rows", stream: try BatchList(fields, rows: rows, batch: 100))])
    return (result.report, result.findings, try result.rows?.readRows() ?? [])
  }
}

extension JSONValue {
  func metric(_ name: String) -> JSONValue? { self["metrics"]?.array?.first { $0["name"]?.string == name } }
  func value(_ name: String) -> Double? { metric(name)?["value"]?.double }
  func table(_ title: String) -> [[JSONValue]] {
    (self["tables"]?.array?.first { $0["title"]?.string == title }?["rows"]?.array ?? []).compactMap(\.array)
  }
}

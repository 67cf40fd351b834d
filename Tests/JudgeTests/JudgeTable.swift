// Tables to judge, and judges that are known.
import JSONValue
import PluginKit
import PluginTesting
import Testing

@testable import JudgePlugin

enum JudgeTable {
  static let fields = [
    Field("id", .int64), Field("question", .utf8), Field("answer", .utf8), Field("answer_b", .utf8),
    Field("human", .utf8),
    Field("human_score", .float64),
  ]

  static func row(
    _ id: Int, _ answer: JSONValue, _ other: JSONValue = nil, human: JSONValue = nil, score: JSONValue = nil
  ) -> [JSONValue] {
    [.int(Int64(id)), .string("Question \(id)"), answer, other, human, score]
  }

  static let rubric: [String: JSONValue] = [
    "criteria": [["name": "good", "description": "Is it good?", "low": 1, "high": 5]], "resamples": 100,
  ]

  static func text(_ request: GenerateRequest) -> String { request.messages?.last?["content"]?.string ?? "" }

  /// What stands in the fence of this title.
  static func quoted(_ title: String, _ request: GenerateRequest) -> String {
    let text = text(request)
    guard let start = text.firstRange(of: " \(title)\n") else { return "" }
    let rest = text[start.upperBound...]
    guard let opening = text[..<start.lowerBound].split(separator: "<<<").last,
      let end = rest.firstRange(of: "\n\(opening)>>>")
    else { return "" }
    return String(rest[..<end.lowerBound])
  }

  /// Answers with what the closure makes of the request.
  static func model(_ answer: @escaping @Sendable (GenerateRequest) throws -> String) -> PluginBench.Model {
    .closure { request, events in
      try events.emit(.text(try answer(request)))
      try events.emit(.finish(.stop))
    }
  }

  static func evaluate(
    _ rows: [[JSONValue]], _ configuration: [String: JSONValue], _ model: PluginBench.Model,
    bench: PluginBench = PluginBench(plugin)
  ) throws -> (report: JSONValue, rows: [[String: JSONValue]]) {
    bench.models["model"] = model
    bench.documents["model"] = ["name": "judge"]
    let evaluator = try bench.instance("evaluate", .object(configuration))
    let bound = try evaluator.bindRows([(name: "rows", schema: Schema(fields))])
    let result = try evaluator.evaluate([(name: "rows", stream: try BatchList(fields, rows: rows, batch: 16))])
    #expect(result.rows?.schema == bound)
    return (result.report, try result.rows?.readRows() ?? [])
  }
}

extension JSONValue {
  func metric(_ name: String) -> JSONValue? { self["metrics"]?.array?.first { $0["name"]?.string == name } }
  func value(_ name: String) -> Double? { metric(name)?["value"]?.double }
}

// What the check shows: a few figures and a row per rule.
import JSONValue
import PluginKit

struct CheckReport {
  var title: String
  var rules: [Rule]
  var verdicts: [Verdict]
  var rows: Int64

  var json: JSONValue {
    [
      "title": .string(title), "metrics": .array(metrics), "tables": [table], "charts": [],
    ]
  }

  private var metrics: [JSONValue] {
    let findings = verdicts.map(\.finding)
    func count(_ matches: (Finding) -> Bool) -> JSONValue { .int(Int64(findings.count(where: matches))) }
    func metric(_ name: String, _ value: JSONValue, _ unit: String) -> JSONValue {
      ["name": .string(name), "value": value, "unit": .string(unit)]
    }
    return [
      metric("rows judged", .int(rows), "rows"), metric("rules", .int(Int64(findings.count)), "rules"),
      metric("passed", count(\.passed), "rules"),
      metric("errors", count { !$0.passed && $0.severity == .error }, "rules"),
      metric("warnings", count { !$0.passed && $0.severity == .warn }, "rules"),
    ]
  }

  private var table: JSONValue {
    let columns = [
      "rule", "title", "columns", "severity", "result", "observed", "limit", "unit", "failing rows", "message",
    ]
    let rows = zip(rules, verdicts).map { rule, verdict -> JSONValue in
      let finding = verdict.finding
      return [
        .string(rule.word), .string(rule.title ?? ""), .string(rule.columns.joined(separator: ", ")),
        .string(finding.severity.rawValue), .string(finding.passed ? "passed" : "failed"), finding.observed ?? .null,
        finding.limit ?? .null, .string(finding.unit ?? ""), .int(finding.failingRows), .string(finding.message),
      ]
    }
    return [
      "title": "Rules", "columns": .array(columns.map(JSONValue.string)), "rows": .array(rows),
    ]
  }
}

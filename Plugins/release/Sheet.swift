// The sheet that `verify` fills in: findings, figures, tables.
import JSONValue
import PluginKit
import Statistics

struct Sheet {
  private let warn: Set<Item>
  private(set) var findings: [Finding] = []
  private var metrics: [Report.Metric] = []
  var tables: [JSONValue] = []
  var text: [String] = []

  init(warn: Set<Item>) { self.warn = warn }

  mutating func add(
    _ item: Item, _ passed: Bool, observed: JSONValue? = nil, limit: JSONValue? = nil, unit: String? = nil,
    _ message: String
  ) {
    findings.append(
      Finding(
        rule: item.rawValue, severity: warn.contains(item) ? .warn : .error, passed: passed, observed: observed,
        limit: limit, unit: unit, message: message))
  }

  mutating func metric(
    _ name: String, _ value: Double?, unit: String, n: Int? = nil, better: Report.Metric.Direction? = nil
  ) {
    metrics.append(Report.Metric(name, value, unit: unit, n: n, better: better))
  }

  /// An item whose request fails has failed; only a cancelled run ends the whole.
  mutating func attempt(_ item: Item, _ body: (inout Sheet) throws -> Void) throws {
    do { try body(&self) } catch let error as PluginError where error.status != .cancelled {
      add(item, false, "the request failed: \(error.message)")
    }
  }

  var result: ActionResult {
    let rows = findings.map { finding -> JSONValue in
      [
        .string(finding.rule), finding.passed ? "passed" : finding.severity == .warn ? "warning" : "failed",
        .string(finding.message),
      ]
    }
    var report = Report("Readiness of the model")
    report.metrics = metrics
    report.text = text
    var json = report.json.object ?? [:]
    json["tables"] = .array(
      [["title": "Items", "columns": ["item", "result", "what was seen"], "rows": .array(rows)]] + tables)
    return ActionResult(report: .object(json), findings: findings)
  }

  static func excerpt(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    return line.count > 200 ? "\(line.prefix(200))…" : line
  }
}

// Rules about the table as a whole: row_count, columns and type.
import JSONValue
import PluginKit

final class RowCountEvaluation: Evaluation {
  let rule: Rule
  private let low: Int64?
  private let high: Int64?
  private var rows: Int64 = 0

  init(_ rule: Rule, low: Int64?, high: Int64?) {
    self.rule = rule
    self.low = low
    self.high = high
  }

  var byteCount: Int { 0 }

  func observe(_ batch: BatchView, firstRow: Int64) { rows += Int64(batch.rowCount) }

  func finish() -> Verdict {
    let passed = rows >= low ?? 0 && rows <= high ?? .max
    let goal: String
    let limit: JSONValue
    switch (low, high) {
    case (let low?, let high?) where low == high:
      goal = "exactly \(Words.count(low))"
      limit = .int(low)
    case (let low?, let high?):
      goal = "\(Words.count(low)) to \(Words.count(high))"
      limit = ["min": .int(low), "max": .int(high)]
    case (let low?, nil):
      goal = "\(Words.count(low)) or more"
      limit = ["min": .int(low)]
    default:
      goal = "\(Words.count(high ?? .max)) or fewer"
      limit = ["max": .int(high ?? .max)]
    }
    let message = "the table has \(Words.count(rows)) \(rows == 1 ? "row" : "rows"); \(goal) expected"
    return rule.verdict(passed: passed, message, observed: .int(rows), limit: limit, unit: "rows")
  }
}

/// A verdict that the schema alone decides.
final class SchemaEvaluation: Evaluation {
  let rule: Rule
  private let verdict: Verdict

  private init(_ rule: Rule, _ verdict: Verdict) {
    self.rule = rule
    self.verdict = verdict
  }

  var byteCount: Int { 0 }
  func observe(_ batch: BatchView, firstRow: Int64) {}
  func finish() -> Verdict { verdict }

  static func type(_ rule: Rule, _ field: Field, _ types: [TypeName]) -> SchemaEvaluation {
    let passed = types.contains { $0.matches(field.type) }
    let wanted = types.map(\.text).joined(separator: " or ")
    let message = passed ? "\(field.name) is \(field.type)" : "\(field.name) is \(field.type); \(wanted) expected"
    let verdict = rule.verdict(
      passed: passed, message, observed: .string(field.type.description), limit: .string(wanted), unit: "type")
    return SchemaEvaluation(rule, verdict)
  }

  static func columns(
    _ rule: Rule, _ schema: Schema, names: [String], types: [String: TypeName], match: Rule.ColumnMatch
  ) -> SchemaEvaluation {
    let present = schema.fields.map(\.name)
    var faults: [String] = []
    let missing = names.filter { !present.contains($0) }
    if !missing.isEmpty { faults.append("missing: \(Words.names(missing))") }
    if match == .exact {
      let extra = present.filter { !names.contains($0) }
      if !extra.isEmpty { faults.append("not expected: \(Words.names(extra))") }
      if missing.isEmpty, extra.isEmpty, present != names {
        faults.append("in another order or twice: \(Words.names(present))")
      }
    }
    for name in names {
      guard let type = types[name], let field = schema[name], !type.matches(field.type) else { continue }
      faults.append("\(name) is \(field.type), not \(type.text)")
    }
    let good =
      match == .exact ? "the columns are exactly those expected" : "all \(names.count) expected columns are there"
    let verdict = rule.verdict(
      passed: faults.isEmpty, faults.isEmpty ? good : faults.joined(separator: "; "),
      observed: .array(present.map(JSONValue.string)), limit: .array(names.map(JSONValue.string)), unit: "columns")
    return SchemaEvaluation(rule, verdict)
  }
}

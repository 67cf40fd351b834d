// What a check found.
public import JSONValue

/// The verdict of one rule.
public struct Finding: Sendable, Hashable {
  public enum Severity: String, Sendable, Hashable { case error, warn }

  public var rule: String
  public var column: String?
  public var columns: [String]?
  public var severity: Severity
  public var passed: Bool
  public var observed: JSONValue?
  public var limit: JSONValue?
  public var unit: String?
  public var failingRows: Int64
  public var message: String

  public init(
    rule: String, column: String? = nil, columns: [String]? = nil, severity: Severity = .error, passed: Bool,
    observed: JSONValue? = nil, limit: JSONValue? = nil, unit: String? = nil, failingRows: Int64 = 0, message: String
  ) {
    self.rule = rule
    self.column = column
    self.columns = columns
    self.severity = severity
    self.passed = passed
    self.observed = observed
    self.limit = limit
    self.unit = unit
    self.failingRows = failingRows
    self.message = message
  }

  /// The finding as the host reads it; what is nil is left out.
  public var json: JSONValue {
    var object: [String: JSONValue] = [
      "rule": .string(rule), "severity": .string(severity.rawValue), "passed": .bool(passed),
      "failing_rows": .int(failingRows), "message": .string(message),
    ]
    object["column"] = column.map { .string($0) }
    object["columns"] = columns.map { .array($0.map { .string($0) }) }
    object["observed"] = observed
    object["limit"] = limit
    object["unit"] = unit.map { .string($0) }
    return .object(object)
  }
}

/// What a check answers after the last batch.
public struct CheckResult {
  public var findings: [Finding]
  public var report: JSONValue?
  /// The rows that broke a rule, by `failingSchema`, ascending by row within a rule; nil for none.
  public var failing: (any BatchStream)?

  public init(findings: [Finding], report: JSONValue? = nil, failing: (any BatchStream)? = nil) {
    self.findings = findings
    self.report = report
    self.failing = failing
  }

  /// rule: index into the findings, row: ordinal of the row in the stream.
  public static let failingSchema = Schema([
    Field("rule", .int32, nullable: false), Field("row", .int64, nullable: false),
  ])

  /// A stream of the failing rows of each finding, in batches of at most 64 Ki rows.
  public static func failingStream(_ rowsByFinding: [[Int64]]) -> any BatchStream {
    var builder = BatchBuilder(failingSchema)
    var finding = 0
    var next = 0
    return GeneratedStream(schema: failingSchema) {
      while finding < rowsByFinding.count, builder.rowCount < 65_536 {
        guard next < rowsByFinding[finding].count else {
          finding += 1
          next = 0
          continue
        }
        builder[0].append(Int64(finding))
        builder[1].append(rowsByFinding[finding][next])
        next += 1
      }
      return builder.rowCount == 0 ? nil : builder.finish()
    }
  }

  var json: JSONValue {
    var object: [String: JSONValue] = ["findings": .array(findings.map(\.json))]
    object["report"] = report
    return .object(object)
  }
}

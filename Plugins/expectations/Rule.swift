// One rule as configured: checked for form, not yet matched to columns.
import JSONValue
import PluginKit

struct Rule: Sendable {
  /// How many failing rows a rule may have and still pass.
  enum Allowance: Sendable, Equatable {
    case none
    /// Of the rows judged.
    case fraction(Double)
    case rows(Int64)
  }

  enum Direction: String, Sendable, CaseIterable { case increasing, decreasing }
  enum ColumnMatch: String, Sendable, CaseIterable { case contains, exact }

  enum Kind: Sendable {
    case notNull(column: String)
    case unique(columns: [String])
    case membership(column: String, values: [JSONValue], isMember: Bool)
    case range(column: String, min: JSONValue?, max: JSONValue?, exclusive: Bool)
    case regex(column: String, pattern: Pattern)
    case length(column: String, min: Int64?, max: Int64?)
    case rowCount(min: Int64?, max: Int64?, equals: Int64?)
    case columns(names: [String], types: [String: TypeName], match: ColumnMatch)
    case type(column: String, types: [TypeName])
    /// `within` and `now` in nanoseconds; without `now` the start of the run counts.
    case freshness(column: String, within: Int128, now: Int128?)
    case referential(columns: [String], to: String?, toColumns: [String])
    case monotone(column: String, direction: Direction, strict: Bool)
  }

  /// Position in the configuration and in the findings.
  var index: Int
  /// The word in the configuration.
  var word: String
  var kind: Kind
  var severity: Finding.Severity
  var allowance: Allowance
  var title: String?

  func pointer(_ key: String) -> String { "/rules/\(index)/\(key)" }

  func error(_ message: String, at key: String) -> PluginError { .configuration(message, at: pointer(key)) }

  /// The columns a finding names.
  var columns: [String] {
    switch kind {
    case .notNull(let column), .membership(let column, _, _), .range(let column, _, _, _), .regex(let column, _),
      .length(let column, _, _), .type(let column, _), .freshness(let column, _, _), .monotone(let column, _, _):
      [column]
    case .unique(let columns), .referential(let columns, _, _): columns
    case .columns(let names, _, _): names
    case .rowCount: []
    }
  }
}

// The conditions of a list, gathered one by one together with their arguments.
import GRDB
import JSONValue
import Model

struct RowFilter {
  private(set) var conditions: [String] = []
  private(set) var arguments = StatementArguments()

  mutating func add(_ condition: String, _ arguments: StatementArguments = []) {
    conditions.append(condition)
    self.arguments += arguments
  }

  /// Nothing where the value is nil; `condition` has one `?`.
  mutating func add(_ condition: String, ifSet value: (any DatabaseValueConvertible)?) {
    if let value { add(condition, [value]) }
  }

  /// One of these, where they are given; none of the rows where the list is empty.
  mutating func add(_ column: String, in values: [String]?) {
    guard let values else { return }
    if values.count == 1 { return add("\(column) = ?", [values[0]]) }
    add("\(column) IN (SELECT value FROM json_each(?))", [SQL.list(values)])
  }

  /// The text stands somewhere in what the expression gives, in any case of its letters.
  mutating func add(_ expression: String, contains text: String?) {
    guard let text, !text.isEmpty else { return }
    add("instr(lower(\(expression)), lower(?)) > 0", [text])
  }

  var clause: String { conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND "))" }
}

extension SQL {
  /// As one argument for `json_each(?)`.
  static func list(_ values: some Sequence<String>) -> String { JSONValue.array(values.map(JSONValue.string)).text }
}

extension Database {
  /// Runs the statement; a subject that is not there is told as such.
  func change(_ sql: String, _ arguments: StatementArguments, missing detail: @autoclosure () -> String) throws {
    try perform(sql, arguments)
    if changesCount == 0 { throw Problem(.nothingHere, detail()) }
  }
}

// Writing values and names into SQL.
import JSONValue

extension String {
  /// 'text' with quotes doubled: a string literal.
  var sqlLiteral: String { "'\(replacing("'", with: "''"))'" }

  /// "name" with quotes doubled: an identifier.
  var sqlName: String { "\"\(replacing("\"", with: "\"\""))\"" }

  /// What stands between two marks.
  func between(_ start: String, _ end: String) -> String? {
    guard let first = firstRange(of: start) else { return nil }
    let rest = self[first.upperBound...]
    return rest.firstRange(of: end).map { String(rest[..<$0.lowerBound]) }
  }
}

extension StringProtocol {
  var trimmed: String {
    var words = self[...]
    while words.first?.isWhitespace == true { words.removeFirst() }
    while words.last?.isWhitespace == true { words.removeLast() }
    return String(words)
  }
}

enum SQLText {
  /// ['a', 'b']
  static func list(_ items: [String]) -> String { "[\(items.map(\.sqlLiteral).joined(separator: ", "))]" }

  /// {'a': 'BIGINT', ...}, how the readers take names with types.
  static func types(_ columns: [(name: String, type: String)]) -> String {
    "{\(columns.map { "\($0.name.sqlLiteral): \($0.type.sqlLiteral)" }.joined(separator: ", "))}"
  }

  /// A literal for a filter's value; nil for what cannot be compared.
  static func literal(_ value: JSONValue) -> String? {
    switch value {
    case .null: "NULL"
    case .bool(let value): value ? "TRUE" : "FALSE"
    case .int(let value): String(value)
    case .double(let value): value.isFinite ? String(value) : "'\(value)'::DOUBLE"
    case .string(let value): value.sqlLiteral
    case .array, .object: nil
    }
  }
}

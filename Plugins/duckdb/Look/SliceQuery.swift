// What the user set for `slice`, as SQL.
import JSONValue
import PluginKit

struct SliceQuery: Decodable {
  enum Operation: String, Decodable, CaseIterable {
    case equal = "="
    case unequal = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case contains
    case startsWith = "starts_with"
    case isIn = "in"
    case isNull = "is_null"
    case notNull = "not_null"
  }

  struct Condition: Decodable {
    var column: String
    var op: Operation
    var value: JSONValue?
  }

  struct Order: Decodable {
    var column: String
    var descending: Bool?
  }

  var sort: [Order]?
  var filters: [Condition]?
  var columns: [String]?
  var offset: Int64?
  var limit: Int64?

  func sql(_ table: InputTable) throws -> String {
    let names = try columns?.enumerated().map { try table.schema.required($1, at: "/columns/\($0)").name }
    let shown = names ?? table.schema.fields.map(\.name)
    guard !shown.isEmpty else { throw PluginError.configuration("at least one column has to be left", at: "/columns") }
    var sql = "SELECT \(shown.map(\.sqlName).joined(separator: ", ")) FROM \(table.name.sqlName)"
    let conditions = try (filters ?? []).enumerated().map { try condition($1, table.schema, at: "/filters/\($0)") }
    if !conditions.isEmpty { sql += " WHERE \(conditions.joined(separator: " AND "))" }
    let orders = try (sort ?? []).enumerated().map { index, order in
      let column = try table.schema.required(order.column, at: "/sort/\(index)/column").name.sqlName
      return "\(column) \(order.descending == true ? "DESC" : "ASC") NULLS LAST"
    }
    if !orders.isEmpty { sql += " ORDER BY \(orders.joined(separator: ", "))" }
    if let limit { sql += " LIMIT \(limit)" }
    if let offset, offset > 0 { sql += " OFFSET \(offset)" }
    return sql
  }

  private func condition(_ condition: Condition, _ schema: Schema, at pointer: String) throws -> String {
    let field = try schema.required(condition.column, at: "\(pointer)/column")
    let column = field.name.sqlName
    let value = condition.value ?? .null
    switch condition.op {
    case .isNull: return "\(column) IS NULL"
    case .notNull: return "\(column) IS NOT NULL"
    case .contains, .startsWith:
      guard let text = plainText(value) else { throw wrong("the value is a text or a number", pointer) }
      let function = condition.op == .contains ? "contains" : "starts_with"
      return "\(function)(lower(CAST(\(column) AS VARCHAR)), lower(\(text.sqlLiteral)))"
    case .isIn:
      guard let items = value.array, !items.isEmpty else { throw wrong("in takes a list of at least one value", pointer) }
      return "\(column) IN (\(try items.map { try literal($0, field, pointer) }.joined(separator: ", ")))"
    default: return "\(column) \(condition.op.rawValue) \(try literal(value, field, pointer))"
    }
  }

  /// In the column's own type, so that nothing is converted row by row and a wrong value is found before any row is read.
  private func literal(_ value: JSONValue, _ field: Field, _ pointer: String) throws -> String {
    guard let text = plainText(value) else {
      throw wrong("the value is a text, a number or a boolean; for null there are is_null and not_null", pointer)
    }
    if field.type.isText { return text.sqlLiteral }
    if field.type.isNumber {
      guard let number = Double(text), number.isFinite else {
        throw wrong("\(value.text) is not a number, and \"\(field.name)\" holds \(field.type)", pointer)
      }
      // As written: a whole number keeps its digits.
      return value.string == nil ? (SQLText.literal(value) ?? text) : "\(text.sqlLiteral)::DECIMAL(38,10)"
    }
    guard let type = TypeName.sql(field.type) else {
      throw wrong("\"\(field.name)\" holds \(field.type), which cannot be compared", pointer)
    }
    let cast = "CAST(\(text.sqlLiteral) AS \(type))"
    do { _ = try Planner.shared.plan("SELECT \(cast) AS value", inputs: []) } catch {
      throw wrong("\(value.text) does not fit \"\(field.name)\", which holds \(field.type)", pointer)
    }
    return cast
  }

  private func plainText(_ value: JSONValue) -> String? {
    switch value {
    case .string(let text): text
    case .int(let number): String(number)
    case .double(let number): String(number)
    case .bool(let flag): String(flag)
    default: nil
    }
  }

  private func wrong(_ words: String, _ pointer: String) -> PluginError {
    PluginError.configuration(words, at: "\(pointer)/value")
  }
}

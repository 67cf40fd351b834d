// Sorting and filtering of a dataset's rows as one SQL query over the table `t`.
package import JSONValue
package import Model

package struct RowQuery {
  private let columns: Set<String>
  private let query: String
  /// How many rows fit in all; nil without a filter, as the version knows that itself.
  package let countText: String?
  private let isWhole: Bool

  /// `sort`: names with commas, - before a name sorts downwards. `filter`: [{column, op, value}].
  package init(
    columns: [String], sort: String?, filter: JSONValue?, offset: Int, limit: Int
  ) throws(Problem) {
    self.columns = Set(columns)
    let known = self.columns
    let conditions = try (filter?.array ?? []).map { entry throws(Problem) in try Self.condition(entry, known) }
    let orders = try (sort ?? "").split(separator: ",").map { name throws(Problem) in
      let isDown = name.hasPrefix("-")
      return try Self.name(String(isDown ? name.dropFirst() : name), known) + (isDown ? " DESC" : "")
    }
    let rest = conditions.isEmpty ? "" : " WHERE \(conditions.joined(separator: " AND "))"
    countText = conditions.isEmpty ? nil : "SELECT count(*) AS total FROM t\(rest)"
    isWhole = conditions.isEmpty && orders.isEmpty && offset == 0
    query =
      "SELECT * FROM t\(rest)"
      + (orders.isEmpty ? "" : " ORDER BY \(orders.joined(separator: ", "))") + " LIMIT \(limit) OFFSET \(offset)"
  }

  /// Nil where the first rows as they lie are all that is asked for: there is nothing to plan then.
  package var text: String? { isWhole ? nil : query }

  package static func quoted(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }
  package static func literal(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }

  private static func name(_ name: String, _ known: Set<String>) throws(Problem) -> String {
    guard known.contains(name) else {
      let hint = nearestName(to: name, in: known).map { "; did you mean \($0)?" } ?? ""
      throw Problem(.requestInvalid, "there is no column '\(name)'\(hint)")
    }
    return quoted(name)
  }

  private static func condition(_ entry: JSONValue, _ known: Set<String>) throws(Problem) -> String {
    let column = try name(entry["column"]?.string ?? "", known)
    let value = entry["value"] ?? .null
    switch entry["op"]?.string ?? "" {
    case "is_null": return "\(column) IS NULL"
    case "not_null": return "\(column) IS NOT NULL"
    case "contains": return "contains(lower(CAST(\(column) AS VARCHAR)), lower(\(try scalar(value, asText: true))))"
    case "starts_with":
      return "starts_with(lower(CAST(\(column) AS VARCHAR)), lower(\(try scalar(value, asText: true))))"
    case "in":
      let values = try (value.array ?? []).map { item throws(Problem) in try scalar(item) }
      return values.isEmpty ? "false" : "\(column) IN (\(values.joined(separator: ", ")))"
    case let op where ["=", "!=", "<", "<=", ">", ">="].contains(op): return "\(column) \(op) \(try scalar(value))"
    case let op: throw Problem(.requestInvalid, "filter has the op '\(op)', which is none")
    }
  }

  private static func scalar(_ value: JSONValue, asText: Bool = false) throws(Problem) -> String {
    switch value {
    case .string(let text): return literal(text)
    case .int(let number): return asText ? literal("\(number)") : "\(number)"
    case .double(let number) where number.isFinite: return asText ? literal("\(number)") : "\(number)"
    case .bool(let flag): return flag ? "true" : "false"
    default: throw Problem(.requestInvalid, "a filter's value must be a text, a number or a boolean")
    }
  }
}

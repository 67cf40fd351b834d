// Messages and tools that a column already holds.
import JSONValue
import PluginKit

enum MessageColumn {
  private static let roles: Set<String> = ["system", "developer", "user", "assistant", "tool"]

  static func messages(_ column: Column, _ row: Int, ordinal: Int) throws -> [JSONValue] {
    let list = try list(column, row, ordinal: ordinal, of: "messages")
    guard !list.isEmpty else { throw rowError("'\(column.field.name)' has no messages", ordinal, column.field.name) }
    return try list.enumerated().map { index, item in
      guard let object = item.object, let role = object["role"]?.string else {
        throw rowError(
          "message \(index) of '\(column.field.name)' has no role: \(shown(item))", ordinal, column.field.name)
      }
      guard roles.contains(role) else {
        throw rowError(
          "message \(index) of '\(column.field.name)' has the unknown role '\(role)'", ordinal, column.field.name)
      }
      // A struct has all of its fields in each row; those that are null were not meant.
      let said = object.filter { !$0.value.isNull }
      guard said["content"]?.string != nil || said["tool_calls"] != nil else {
        throw rowError(
          "message \(index) of '\(column.field.name)' has no text as its content: \(shown(item))", ordinal,
          column.field.name)
      }
      return .object(said)
    }
  }

  static func tools(_ column: Column, _ row: Int, ordinal: Int) throws -> [JSONValue] {
    if column.isNull(row) { return [] }
    let list = try list(column, row, ordinal: ordinal, of: "tools")
    for (index, tool) in list.enumerated() where tool["name"]?.string == nil {
      throw rowError("tool \(index) of '\(column.field.name)' has no name: \(shown(tool))", ordinal, column.field.name)
    }
    return list
  }

  private static func list(_ column: Column, _ row: Int, ordinal: Int, of what: String) throws -> [JSONValue] {
    let value = column.json(row)
    if value.isNull { throw rowError("'\(column.field.name)' is null", ordinal, column.field.name) }
    if let list = value.array { return list }
    guard let text = value.string, let list = (try? JSONValue(parsing: text))?.array else {
      throw rowError(
        "'\(column.field.name)' is no JSON list of \(what): it holds \(shown(value))", ordinal, column.field.name)
    }
    return list
  }
}

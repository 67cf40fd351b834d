// A row's values in a template's holes, or words that say what is missing where.
import JSONValue
import PluginKit

/// What a null does.
enum NullPolicy: String, Decodable {
  /// The row has no prompt: an error of that row.
  case fail
  /// An empty text.
  case empty
}

/// A template whose columns were found in a schema.
struct BoundTemplate {
  private enum Part {
    case text(String)
    case value(Template.Hole, column: Int)
  }

  private let parts: [Part]

  init(_ template: Template, _ schema: Schema, at path: String) throws {
    parts = try template.pieces.map { piece in
      switch piece {
      case .text(let text): return .text(text)
      case .hole(let hole): return .value(hole, column: try schema.position(of: hole.column, at: path))
      }
    }
  }

  /// Throws `PluginError.data` with row and column.
  func fill(_ batch: RecordBatch, _ row: Int, ordinal: Int, nulls: NullPolicy) throws -> String {
    var text = ""
    for part in parts {
      switch part {
      case .text(let piece): text += piece
      case .value(let hole, let column):
        text += try Self.value(hole, batch.column(column), row, ordinal: ordinal, nulls: nulls)
      }
    }
    return text
  }

  private static func value(
    _ hole: Template.Hole, _ column: Column, _ row: Int, ordinal: Int, nulls: NullPolicy
  ) throws -> String {
    var value = column.json(row)
    if !hole.pointer.isEmpty, !value.isNull { value = try descend(hole, value, ordinal: ordinal) }
    if hole.asJSON { return value.text }
    switch value {
    case .null where nulls == .empty: return ""
    case .null:
      throw rowError("the value '\(hole.column)\(hole.pointer)' is null", ordinal, hole.column)
    case .string(let text): return text
    default: return value.text
    }
  }

  private static func descend(_ hole: Template.Hole, _ value: JSONValue, ordinal: Int) throws -> JSONValue {
    var inner = value
    if case .string(let text) = value {
      guard let parsed = try? JSONValue(parsing: text) else {
        throw rowError("'\(hole.column)' is no JSON to look into: it holds \(shown(value))", ordinal, hole.column)
      }
      inner = parsed
    }
    guard let found = inner.at(pointer: hole.pointer) else {
      throw rowError(
        "'\(hole.column)' has nothing at '\(hole.pointer)': it holds \(shown(inner))", ordinal, hole.column)
    }
    return found
  }
}

/// The start of a value, for messages.
func shown(_ value: JSONValue) -> String {
  let text = value.text
  return text.count > 80 ? "\(text.prefix(77))..." : text
}

/// A failure of one row, counted from 0.
func rowError(_ words: String, _ ordinal: Int, _ column: String) -> PluginError {
  PluginError(
    .data, "row \(ordinal): \(words)", details: ["row": .int(Int64(ordinal)), "column": .string(column)])
}

extension Schema {
  /// Throws `PluginError.configuration` for a name that is not there.
  func position(of name: String, at path: String) throws -> Int {
    if let index = index(of: name) { return index }
    let names = fields.prefix(12).map { "'\($0.name)'" }.joined(separator: ", ")
    let more = fields.count > 12 ? " and \(fields.count - 12) more" : ""
    throw PluginError.configuration("there is no column '\(name)'; there are \(names)\(more)", at: path)
  }
}

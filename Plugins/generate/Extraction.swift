// Values out of an answer's JSON: what is not there, or does not fit, is null with words.
import JSONValue
import PluginKit

/// What a structured column holds.
enum ValueKind {
  case string, integer, number, boolean, json
  /// Any other type of a column, by its readable name.
  case other(DataType)

  init(_ name: String, at path: String) throws {
    switch name {
    case "string": self = .string
    case "integer": self = .integer
    case "number": self = .number
    case "boolean": self = .boolean
    case "json": self = .json
    default:
      do { self = .other(try DataType(named: name)) } catch {
        throw PluginError.configuration(
          "'\(name)' is no type: string, integer, number, boolean, json, or a column's type such as list<utf8>",
          at: path)
      }
    }
  }

  var type: DataType {
    switch self {
    case .string, .json: .utf8
    case .integer: .int64
    case .number: .float64
    case .boolean: .bool
    case .other(let type): type
    }
  }

  /// The value as the column takes it, nil where it is of another kind.
  func fitted(_ value: JSONValue) -> JSONValue? {
    switch self {
    case .string: value.string.map { .string($0) }
    case .integer: value.int.map { .int($0) }
    case .number: value.double.map { .double($0) }
    case .boolean: value.bool.map { .bool($0) }
    case .json: .string(value.text)
    case .other(let type): (try? ColumnBuilder(Field("value", type)).append(json: value)).map { value }
    }
  }
}

struct Extraction {
  private let choice: RowAnswer.Choice

  init(_ choice: RowAnswer.Choice) { self.choice = choice }

  func values(_ columns: [AnswerLayout.Extracted]) -> (values: [JSONValue], problems: [String]) {
    guard !columns.isEmpty else { return ([], []) }
    var document: JSONValue?
    var problems: [String] = []
    if columns.contains(where: { !$0.isFromTools }) {
      do { document = try Self.document(choice.text) } catch { problems.append(error.words) }
    }
    let tools = JSONValue.array(choice.toolCalls)
    let values = columns.map { column -> JSONValue in
      guard let root = column.isFromTools ? tools : document else { return .null }
      guard let value = root.at(pointer: column.pointer) else {
        problems.append("column '\(column.field.name)': the answer has nothing at '\(column.pointer)'")
        return .null
      }
      if value.isNull { return .null }
      guard let fitted = column.kind.fitted(value) else {
        problems.append("column '\(column.field.name)' holds \(column.field.type), and \(shown(value)) does not fit")
        return .null
      }
      return fitted
    }
    return (values, problems)
  }

  private struct NoJSON: Error { let words: String }

  /// The text as JSON, also where it stands in one fence of Markdown.
  private static func document(_ text: String) throws(NoJSON) -> JSONValue {
    let plain = trimmed(text[...])
    if let value = try? JSONValue(parsing: String(plain)) { return value }
    if plain.hasPrefix("```"), plain.hasSuffix("```"), let newline = plain.firstIndex(where: \.isNewline) {
      let inner = trimmed(plain[newline...].dropLast(3))
      if let value = try? JSONValue(parsing: String(inner)) { return value }
    }
    throw NoJSON(words: text.isEmpty ? "the answer is empty" : "the answer is no JSON: \(shown(.string(text)))")
  }

  private static func trimmed(_ text: Substring) -> Substring {
    guard let first = text.firstIndex(where: { !$0.isWhitespace }),
      let last = text.lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return text[first...last]
  }
}

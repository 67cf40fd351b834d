// A type as a rule names it: a family such as "integer", or one exact type such as "timestamp[us, UTC]".
import PluginKit

struct TypeName: Sendable, Hashable {
  let text: String
  private let exact: DataType?

  static let families = [
    "text", "integer", "number", "boolean", "date", "time", "timestamp", "duration", "binary", "list", "struct",
  ]
  static let examples =
    families + ["int32", "int64", "float64", "utf8", "bool", "date32", "timestamp[us]", "decimal(12,2)"]

  init?(_ text: String) {
    self.text = text
    if TypeName.families.contains(text) {
      exact = nil
    } else {
      guard let type = try? DataType(named: text) else { return nil }
      exact = TypeName.plain(type)
    }
  }

  /// Dictionary encoding and the 64-bit and view layouts do not make another type.
  func matches(_ type: DataType) -> Bool {
    let type = TypeName.plain(type)
    if let exact { return exact == type }
    switch type {
    case .list, .largeList, .listView, .largeListView, .fixedSizeList: return text == "list"
    case .structure: return text == "struct"
    default: break
    }
    switch ColumnFamily(type) {
    case .text: return text == "text"
    case .integer: return text == "integer" || text == "number"
    case .float, .decimal: return text == "number"
    case .boolean: return text == "boolean"
    case .date: return text == "date"
    case .time: return text == "time"
    case .timestamp: return text == "timestamp"
    case .duration: return text == "duration"
    case .binary: return text == "binary"
    case .null: return false
    case .other: if case .decimal = type { return text == "number" } else { return false }
    }
  }

  private static func plain(_ type: DataType) -> DataType {
    switch type {
    case .dictionary(_, let value, _): plain(value)
    case .runEndEncoded(_, let values): plain(values.type)
    case .largeUtf8, .utf8View: .utf8
    case .largeBinary, .binaryView: .binary
    default: type
    }
  }
}

// A parsed document before its keys have a meaning: the same tree for TOML and YAML.
import JSONValue

/// One value of a manifest and the line it stands on.
struct DocumentValue {
  enum Content {
    case null
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case string(String)
    case array([DocumentValue])
    case table([String: DocumentValue])
  }

  var content: Content
  var line: Int?

  /// What the value is, in the words of an error message.
  var kind: String {
    switch content {
    case .null: "nothing"
    case .bool: "true or false"
    case .int: "an integer"
    case .double: "a number"
    case .string: "text"
    case .array: "a list"
    case .table: "a mapping"
    }
  }

  /// The value without positions, for parts whose keys belong to a plugin.
  var json: JSONValue {
    switch content {
    case .null: .null
    case .bool(let value): .bool(value)
    case .int(let value): .int(value)
    case .double(let value): .double(value)
    case .string(let value): .string(value)
    case .array(let values): .array(values.map(\.json))
    case .table(let values): .object(values.mapValues(\.json))
    }
  }
}

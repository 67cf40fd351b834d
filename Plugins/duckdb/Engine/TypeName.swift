// Type names: ours (Arrow's) and DuckDB's.
import PluginKit

enum TypeName {
  /// DuckDB's name for a type that a user wrote as "int64", "timestamp[us, UTC]" or in DuckDB's own words. nil for what
  /// cannot be a type in either.
  static func sql(_ name: String) -> String? {
    if let type = try? DataType(named: name) { return sql(type) }
    // Stands inside a quoted literal or a CAST: letters, digits and the signs of DECIMAL(10,2)[] only.
    let legal = name.utf8.allSatisfy { byte in
      UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
        || "_ (),[]".utf8.contains(byte)
    }
    return legal && name.first?.isLetter == true ? name : nil
  }

  static func sql(_ type: DataType) -> String? {
    switch type {
    case .bool: "BOOLEAN"
    case .int8: "TINYINT"
    case .int16: "SMALLINT"
    case .int32: "INTEGER"
    case .int64: "BIGINT"
    case .uint8: "UTINYINT"
    case .uint16: "USMALLINT"
    case .uint32: "UINTEGER"
    case .uint64: "UBIGINT"
    case .float16, .float32: "FLOAT"
    case .float64: "DOUBLE"
    case .utf8, .largeUtf8, .utf8View: "VARCHAR"
    case .binary, .largeBinary, .binaryView, .fixedSizeBinary: "BLOB"
    case .decimal(let precision, let scale, _): "DECIMAL(\(precision),\(scale))"
    case .date32, .date64: "DATE"
    case .time32, .time64: "TIME"
    case .timestamp(let unit, let zone): zone == nil ? timestamp(unit) : "TIMESTAMPTZ"
    case .duration, .interval: "INTERVAL"
    case .list(let item), .largeList(let item): sql(item.type).map { "\($0)[]" }
    case .structure(let fields): structure(fields)
    case .map(let key, let value, _):
      sql(key.type).flatMap { key in sql(value.type).map { "MAP(\(key), \($0))" } }
    case .dictionary(_, let value, _): sql(value)
    default: nil
    }
  }

  private static func timestamp(_ unit: TimeUnit) -> String {
    switch unit {
    case .second: "TIMESTAMP_S"
    case .millisecond: "TIMESTAMP_MS"
    case .microsecond: "TIMESTAMP"
    case .nanosecond: "TIMESTAMP_NS"
    }
  }

  private static func structure(_ fields: [Field]) -> String? {
    let members = fields.compactMap { field in sql(field.type).map { "\(field.name.sqlName) \($0)" } }
    return members.count == fields.count ? "STRUCT(\(members.joined(separator: ", ")))" : nil
  }
}

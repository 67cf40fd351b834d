// Column values as JSON and as text for tables.
internal import FoundationEssentials
public import JSONValue

extension Column {
  /// The value as JSON, whatever the type: dates, times and timestamps as ISO 8601 text, decimals and integers
  /// beyond Int64 as text, binary as base64, durations as the stored number, lists as arrays, structs as objects,
  /// maps as objects where the keys are text and else as arrays of {"key", "value"}.
  public func json(_ row: Int) -> JSONValue { withExtendedLifetime(owner) { cell(row).json } }

  /// The value for a table: `json` without the quotes around plain strings, and nothing for null.
  public func text(_ row: Int) -> String {
    switch json(row) {
    case .null: ""
    case .string(let text): text
    case let other: other.text
    }
  }
}

extension Cell {
  var json: JSONValue {
    guard let cell = resolved() else { return .null }
    return cell.resolvedJSON ?? .null
  }

  private var resolvedJSON: JSONValue? {
    switch layout.kind {
    case .bool: boolean().map { .bool($0) }
    case .fixed: fixedJSON
    case .binary32, .binary64, .view:
      bytes().map {
        .string(layout.isText ? String(decoding: $0, as: UTF8.self) : Data($0).base64EncodedString())
      }
    case .list32, .list64, .listView32, .listView64, .fixedList: listJSON
    case .structure: structureJSON
    default: nil
    }
  }

  private var fixedJSON: JSONValue? {
    switch layout.type {
    case .float16, .float32, .float64: number().map { .double($0) }
    case .uint64:
      unsigned().map { value in Int64(exactly: value).map { .int($0) } ?? .string(String(value)) }
    case .decimal: decimal().map { .string($0) }
    case .date32: integer().map { .string(CalendarText.date(days: $0)) }
    case .date64: integer().map { .string(dateText(milliseconds: $0)) }
    case .time32(let unit), .time64(let unit):
      integer().map { $0 >= 0 ? .string(CalendarText.time($0, per: unit.perSecond)) : .int($0) }
    case .timestamp(let unit, let zone):
      integer().map { .string(CalendarText.timestamp($0, per: unit.perSecond, zone: zone)) }
    case .interval(.dayTime), .interval(.monthDayNano): intervalJSON
    case .fixedSizeBinary: bytes().map { .string(Data($0).base64EncodedString()) }
    default: integer().map { .int($0) }
    }
  }

  /// A date64 is whole days by the format; the time shows only where a producer broke that.
  private func dateText(milliseconds: Int64) -> String {
    let (days, rest) = CalendarText.floorDivide(milliseconds, 86_400_000)
    return rest == 0
      ? CalendarText.date(days: days) : CalendarText.timestamp(milliseconds, per: 1_000, zone: nil)
  }

  private var intervalJSON: JSONValue? {
    guard let base = buffer(1).map({ $0 + index * layout.width }) else { return nil }
    let first = JSONValue.int(Int64(base.loadUnaligned(as: Int32.self)))
    let second = JSONValue.int(Int64(base.loadUnaligned(fromByteOffset: 4, as: Int32.self)))
    if layout.scalar == .dayTime { return ["days": first, "milliseconds": second] }
    let rest = base.loadUnaligned(fromByteOffset: 8, as: Int64.self)
    return ["months": first, "days": second, "nanoseconds": .int(rest)]
  }

  private var listJSON: JSONValue? {
    guard let range = listRange() else { return nil }
    let items = (range.start..<range.start + range.count).map { child(0, at: $0).json }
    guard layout.isMap else { return .array(items) }
    var object: [String: JSONValue] = [:]
    for item in items {
      guard let key = item["key"]?.string, object[key] == nil else { return .array(items) }
      object[key] = item["value"] ?? .null
    }
    return .object(object)
  }

  /// Fields that share a name would hide each other in an object, so such a struct reads as an array. A map's
  /// entries are always {"key", "value"}, whatever the producer called them.
  private var structureJSON: JSONValue? {
    let values = layout.children.indices.map { child($0, at: index).json }
    let names = layout.fields.map(\.name)
    guard Set(names).count == names.count else { return .array(values) }
    return .object(Dictionary(uniqueKeysWithValues: zip(names, values)))
  }
}

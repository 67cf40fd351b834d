// The Arrow data types, by their logical meaning.

/// The resolution of a time, timestamp or duration.
public enum TimeUnit: Sendable, Hashable, CaseIterable {
  case second, millisecond, microsecond, nanosecond

  /// How many of this unit make one second.
  public var perSecond: Int64 {
    switch self {
    case .second: 1
    case .millisecond: 1_000
    case .microsecond: 1_000_000
    case .nanosecond: 1_000_000_000
    }
  }

  /// "s", "ms", "us" or "ns".
  public var symbol: String {
    switch self {
    case .second: "s"
    case .millisecond: "ms"
    case .microsecond: "us"
    case .nanosecond: "ns"
    }
  }
}

/// The parts of a calendar interval.
public enum IntervalUnit: Sendable, Hashable, CaseIterable {
  case months, dayTime, monthDayNano

  /// "months", "day_time" or "month_day_nano".
  public var symbol: String {
    switch self {
    case .months: "months"
    case .dayTime: "day_time"
    case .monthDayNano: "month_day_nano"
    }
  }
}

/// The type of a column's values. `description` is the readable name ("timestamp[us, UTC]"), and
/// `init(named:)` reads that name back.
public indirect enum DataType: Sendable, Hashable {
  case null, bool
  case int8, int16, int32, int64, uint8, uint16, uint32, uint64
  case float16, float32, float64
  case utf8, largeUtf8, utf8View, binary, largeBinary, binaryView, fixedSizeBinary(Int)
  /// `bitWidth` is 32, 64, 128 or 256.
  case decimal(precision: Int, scale: Int, bitWidth: Int)
  case date32, date64
  case time32(TimeUnit), time64(TimeUnit), timestamp(TimeUnit, zone: String?), duration(TimeUnit)
  case interval(IntervalUnit)
  case list(Field), largeList(Field), listView(Field), largeListView(Field), fixedSizeList(Field, Int)
  case structure([Field]), map(key: Field, value: Field, sorted: Bool)
  case dictionary(index: DataType, value: DataType, ordered: Bool)
  case runEndEncoded(runEnds: Field, values: Field)
  case sparseUnion([Field], ids: [Int8]), denseUnion([Field], ids: [Int8])
}

extension DataType: CustomStringConvertible {
  public var description: String {
    switch self {
    case .decimal(let precision, let scale, let bitWidth):
      "decimal\(bitWidth == 128 ? "" : String(bitWidth))(\(precision),\(scale))"
    case .fixedSizeBinary(let size): "fixed_size_binary(\(size))"
    case .time32(let unit): "time32[\(unit.symbol)]"
    case .time64(let unit): "time64[\(unit.symbol)]"
    case .timestamp(let unit, let zone): zone.map { "timestamp[\(unit.symbol), \($0)]" } ?? "timestamp[\(unit.symbol)]"
    case .duration(let unit): "duration[\(unit.symbol)]"
    case .interval(let unit): "interval[\(unit.symbol)]"
    default: simpleName ?? nestedName
    }
  }

  /// The types whose name says everything.
  static let simple: [(name: String, type: DataType)] = [
    ("null", .null), ("bool", .bool), ("int8", .int8), ("int16", .int16), ("int32", .int32), ("int64", .int64),
    ("uint8", .uint8), ("uint16", .uint16), ("uint32", .uint32), ("uint64", .uint64), ("float16", .float16),
    ("float32", .float32), ("float64", .float64), ("utf8", .utf8), ("large_utf8", .largeUtf8),
    ("utf8_view", .utf8View), ("binary", .binary), ("large_binary", .largeBinary), ("binary_view", .binaryView),
    ("date32", .date32), ("date64", .date64),
  ]

  private var simpleName: String? { Self.simple.first { $0.type == self }?.name }

  private var nestedName: String {
    switch self {
    case .list(let item): "list<\(item.elementName)>"
    case .largeList(let item): "large_list<\(item.elementName)>"
    case .listView(let item): "list_view<\(item.elementName)>"
    case .largeListView(let item): "large_list_view<\(item.elementName)>"
    case .fixedSizeList(let item, let size): "fixed_size_list<\(item.elementName), \(size)>"
    case .structure(let fields): "struct<\(fields.map(\.memberName).joined(separator: ", "))>"
    case .map(let key, let value, let sorted):
      "map<\(key.type), \(value.type)\(value.nullable ? "" : " not null")\(sorted ? ", sorted" : "")>"
    case .dictionary(let index, let value, let ordered): "dictionary<\(index), \(value)\(ordered ? ", ordered" : "")>"
    case .runEndEncoded(let ends, let values): "run_end_encoded<\(ends.type), \(values.type)>"
    case .sparseUnion(let fields, let ids): "sparse_union<\(Self.unionMembers(fields, ids))>"
    case .denseUnion(let fields, let ids): "dense_union<\(Self.unionMembers(fields, ids))>"
    default: "unknown"
    }
  }

  private static func unionMembers(_ fields: [Field], _ ids: [Int8]) -> String {
    zip(fields, ids).map { "\($0.memberName)=\($1)" }.joined(separator: ", ")
  }
}

extension Field {
  /// The name inside a list: only the type where the field is called "item", as is usual.
  fileprivate var elementName: String {
    name == "item" ? "\(type)\(nullable ? "" : " not null")" : memberName
  }

  /// The name inside a struct or union: "a: int64", the field's name quoted where it is not a plain word.
  fileprivate var memberName: String {
    let plain = !name.isEmpty && name.utf8.allSatisfy(DataType.isWordByte)
    let escaped = name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return "\(plain ? name : "\"\(escaped)\""): \(type)\(nullable ? "" : " not null")"
  }
}

extension DataType {
  /// Letters, digits, "_", "-", "." and everything outside ASCII need no quotes.
  static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
      true
    default: byte >= 0x80
    }
  }
}

// The format strings of the Arrow C data interface.

extension DataType {
  var isInteger: Bool {
    switch self {
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64: true
    default: false
    }
  }

  private static let letters: [(String, DataType)] = [
    ("n", .null), ("b", .bool), ("c", .int8), ("C", .uint8), ("s", .int16), ("S", .uint16), ("i", .int32),
    ("I", .uint32), ("l", .int64), ("L", .uint64), ("e", .float16), ("f", .float32), ("g", .float64),
    ("z", .binary), ("Z", .largeBinary), ("vz", .binaryView), ("u", .utf8), ("U", .largeUtf8), ("vu", .utf8View),
    ("tdD", .date32), ("tdm", .date64), ("tts", .time32(.second)), ("ttm", .time32(.millisecond)),
    ("ttu", .time64(.microsecond)), ("ttn", .time64(.nanosecond)), ("tDs", .duration(.second)),
    ("tDm", .duration(.millisecond)), ("tDu", .duration(.microsecond)), ("tDn", .duration(.nanosecond)),
    ("tiM", .interval(.months)), ("tiD", .interval(.dayTime)), ("tin", .interval(.monthDayNano)),
  ]
  private static let byFormat = Dictionary(letters, uniquingKeysWith: { first, _ in first })
  private static let byType = Dictionary(letters.map { ($1, $0) }, uniquingKeysWith: { first, _ in first })

  /// The type of a format without children, nil for one that is unknown or out of range.
  init?(format: String) {
    if let type = Self.byFormat[format] {
      self = type
    } else if let size = format.suffix(after: "w:").flatMap({ Int($0) }), size >= 0, size <= Int(Int32.max) {
      self = .fixedSizeBinary(size)
    } else if let rest = format.suffix(after: "d:") {
      guard let type = Self.decimal(rest) else { return nil }
      self = type
    } else if format.hasPrefix("ts"), let type = Self.timestamp(format) {
      self = type
    } else {
      return nil
    }
  }

  private static func decimal(_ text: Substring) -> DataType? {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard (2...3).contains(parts.count), let precision = parts[0], let scale = parts[1] else { return nil }
    guard let width = parts.count == 3 ? parts[2] : 128, let most = decimalDigits[width] else { return nil }
    guard precision >= 1, precision <= most, abs(scale) <= 1_000 else { return nil }
    return .decimal(precision: precision, scale: scale, bitWidth: width)
  }

  /// The most digits that fit, by bit width.
  static let decimalDigits = [32: 9, 64: 18, 128: 38, 256: 76]

  private static func timestamp(_ format: String) -> DataType? {
    let units: [Character: TimeUnit] = [
      "s": .second, "m": .millisecond, "u": .microsecond, "n": .nanosecond,
    ]
    let rest = format.dropFirst(2)
    guard let letter = rest.first, let unit = units[letter], rest.dropFirst().first == ":" else { return nil }
    let zone = rest.dropFirst(2)
    return .timestamp(unit, zone: zone.isEmpty ? nil : String(zone))
  }

  /// The format string; for a dictionary that of its indices.
  var format: String {
    if let letters = Self.byType[self] { return letters }
    switch self {
    case .fixedSizeBinary(let size): return "w:\(size)"
    case .decimal(let precision, let scale, 128): return "d:\(precision),\(scale)"
    case .decimal(let precision, let scale, let width): return "d:\(precision),\(scale),\(width)"
    case .timestamp(let unit, let zone): return "ts\(unit.symbol.prefix(1)):\(zone ?? "")"
    case .list: return "+l"
    case .largeList: return "+L"
    case .listView: return "+vl"
    case .largeListView: return "+vL"
    case .fixedSizeList(_, let size): return "+w:\(size)"
    case .structure: return "+s"
    case .map: return "+m"
    case .dictionary(let index, _, _): return index.format
    case .runEndEncoded: return "+r"
    case .sparseUnion(_, let ids): return "+us:\(ids.map(String.init).joined(separator: ","))"
    case .denseUnion(_, let ids): return "+ud:\(ids.map(String.init).joined(separator: ","))"
    case .time32(let unit), .time64(let unit): return "tt\(unit.symbol.prefix(1))"
    default: return "n"
    }
  }

  /// The C schema's child fields.
  var childFields: [Field] {
    switch self {
    case .list(let item), .largeList(let item), .listView(let item), .largeListView(let item),
      .fixedSizeList(let item, _):
      [item]
    case .structure(let fields), .sparseUnion(let fields, _), .denseUnion(let fields, _): fields
    case .map(let key, let value, _): [Field("entries", .structure([key, value]), nullable: false)]
    case .runEndEncoded(let ends, let values): [ends, values]
    default: []
    }
  }
}

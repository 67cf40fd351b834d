// What the values of a column mean to a rule, whatever their width and layout, and how a value written in the
// configuration is read for it.
import JSONValue
import PluginKit

enum ColumnFamily: Sendable, Equatable {
  case boolean, integer, float, text, binary, null
  /// Stored as an integer × 10^-scale.
  case decimal(scale: Int)
  /// Stored as a count of units of this many nanoseconds.
  case date(unit: Int128), time(unit: Int128), timestamp(unit: Int128), duration(unit: Int128)
  case other

  init(_ type: DataType) {
    switch type {
    case .dictionary(_, let value, _): self = ColumnFamily(value)
    case .null: self = .null
    case .bool: self = .boolean
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64: self = .integer
    case .float16, .float32, .float64: self = .float
    case .utf8, .largeUtf8, .utf8View: self = .text
    case .binary, .largeBinary, .binaryView, .fixedSizeBinary: self = .binary
    case .decimal(_, let scale, let width): self = width <= 128 ? .decimal(scale: scale) : .other
    case .date32: self = .date(unit: TimeText.day)
    case .date64: self = .date(unit: TimeText.second / 1000)
    case .time32(let unit), .time64(let unit): self = .time(unit: unit.nanoseconds)
    case .timestamp(let unit, _): self = .timestamp(unit: unit.nanoseconds)
    case .duration(let unit): self = .duration(unit: unit.nanoseconds)
    default: self = .other
    }
  }

  /// Values are ordered integers in the buffers.
  var isIntegral: Bool {
    switch self {
    case .integer, .decimal, .date, .time, .timestamp, .duration: true
    default: false
    }
  }

  var isOrdered: Bool { isIntegral || self == .float }

  /// How to write a value, for error messages.
  var hint: String {
    switch self {
    case .boolean: "write true or false"
    case .integer: "write a whole number"
    case .float, .decimal: "write a number"
    case .text, .binary: "write text in quotes"
    case .date: "write a date such as \"2026-01-31\""
    case .time: "write a time such as \"08:30:00\""
    case .timestamp: "write a time such as \"2026-01-31T08:00:00Z\""
    case .duration: "write a span such as \"24h\""
    case .null, .other: "this type has no values to compare"
    }
  }

  /// The configured value as the integer the column would hold, rounded where the column is coarser; nil when it is
  /// not of this family.
  func integer(_ value: JSONValue, _ rounding: DecimalNumber.Rounding) -> Int128? {
    switch self {
    case .integer: return number(value)?.scaled(to: 0, rounding)
    case .decimal(let scale): return number(value)?.scaled(to: scale, rounding)
    case .date(let unit), .timestamp(let unit):
      return value.string.flatMap(TimeText.instant).map { divide($0, unit, rounding) }
    case .time(let unit): return value.string.flatMap { TimeText.clock($0) }.map { divide($0, unit, rounding) }
    case .duration(let unit): return value.string.flatMap(TimeText.span).map { divide($0, unit, rounding) }
    default: return nil
    }
  }

  /// The same without rounding: nil also when no value of the column can equal it; `isWellFormed` tells them apart.
  func exactInteger(_ value: JSONValue) -> Int128? {
    guard let low = integer(value, .down), low == integer(value, .up) else { return nil }
    return low
  }

  func double(_ value: JSONValue) -> Double? {
    if let number = value.double { return number }
    return value.string.flatMap { DecimalNumber($0) == nil ? nil : Double($0) }
  }

  /// Numbers may also be written as text, where their digits matter ("12.30").
  private func number(_ value: JSONValue) -> DecimalNumber? {
    switch value {
    case .int(let number): DecimalNumber(String(number))
    case .double(let number): number.isFinite ? DecimalNumber("\(number)") : nil
    case .string(let text): DecimalNumber(text)
    default: nil
    }
  }

  private func divide(_ value: Int128, _ unit: Int128, _ rounding: DecimalNumber.Rounding) -> Int128 {
    let quotient = value / unit
    let rest = value % unit
    if rest > 0, rounding == .up { return quotient + 1 }
    if rest < 0, rounding == .down { return quotient - 1 }
    return quotient
  }
}

extension TimeUnit {
  var nanoseconds: Int128 {
    switch self {
    case .second: 1_000_000_000
    case .millisecond: 1_000_000
    case .microsecond: 1000
    case .nanosecond: 1
    }
  }
}

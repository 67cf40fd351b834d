// Fixed-width slots of a column being built.

extension ColumnBuilder {
  func appendScalar(_ value: Int64) {
    switch scalar {
    case .int64: primary.append(value)
    case .int32, .months: primary.append(fitted(value, Int32.self))
    case .int16: primary.append(fitted(value, Int16.self))
    case .int8: primary.append(fitted(value, Int8.self))
    case .uint64: primary.append(fitted(value, UInt64.self))
    case .uint32: primary.append(fitted(value, UInt32.self))
    case .uint16: primary.append(fitted(value, UInt16.self))
    case .uint8: primary.append(fitted(value, UInt8.self))
    case .float64: primary.append(Double(value))
    case .float32: primary.append(Float(value))
    case .float16: primary.append(Float16(value))
    case .decimal: appendDecimal(String(value))
    case .none, .dayTime, .monthDayNano: misuse("it holds no integers")
    }
  }

  func appendScalar(_ value: Double) {
    switch scalar {
    case .float64: primary.append(value)
    case .float32: primary.append(Float(value))
    case .float16: primary.append(Float16(value))
    case .decimal: appendDecimal(String(value))
    default: misuse("it holds no fractions")
    }
  }

  private func fitted<T: FixedWidthInteger>(_ value: Int64, _ type: T.Type) -> T {
    guard let exact = T(exactly: value) else { misuse("\(value) does not fit") }
    return exact
  }

  private func appendDecimal(_ text: String) {
    guard let bytes = decimalBytes(text) else { misuse("\(text) does not fit") }
    bytes.withUnsafeBytes { primary.append(bytes: $0) }
  }

  /// The slot for a decimal number, nil where it does not fit.
  func decimalBytes(_ text: String) -> [UInt8]? {
    guard case .decimal(let precision, let scale, let bits) = layout.type else { return nil }
    return DecimalText.bytes(text, precision: precision, scale: scale, width: bits / 8)
  }
}

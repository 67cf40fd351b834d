// A decimal number as written, exact: mantissa × 10^exponent.

struct DecimalNumber: Sendable, Equatable {
  var mantissa: Int128
  var exponent: Int

  init(mantissa: Int128, exponent: Int) {
    self.mantissa = mantissa
    self.exponent = exponent
  }

  /// Reads "-12.50" or "1e3"; nil when it is not a number or has more than 38 digits.
  init?(_ text: some StringProtocol) {
    var rest = Array(text.utf8)[...]
    let isNegative = rest.first == 0x2D
    if isNegative || rest.first == 0x2B { rest.removeFirst() }
    var mantissa: Int128 = 0
    var exponent = 0
    var digits = 0
    var isFraction = false
    while let byte = rest.first, byte != 0x65, byte != 0x45 {
      rest.removeFirst()
      if byte == 0x2E, !isFraction {
        isFraction = true
        continue
      }
      guard (0x30...0x39).contains(byte) else { return nil }
      let (tens, overflow) = mantissa.multipliedReportingOverflow(by: 10)
      let (sum, overflow2) = tens.addingReportingOverflow(Int128(byte - 0x30))
      if overflow || overflow2 { return nil }
      mantissa = sum
      digits += 1
      if isFraction { exponent -= 1 }
    }
    if !rest.isEmpty {
      guard let power = Int(String(decoding: rest.dropFirst(), as: UTF8.self)), abs(power) <= 400 else { return nil }
      exponent += power
    }
    guard digits > 0 else { return nil }
    self.mantissa = isNegative ? -mantissa : mantissa
    self.exponent = exponent
  }

  enum Rounding { case down, up }

  /// value × 10^scale as an integer; the far ends of Int128 stand for what is beyond them.
  func scaled(to scale: Int, _ rounding: Rounding) -> Int128 {
    var value = mantissa
    var power = exponent + scale
    while power > 0, value != 0 {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      if overflow { return value < 0 ? .min : .max }
      value = product
      power -= 1
    }
    var hasRest = false
    while power < 0, value != 0 {
      hasRest = hasRest || value % 10 != 0
      value /= 10
      power += 1
    }
    guard hasRest else { return value }
    // Division cut toward zero.
    if rounding == .up, mantissa > 0 { return value + 1 }
    if rounding == .down, mantissa < 0 { return value - 1 }
    return value
  }
}

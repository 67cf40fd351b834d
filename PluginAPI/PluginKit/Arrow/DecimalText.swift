// Decimal numbers of any width as text, and back.

enum DecimalText {
  /// Two's complement, little endian, 4 to 32 bytes; `scale` digits stand behind the point.
  static func string(littleEndian bytes: UnsafeRawBufferPointer, scale: Int) -> String {
    var limbs = [UInt64](repeating: 0, count: 4)
    let negative = (bytes.last ?? 0) & 0x80 != 0
    for position in 0..<32 {
      let byte = position < bytes.count ? bytes[position] : (negative ? 0xFF : 0)
      limbs[position / 8] |= UInt64(byte) << UInt64(position % 8 * 8)
    }
    if negative { negate(&limbs) }
    var digits = ""
    var parts: [String] = []
    while limbs.contains(where: { $0 != 0 }) { parts.append(String(divide(&limbs, by: 1_000_000_000))) }
    for (index, part) in parts.reversed().enumerated() {
      digits += index == 0 ? part : String(repeating: "0", count: 9 - part.utf8.count) + part
    }
    if digits.isEmpty { digits = "0" }
    return (negative ? "-" : "") + placed(digits, scale: scale)
  }

  private static func placed(_ digits: String, scale: Int) -> String {
    if scale == 0 { return digits }
    if scale < 0 { return digits == "0" ? "0" : digits + String(repeating: "0", count: -scale) }
    let padded = String(repeating: "0", count: max(0, scale + 1 - digits.utf8.count)) + digits
    return padded.dropLast(scale) + "." + padded.suffix(scale)
  }

  private static func negate(_ limbs: inout [UInt64]) {
    var carry = true
    for index in limbs.indices {
      limbs[index] = ~limbs[index]
      if carry { (limbs[index], carry) = limbs[index].addingReportingOverflow(1) }
    }
  }

  private static func divide(_ limbs: inout [UInt64], by divisor: UInt64) -> UInt64 {
    var remainder: UInt64 = 0
    for index in limbs.indices.reversed() {
      (limbs[index], remainder) = divisor.dividingFullWidth((remainder, limbs[index]))
    }
    return remainder
  }

  /// The little-endian bytes of a number such as "-12.50" at this scale; nil where it is no number, has more digits
  /// than `precision` or digits behind the point that the scale would lose.
  static func bytes(_ text: String, precision: Int, scale: Int, width: Int) -> [UInt8]? {
    guard let (negative, digits) = unscaled(text, scale: scale) else { return nil }
    let significant = digits.drop { $0 == 0 }
    guard significant.count <= precision else { return nil }
    var limbs = [UInt64](repeating: 0, count: 4)
    for digit in significant {
      var carry = UInt64(digit)
      for index in limbs.indices {
        let (high, low) = limbs[index].multipliedFullWidth(by: 10)
        let (sum, overflow) = low.addingReportingOverflow(carry)
        limbs[index] = sum
        carry = high + (overflow ? 1 : 0)
      }
    }
    if negative { negate(&limbs) }
    return (0..<width).map { UInt8(truncatingIfNeeded: limbs[$0 / 8] >> UInt64($0 % 8 * 8)) }
  }

  /// The digits of text × 10^scale; understands "1.5e3".
  private static func unscaled(_ text: String, scale: Int) -> (negative: Bool, digits: [UInt8])? {
    var rest = Substring(text)
    var exponent = scale
    if let mark = rest.firstIndex(where: { $0 == "e" || $0 == "E" }) {
      guard let power = Int(rest[rest.index(after: mark)...]), abs(power) <= 1_000 else { return nil }
      exponent += power
      rest = rest[..<mark]
    }
    let negative = rest.hasPrefix("-")
    if negative || rest.hasPrefix("+") { rest = rest.dropFirst() }
    let halves = rest.split(separator: ".", omittingEmptySubsequences: false)
    guard halves.count <= 2, halves.contains(where: { !$0.isEmpty }) else { return nil }
    if halves.count == 2 { exponent -= halves[1].utf8.count }
    var digits = halves.joined().utf8.map { $0 &- UInt8(ascii: "0") }
    guard digits.allSatisfy({ $0 <= 9 }) else { return nil }
    while exponent < 0, !digits.isEmpty {
      guard digits.removeLast() == 0 else { return nil }
      exponent += 1
    }
    if exponent > 0 { digits += [UInt8](repeating: 0, count: exponent) }
    return (negative, digits)
  }
}

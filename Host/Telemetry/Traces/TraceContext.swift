// Where in a trace something happens: W3C Trace Context, as it comes with a request and as spans name each other.

/// 16 bytes that name a trace.
package struct TraceID: Sendable, Hashable {
  package let high: UInt64
  package let low: UInt64
  package var isValid: Bool { high != 0 || low != 0 }
  package var hex: String { hexadecimal(high) + hexadecimal(low) }

  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  package static func random() -> TraceID { TraceID(high: .random(in: 1 ... .max), low: .random(in: 1 ... .max)) }

  /// Of a run: a run's id is 128 bits as well, so whoever has the one finds the other. nil for what is no ULID.
  package init?(run: String) {
    guard run.utf8.count == 26 else { return nil }
    var (high, low): (UInt64, UInt64) = (0, 0)
    for byte in run.utf8 {
      guard let digit = Self.alphabet.firstIndex(of: byte) else { return nil }
      high = high << 5 | low >> 59
      low = low << 5 | UInt64(digit)
    }
    self.init(high: high, low: low)
  }

  /// The same bytes as a UUID is written.
  package var uuid: String {
    let text = hex
    var parts: [Substring] = []
    var rest = text[...]
    for length in [8, 4, 4, 4, 12] {
      parts.append(rest.prefix(length))
      rest = rest.dropFirst(length)
    }
    return parts.joined(separator: "-")
  }

  private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
}

package struct TraceContext: Sendable, Hashable {
  package let trace: TraceID
  package let span: UInt64
  package let isSampled: Bool

  package init(trace: TraceID, span: UInt64, isSampled: Bool) {
    self.trace = trace
    self.span = span
    self.isSampled = isSampled
  }

  /// Of the request that is being answered by this task, where it is traced.
  @TaskLocal package static var current: TraceContext?

  /// Reads `00-TRACE-PARENT-FLAGS`. A later version may be longer; anything malformed is as if nothing was sent.
  package init?(traceparent: String) {
    let parts = traceparent.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count >= 4, parts[0].count == 2, parts[0] != "ff", parts[0] != "00" || parts.count == 4,
      Self.number(parts[0]) != nil, parts[1].count == 32, let high = Self.number(parts[1].prefix(16)),
      let low = Self.number(parts[1].suffix(16)), parts[2].count == 16, let span = Self.number(parts[2]), span != 0,
      parts[3].count == 2, let flags = Self.number(parts[3]), high != 0 || low != 0
    else { return nil }
    self.init(trace: TraceID(high: high, low: low), span: span, isSampled: flags & 1 == 1)
  }

  /// Small letters only, as the standard has it.
  private static func number(_ text: Substring) -> UInt64? {
    guard text.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else { return nil }
    return UInt64(text, radix: 16)
  }
}

/// 16 digits.
func hexadecimal(_ value: UInt64) -> String {
  let digits = String(value, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}

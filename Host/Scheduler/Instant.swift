// A moment as a value: the scheduler reads no clock, so every moment is handed in.

/// Seconds since 1970 in UTC.
package struct Instant: Sendable, Hashable, Comparable, Codable {
  package var seconds: Double
  package init(_ seconds: Double) { self.seconds = seconds }

  package static func < (left: Instant, right: Instant) -> Bool { left.seconds < right.seconds }
  package static func + (left: Instant, seconds: Double) -> Instant { Instant(left.seconds + seconds) }
  package static func - (left: Instant, right: Instant) -> Double { left.seconds - right.seconds }

  /// Reads `2026-11-27T06:00:00Z`, with a fraction or an offset such as `+01:00` where there is one; nil otherwise.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, [bytes[4], bytes[7], bytes[10], bytes[13], bytes[16]] == Array("--T::".utf8),
      let year = number(bytes[0..<4]), let month = number(bytes[5..<7]), let day = number(bytes[8..<10]),
      let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]), let second = number(bytes[17..<19]),
      (1...12).contains(month), day >= 1, day <= CivilDay.length(ofMonth: month, year: year), hour < 24, minute < 60,
      second < 60
    else { return nil }
    var rest = bytes[19...]
    var fraction = 0.0
    if rest.first == 0x2E {
      let digits = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
      guard !digits.isEmpty, let part = Double("0." + String(decoding: digits, as: UTF8.self)) else { return nil }
      fraction = part
      rest = rest.dropFirst(digits.count + 1)
    }
    guard let offset = Self.offset(Array(rest)) else { return nil }
    let days = CivilDay(year: year, month: month, day: day).number
    seconds = Double(days * 86_400 + hour * 3600 + minute * 60 + second - offset) + fraction
  }

  private static func offset(_ bytes: [UInt8]) -> Int? {
    if bytes == [0x5A] { return 0 }
    guard bytes.count == 6, bytes[0] == 0x2B || bytes[0] == 0x2D, bytes[3] == 0x3A,
      let hours = number(bytes[1..<3]), let minutes = number(bytes[4..<6]), hours < 24, minutes < 60
    else { return nil }
    return (bytes[0] == 0x2D ? -1 : 1) * (hours * 3600 + minutes * 60)
  }

  /// `2026-11-27T06:00:00Z`, cut to whole seconds.
  package var text: String {
    let whole = Int(seconds.rounded(.down))
    let day = CivilDay(number: whole.floorDivided(by: 86_400))
    let second = whole - day.number * 86_400
    return day.text + "T" + twoDigits(second / 3600) + ":" + twoDigits(second / 60 % 60) + ":" + twoDigits(second % 60)
      + "Z"
  }
}

func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

/// Digits only: a sign or a space is no number.
func number(_ bytes: some Collection<UInt8>) -> Int? {
  guard !bytes.isEmpty, bytes.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
  return Int(String(decoding: bytes, as: UTF8.self))
}

extension Int {
  func floorDivided(by divisor: Int) -> Int { self >= 0 ? self / divisor : -((divisor - 1 - self) / divisor) }
}

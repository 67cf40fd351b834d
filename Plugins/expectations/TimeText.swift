// Dates, times and spans as people write them, in nanoseconds.

enum TimeText {
  static let second: Int128 = 1_000_000_000
  static let day: Int128 = 86_400 * second

  /// "2026-01-31" or an RFC 3339 time ("2026-01-31T08:00:00.5+01:00", also with a space or without a zone, which
  /// then is UTC), in nanoseconds since 1970.
  static func instant(_ text: String) -> Int128? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 10, let days = days(bytes[..<10]) else { return nil }
    if bytes.count == 10 { return Int128(days) * day }
    guard [0x54, 0x74, 0x20].contains(bytes[10]) else { return nil }
    var rest = bytes[11...]
    guard let zone = takeZone(&rest), let time = clock(rest) else { return nil }
    return Int128(days) * day + time - zone
  }

  /// "08:30", "08:30:15.250": nanoseconds since midnight.
  static func clock(_ bytes: ArraySlice<UInt8>) -> Int128? {
    let parts = bytes.split(separator: 0x3A, omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), let hour = digits(parts[0], 2), let minute = digits(parts[1], 2) else {
      return nil
    }
    guard hour < 24, minute < 60 else { return nil }
    var result = Int128(hour * 60 + minute) * 60 * second
    if parts.count == 3 {
      let seconds = parts[2].split(separator: 0x2E, maxSplits: 1, omittingEmptySubsequences: false)
      guard let whole = digits(seconds[0], 2), whole <= 60 else { return nil }
      result += Int128(whole) * second
      if seconds.count == 2 {
        guard (1...9).contains(seconds[1].count), let fraction = digits(seconds[1], seconds[1].count) else {
          return nil
        }
        result += Int128(fraction) * power(10, 9 - seconds[1].count)
      }
    }
    return result
  }

  static func clock(_ text: String) -> Int128? { clock(Array(text.utf8)[...]) }

  /// "90s", "24h", "7d", "1d12h", "500ms".
  static func span(_ text: String) -> Int128? {
    var rest = Array(text.utf8)[...]
    var total: Int128 = 0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let number = rest.prefix { (0x30...0x39).contains($0) || $0 == 0x2E }
      rest = rest.dropFirst(number.count)
      let letters = rest.prefix { !((0x30...0x39).contains($0) || $0 == 0x2E) }
      rest = rest.dropFirst(letters.count)
      guard let value = DecimalNumber(String(decoding: number, as: UTF8.self)), number.count < 16,
        let unit = units[String(decoding: letters, as: UTF8.self)]
      else { return nil }
      let scaled = DecimalNumber(mantissa: value.mantissa * unit, exponent: value.exponent)
      total += scaled.scaled(to: 0, .down)
    }
    return total
  }

  private static let units: [String: Int128] = [
    "ns": 1, "us": 1000, "ms": 1_000_000, "s": second, "m": 60 * second, "min": 60 * second, "h": 3600 * second,
    "d": day, "w": 7 * day,
  ]

  /// 93_784 s as "1 d 2 h"; two units at most.
  static func words(seconds: Double) -> String {
    guard seconds.isFinite, abs(seconds) < 1e15 else { return "\(seconds) s" }
    if abs(seconds) < 60 { return "\((seconds * 10).rounded() / 10) s" }
    var rest = Int64(abs(seconds).rounded())
    var parts: [String] = []
    for (name, size) in [("d", Int64(86_400)), ("h", 3600), ("min", 60), ("s", 1)] where rest >= size && parts.count < 2
    {
      parts.append("\(rest / size) \(name)")
      rest %= size
    }
    return (seconds < 0 ? "-" : "") + parts.joined(separator: " ")
  }

  private static func days(_ bytes: ArraySlice<UInt8>) -> Int? {
    let parts = bytes.split(separator: 0x2D, omittingEmptySubsequences: false)
    guard parts.count == 3, let year = digits(parts[0], 4), let month = digits(parts[1], 2),
      let day = digits(parts[2], 2)
    else { return nil }
    let lengths = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard (1...12).contains(month), day >= 1, day <= lengths[month - 1] else { return nil }
    // Days from 1970 in the proleptic Gregorian calendar; the year starts in March here, so February comes last.
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  /// Cuts "Z" or "+01:00" off; 0 where there is none, nil where it is malformed.
  private static func takeZone(_ rest: inout ArraySlice<UInt8>) -> Int128? {
    if rest.last == 0x5A || rest.last == 0x7A {
      rest.removeLast()
      return 0
    }
    guard let sign = rest.lastIndex(where: { $0 == 0x2B || $0 == 0x2D }) else { return 0 }
    let zone = rest[(sign + 1)...].filter { $0 != 0x3A }
    guard zone.count == 4, let hours = digits(zone[..<2], 2), let minutes = digits(zone[2...], 2), hours < 24,
      minutes < 60
    else { return nil }
    let size = Int128(hours * 60 + minutes) * 60 * second
    let isEast = rest[sign] == 0x2B
    rest = rest[..<sign]
    return isEast ? size : -size
  }

  private static func digits(_ bytes: ArraySlice<UInt8>, _ count: Int) -> Int? {
    guard bytes.count == count, bytes.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return bytes.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  private static func power(_ base: Int128, _ exponent: Int) -> Int128 {
    (0..<exponent).reduce(1) { value, _ in value * base }
  }
}

// Reads ISO 8601 dates, times and timestamps.

extension CalendarText {
  /// "2024-02-29" as days since 1970-01-01.
  static func parseDate(_ text: Substring) -> Int64? {
    var rest = text
    var sign: Int64 = 1
    if let first = rest.first, first == "-" || first == "+" {
      if first == "-" { sign = -1 }
      rest = rest.dropFirst()
    }
    let parts = rest.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, (4...9).contains(parts[0].utf8.count) else { return nil }
    guard let year = number(parts[0]), let month = number(parts[1]), let day = number(parts[2]) else { return nil }
    return days(year: sign * year, month: Int(month), day: Int(day))
  }

  /// "03:04", "03:04:05" or "03:04:05.123" in units of 1/`second`; nil where digits would be lost.
  static func parseTime(_ text: Substring, per second: Int64) -> Int64? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), let hour = number(parts[0]), let minute = number(parts[1]) else { return nil }
    let tail = parts.count == 3 ? parts[2].split(separator: ".", omittingEmptySubsequences: false) : ["0"]
    guard let whole = number(tail[0]), tail.count <= 2 else { return nil }
    guard hour < 24, minute < 60, whole < 60 else { return nil }
    var rest: Int64 = 0
    if tail.count == 2 {
      guard let value = number(tail[1]), tail[1].utf8.count <= 9 else { return nil }
      var nanoseconds = value
      for _ in tail[1].utf8.count..<9 { nanoseconds *= 10 }
      let (quotient, lost) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000 / second)
      guard lost == 0 else { return nil }
      rest = quotient
    }
    return (hour * 3600 + minute * 60 + whole) * second + rest
  }

  /// A date, or a date and time with "T" or a space between, and "Z", an offset or nothing (UTC) behind it.
  static func parseTimestamp(_ text: String, per second: Int64) -> Int64? {
    guard let separator = text.firstIndex(where: { $0 == "T" || $0 == " " || $0 == "t" }) else {
      return parseDate(text[...]).flatMap { scaled($0 * 86_400, second, 0) }
    }
    guard let day = parseDate(text[..<separator]) else { return nil }
    var clock = text[text.index(after: separator)...]
    var offset: Int64 = 0
    if clock.last == "Z" || clock.last == "z" {
      clock = clock.dropLast()
    } else if let mark = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
      let digits = clock[clock.index(after: mark)...].filter { $0 != ":" }
      guard digits.utf8.count == 4 || digits.utf8.count == 2, let value = number(digits[...]) else { return nil }
      offset = digits.utf8.count == 2 ? value * 3600 : value / 100 * 3600 + value % 100 * 60
      if clock[mark] == "-" { offset = -offset }
      clock = clock[..<mark]
    }
    guard let time = parseTime(clock, per: second) else { return nil }
    return scaled(day * 86_400 - offset, second, time)
  }

  private static func scaled(_ seconds: Int64, _ second: Int64, _ rest: Int64) -> Int64? {
    let (product, overflow) = seconds.multipliedReportingOverflow(by: second)
    let (sum, second) = product.addingReportingOverflow(rest)
    return overflow || second ? nil : sum
  }

  private static func number(_ digits: Substring) -> Int64? {
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int64(digits)
  }
}

// Dates, times and timestamps as ISO 8601 text, and back, by the proleptic Gregorian calendar.

enum CalendarText {
  /// Days since 1970-01-01 as "2024-02-29"; years outside 0...9999 get a sign, as ISO 8601 has it.
  static func date(days: Int64) -> String {
    let (year, month, day) = civil(days)
    let digits = padded(year.magnitude, 4)
    return "\(year < 0 ? "-" : year > 9999 ? "+" : "")\(digits)-\(padded(UInt64(month), 2))-\(padded(UInt64(day), 2))"
  }

  /// A time of day as "03:04:05" with as many groups of three digits as it needs.
  static func time(_ value: Int64, per second: Int64) -> String {
    let seconds = floorDivide(value, second)
    let text =
      "\(padded(UInt64(seconds.quotient / 3600), 2)):\(padded(UInt64(seconds.quotient / 60 % 60), 2))"
      + ":\(padded(UInt64(seconds.quotient % 60), 2))"
    return text + fraction(seconds.remainder, per: second)
  }

  /// A timestamp as "2024-02-29T03:04:05.123", with "Z" or the offset when it has a zone. Zones known by name only
  /// are shown in UTC: the same instant, without a calendar database.
  static func timestamp(_ value: Int64, per second: Int64, zone: String?) -> String {
    let offset = zone.map { offsetSeconds($0) ?? 0 } ?? 0
    let (seconds, rest) = floorDivide(value, second)
    let local = seconds &+ Int64(offset)
    let (days, time) = floorDivide(local, 86_400)
    let text = date(days: days) + "T" + self.time(time, per: 1) + fraction(rest, per: second)
    guard zone != nil else { return text }
    if offset == 0 { return text + "Z" }
    let minutes = UInt64(offset.magnitude / 60)
    return text + (offset < 0 ? "-" : "+") + padded(minutes / 60, 2) + ":" + padded(minutes % 60, 2)
  }

  private static func fraction(_ rest: Int64, per second: Int64) -> String {
    if rest == 0 { return "" }
    var value = UInt64(rest)
    var digits = second == 1_000 ? 3 : second == 1_000_000 ? 6 : 9
    while digits > 3, value % 1_000 == 0 {
      value /= 1_000
      digits -= 3
    }
    return "." + padded(value, digits)
  }

  private static func padded(_ value: UInt64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }

  static func floorDivide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  /// "UTC", "Z", "+02:00", "-0330"; nil for a zone by name.
  private static func offsetSeconds(_ zone: String) -> Int? {
    if ["UTC", "Z", "GMT", "Etc/UTC"].contains(zone) { return 0 }
    guard let sign = zone.first, sign == "+" || sign == "-" else { return nil }
    let digits = zone.dropFirst().filter { $0 != ":" }
    guard digits.utf8.count == 4 || digits.utf8.count == 2, let number = Int(digits) else { return nil }
    let seconds = digits.utf8.count == 2 ? number * 3600 : number / 100 * 3600 + number % 100 * 60
    return sign == "-" ? -seconds : seconds
  }

  /// The civil date of a day number (H. Hinnant's algorithm: eras of 400 years that begin in March).
  static func civil(_ days: Int64) -> (year: Int64, month: Int, day: Int) {
    let (era, dayOfEra) = floorDivide(days &+ 719_468, 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let day = Int(dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    let month = Int(marchMonth < 10 ? marchMonth + 3 : marchMonth - 9)
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  static func days(year: Int64, month: Int, day: Int) -> Int64? {
    guard (1...12).contains(month), (1...31).contains(day) else { return nil }
    let shifted = month <= 2 ? year - 1 : year
    let (era, yearOfEra) = floorDivide(shifted, 400)
    let dayOfYear = Int64((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1)
    let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    // A day that its month lacks comes back as another date.
    return civil(days) == (year, month, day) ? days : nil
  }
}

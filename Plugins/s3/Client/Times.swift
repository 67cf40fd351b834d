// Times as S3 writes them.
import Glibc

enum Times {
  /// 20130524T000000Z
  static func stamp(_ seconds: Int64) -> String {
    var time = tm()
    var value = time_t(seconds)
    gmtime_r(&value, &time)
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(1900 + time.tm_year)\(two(time.tm_mon + 1))\(two(time.tm_mday))"
      + "T\(two(time.tm_hour))\(two(time.tm_min))\(two(time.tm_sec))Z"
  }

  /// Microseconds since 1970 of 2009-10-12T17:50:30.000Z; nil for anything else.
  static func microseconds(_ text: String) -> Int64? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes.last == 0x5A, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[10] == 0x54,
      bytes[13] == 0x3A, bytes[16] == 0x3A
    else { return nil }
    func number(_ range: Range<Int>) -> Int32? { Int32(String(decoding: bytes[range], as: UTF8.self)) }
    var time = tm()
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
      let minute = number(14..<16), let second = number(17..<19)
    else { return nil }
    (time.tm_year, time.tm_mon, time.tm_mday) = (year - 1900, month - 1, day)
    (time.tm_hour, time.tm_min, time.tm_sec) = (hour, minute, second)
    var fraction: Int64 = 0
    if bytes[19] == 0x2E {
      let digits = bytes[20..<(bytes.count - 1)].prefix(6)
      guard let value = Int64(String(decoding: digits, as: UTF8.self)) else { return nil }
      fraction = (digits.count..<6).reduce(value) { value, _ in value * 10 }
    }
    return Int64(timegm(&time)) * 1_000_000 + fraction
  }
}

// Times as HTTP writes them: RFC 9110, 5.6.7.
import Glibc

package enum HTTPDate {
  /// Seconds since 1970 from any of the three forms; nil for anything else.
  package static func parse(_ text: String) -> Int64? {
    // "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"
    let words = text.split(whereSeparator: { $0 == " " || $0 == "," || $0 == "-" }).map(String.init)
    guard words.count >= 5, let clock = words.firstIndex(where: { $0.contains(":") }) else { return nil }
    let isASCTime = months.firstIndex(of: words[1]) != nil
    guard let day = Int(isASCTime ? words[2] : words[1]), (1...31).contains(day),
      let month = months.firstIndex(of: isASCTime ? words[1] : words[2]),
      var year = Int(isASCTime ? words[clock == 3 ? 4 : 0] : words[3]), isASCTime || words.last == "GMT"
    else { return nil }
    // Two digits: a year more than 50 years ahead lies in the past century.
    if year < 100 { year += year < 76 ? 2000 : 1900 }
    let parts = words[clock].split(separator: ":").map { Int($0) ?? -1 }
    guard parts.count == 3, (0...23).contains(parts[0]), (0...59).contains(parts[1]), (0...60).contains(parts[2]),
      (1970...9999).contains(year)
    else { return nil }
    var time = tm()
    time.tm_year = Int32(year - 1900)
    time.tm_mon = Int32(month)
    time.tm_mday = Int32(day)
    time.tm_hour = Int32(parts[0])
    time.tm_min = Int32(parts[1])
    time.tm_sec = Int32(parts[2])
    return Int64(timegm(&time))
  }

  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}

// The time of day as RFC 3339 text in UTC with milliseconds, as every document and message writes it.
import Glibc

package enum TimeStamp {
  package static func now() -> String {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return text(seconds: time.tv_sec, milliseconds: time.tv_nsec / 1_000_000)
  }

  /// The day of `now`, which is the host's day everywhere.
  package static func today() -> String { String(now().prefix(10)) }

  /// That many seconds from now.
  package static func text(afterSeconds seconds: Double) -> String {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return text(seconds: time.tv_sec + Int(seconds), milliseconds: time.tv_nsec / 1_000_000)
  }

  package static func text(seconds: Int, milliseconds: Int) -> String {
    var moment = time_t(seconds)
    var parts = tm()
    gmtime_r(&moment, &parts)
    func pad(_ value: Int, _ width: Int) -> String {
      let digits = String(value)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let date = "\(pad(Int(parts.tm_year) + 1900, 4))-\(pad(Int(parts.tm_mon) + 1, 2))-\(pad(Int(parts.tm_mday), 2))"
    let clock = "\(pad(Int(parts.tm_hour), 2)):\(pad(Int(parts.tm_min), 2)):\(pad(Int(parts.tm_sec), 2))"
    return "\(date)T\(clock).\(pad(milliseconds, 3))Z"
  }
}

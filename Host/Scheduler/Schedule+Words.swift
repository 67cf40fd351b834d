// A schedule in the words of people: "at 06:00 every day, New York time".

extension Schedule {
  package var describe: String {
    var parts: [String] = []
    switch timing {
    case .cron(let cron): parts.append(cron.words + ", \(zoneWords)")
    case .every(let seconds, _): parts.append("every \(Self.words(seconds))")
    case nil: break
    }
    if !datasets.isEmpty { parts.append("when \(listed(datasets, "or")) has a new version") }
    return parts.joined(separator: ", and ")
  }

  private var zoneWords: String {
    guard let slash = timezone.lastIndex(of: "/") else { return timezone == "UTC" ? "UTC" : "\(timezone) time" }
    return timezone[timezone.index(after: slash)...].replacing("_", with: " ") + " time"
  }

  private static func words(_ seconds: Double) -> String {
    var rest = Int(seconds)
    var parts: [String] = []
    for (name, size) in [("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)] where rest >= size {
      let count = rest / size
      rest %= size
      parts.append(count == 1 ? (seconds == Double(size) ? name : "1 \(name)") : "\(count) \(name)s")
    }
    return parts.joined(separator: " ")
  }
}

extension Cron {
  var words: String { [timeWords, dayWords, monthWords].compactMap(\.self).joined(separator: " ") }

  private var timeWords: String {
    if hours.values.count * minutes.values.count <= 4 {
      let times = hours.values.flatMap { hour in minutes.values.map { "\(twoDigits(hour)):\(twoDigits($0))" } }
      return "at \(listed(times, "and"))"
    }
    let allHours = hours.values.count == 24
    let step = minutes.values.count > 1 ? minutes.values[1] - minutes.values[0] : 60
    let isEven =
      60 % step == 0 && minutes.values.count == 60 / step
      && zip(minutes.values, minutes.values.dropFirst()).allSatisfy { $1 - $0 == step }
    let within = allHours ? "" : " in the hours \(listed(hours.values.map(twoDigits), "and"))"
    if minutes.values == [0] { return allHours ? "every hour" : "on the hour\(within)" }
    if isEven, minutes.values[0] == 0 { return (step == 1 ? "every minute" : "every \(step) minutes") + within }
    return "at minute \(listed(minutes.values.map(String.init), "and")) of every hour\(within)"
  }

  private var dayWords: String? {
    let byDay = dayOfMonthWords
    let byWeekday = weekdayWords
    if let byDay, let byWeekday {
      return "\(byDay) \(days?.isStar == true || weekdays.isStar ? "if" : "or") \(byWeekday)"
    }
    if let one = byDay ?? byWeekday { return one }
    return hours.values.count == 24 ? nil : "every day"
  }

  private var dayOfMonthWords: String? {
    guard let days else { return "on the last day of the month" }
    if days.values.count == 31 { return nil }
    return "on day \(listed(days.values.map(String.init), "and")) of the month"
  }

  private var weekdayWords: String? {
    switch weekdays.values {
    case [0, 1, 2, 3, 4, 5, 6]: return nil
    case [1, 2, 3, 4, 5]: return "on weekdays"
    default:
      let names = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
      return "on \(listed(weekdays.values.map { names[$0] }, "and"))"
    }
  }

  private var monthWords: String? {
    if months.values.count == 12 { return nil }
    let names = [
      "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
      "December",
    ]
    return "in \(listed(months.values.map { names[$0 - 1] }, "and"))"
  }
}

/// `a`, `a and b`, `a, b and c`.
private func listed(_ items: [String], _ word: String) -> String {
  guard let last = items.last, items.count > 1 else { return items.first ?? "" }
  return items.dropLast().joined(separator: ", ") + " \(word) " + last
}

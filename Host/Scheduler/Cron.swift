// A cron expression, and the moments that match it in a zone.

struct Cron: Sendable, Hashable {
  static let shorthands = [
    "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *",
  ]
  /// The longest wait is that for 29 February across a century: eight years.
  private static let daysAhead = 9 * 366

  let text: String
  let minutes: CronField
  let hours: CronField
  let days: CronField?
  let months: CronField
  let weekdays: CronField

  init(_ text: String) throws(CronRefusal) {
    self.text = text
    var expression = text
    if text.hasPrefix("@") {
      guard let known = Self.shorthands[text] else {
        throw CronRefusal(words: "is no shorthand; there are \(Self.shorthands.keys.sorted().joined(separator: ", "))")
      }
      expression = known
    }
    let fields = expression.split { $0 == " " || $0 == "\t" }
    guard fields.count == 5 else {
      throw CronRefusal(words: "has \(fields.count) fields; it takes minute, hour, day, month and weekday")
    }
    minutes = try CronField(fields[0], .minute)
    hours = try CronField(fields[1], .hour)
    // `L` is the last day of the month.
    days = fields[2] == "L" ? nil : try CronField(fields[2], .day)
    months = try CronField(fields[3], .month)
    weekdays = try CronField(fields[4], .weekday)
    guard (10_957..<10_957 + Self.daysAhead).contains(where: { matches(CivilDay(number: $0)) }) else {
      throw CronRefusal(words: "names a day that no year has")
    }
  }

  func next(after instant: Instant, _ clock: WallClock) -> Instant? {
    let today = clock.shown(at: instant).floorDivided(by: 86_400)
    for number in today...(today + Self.daysAhead) where matches(CivilDay(number: number)) {
      if let slot = firstSlot(ofDay: number, after: instant, clock) { return slot }
    }
    return nil
  }

  /// The newest moments, newest first: what a host that was away looks back at.
  func newest(after start: Instant, through end: Instant, limit: Int, _ clock: WallClock) -> [Instant] {
    guard start < end else { return [] }
    var found: [Instant] = []
    let first = clock.shown(at: start).floorDivided(by: 86_400)
    var number = clock.shown(at: end).floorDivided(by: 86_400)
    while number >= first, found.count < limit {
      if matches(CivilDay(number: number)) {
        var index = countOfSlots(ofDay: number, through: end, clock) - 1
        while index >= 0, found.count < limit {
          let slot = clock.instant(showing: wall(number, index))
          if slot <= start { return found }
          // Several times inside one gap mean the same moment.
          if slot != found.last { found.append(slot) }
          index -= 1
        }
      }
      number -= 1
    }
    return found
  }

  /// cron(5): where both day fields are restricted, either may match.
  func matches(_ date: CivilDay) -> Bool {
    guard months.values.contains(date.month) else { return false }
    let byDay =
      days.map { $0.values.contains(date.day) } ?? (date.day == CivilDay.length(ofMonth: date.month, year: date.year))
    let byWeekday = weekdays.values.contains(date.weekday)
    return days?.isStar == true || weekdays.isStar ? byDay && byWeekday : byDay || byWeekday
  }

  private func firstSlot(ofDay number: Int, after instant: Instant, _ clock: WallClock) -> Instant? {
    let index = countOfSlots(ofDay: number, through: instant, clock)
    guard index < hours.values.count * minutes.values.count else { return nil }
    return clock.instant(showing: wall(number, index))
  }

  /// A later wall time never means an earlier moment, so halving finds the place.
  private func countOfSlots(ofDay number: Int, through instant: Instant, _ clock: WallClock) -> Int {
    var (low, high) = (0, hours.values.count * minutes.values.count)
    while low < high {
      let middle = (low + high) / 2
      if clock.instant(showing: wall(number, middle)) <= instant { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func wall(_ day: Int, _ index: Int) -> Int {
    let (hour, minute) = index.quotientAndRemainder(dividingBy: minutes.values.count)
    return day * 86_400 + hours.values[hour] * 3600 + minutes.values[minute] * 60
  }
}

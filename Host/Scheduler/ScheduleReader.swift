// Takes the fields of a schedule one by one, and collects what is wrong with them.
import JSONValue
import Model

struct ScheduleReader {
  private(set) var findings: [Problem] = []
  private let fields: [String: JSONValue]

  init(_ value: JSONValue) {
    fields = value.object ?? [:]
    if value.object == nil { refuse("", "The schedule must be a mapping, such as {cron: \"0 6 * * *\"}.") }
  }

  mutating func refuse(_ key: String, _ words: String) {
    let pointer = key.isEmpty ? "/schedule" : "/schedule/\(key)"
    findings.append(Problem(.scheduleInvalid, words, at: ProblemLocation(pointer: pointer)))
  }

  mutating func refuseKeys(beyond known: [String]) {
    for key in fields.keys.sorted() where !known.contains(key) {
      let hint = nearestName(to: key, in: known).map { "; did you mean '\($0)'?" } ?? "."
      refuse(key.replacing("~", with: "~0").replacing("/", with: "~1"), "A schedule has no key '\(key)'\(hint)")
    }
  }

  mutating func refuseWithoutTrigger() {
    if fields["cron"] == nil, fields["every"] == nil, fields["on"] == nil, findings.isEmpty {
      refuse("", "The schedule says not when to run: give it cron, every or on.")
    }
  }

  mutating func text(_ key: String) -> String? {
    guard let value = fields[key] else { return nil }
    if value.string == nil { refuse(key, "'\(key)' must be text.") }
    return value.string
  }

  mutating func object(_ key: String) -> [String: JSONValue]? {
    guard let value = fields[key] else { return nil }
    if value.object == nil { refuse(key, "'\(key)' must be a mapping of names to values.") }
    return value.object
  }

  mutating func whole(_ key: String, _ range: ClosedRange<Int>) -> Int? {
    guard let value = fields[key] else { return nil }
    if let number = value.int, let whole = Int(exactly: number), range.contains(whole) { return whole }
    refuse(key, "'\(key)' must be a whole number from \(range.lowerBound) to \(range.upperBound).")
    return nil
  }

  mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(_ key: String, _: Choice.Type) -> Choice? {
    guard let value = fields[key] else { return nil }
    if let known = value.string.flatMap(Choice.init(rawValue:)) { return known }
    let names = Choice.allCases.map(\.rawValue)
    let near = value.string.flatMap { nearestName(to: $0, in: names) }
    refuse(key, "'\(key)' is one of \(names.joined(separator: ", "))" + (near.map { "; did you mean '\($0)'?" } ?? "."))
    return nil
  }

  mutating func clock() -> WallClock {
    let universal = WallClock("UTC")!
    guard let name = fields["timezone"]?.string else { return universal }
    if let clock = WallClock(name) { return clock }
    let hint = nearestName(to: name, in: WallClock.knownZones).map { "; did you mean '\($0)'?" }
    refuse("timezone", "'\(name)' is no time zone" + (hint ?? ": use a name such as Europe/Berlin."))
    return universal
  }

  mutating func timing() -> Schedule.Timing? {
    if fields["cron"] != nil, fields["every"] != nil {
      refuse("every", "A schedule has cron or every, not both.")
      return nil
    }
    if fields["from"] != nil, fields["every"] == nil { refuse("from", "'from' goes with every.") }
    if let expression = text("cron") {
      do throws(CronRefusal) { return .cron(try Cron(expression)) } catch {
        let near = nearestName(to: expression, in: Cron.shorthands.keys.sorted())
        refuse("cron", "cron '\(expression)': \(error.words)" + (near.map { "; did you mean '\($0)'?" } ?? "."))
      }
    }
    return text("every").flatMap { interval($0) }
  }

  private mutating func interval(_ text: String) -> Schedule.Timing? {
    // Whole seconds, so that a slot's name has no fraction.
    guard let seconds = Quantity.seconds(text), seconds >= 1, seconds <= 366 * 86_400, seconds == seconds.rounded()
    else {
      refuse("every", "'\(text)' is no interval from 1s to 366d: write it as 15m, 1h30m or 1d.")
      return nil
    }
    guard let from = self.text("from") else { return .every(seconds: seconds, from: Instant(0)) }
    guard let anchor = Instant(from) else {
      refuse("from", "'\(from)' is no moment: write it as 2026-11-27T06:00:00Z.")
      return nil
    }
    return .every(seconds: seconds, from: Instant(anchor.seconds.rounded(.down)))
  }

  mutating func datasets() -> [String] {
    guard let on = fields["on"] else { return [] }
    guard let trigger = on.object, let value = trigger["dataset"], trigger.count == 1 else {
      let wrong = on.object?.keys.sorted().first { $0 != "dataset" }
      let hint = wrong.flatMap { nearestName(to: $0, in: ["dataset"]) }.map { "; did you mean '\($0)'?" } ?? "."
      refuse("on", "'on' takes {dataset: NAME} or a list of names\(hint)")
      return []
    }
    let names = value.string.map { [$0] } ?? value.array?.compactMap(\.string) ?? []
    if names.isEmpty || names.contains("") || names.count != (value.array?.count ?? 1) {
      refuse("on/dataset", "'dataset' must be a name or a list of names.")
    }
    return Set(names).sorted()
  }
}

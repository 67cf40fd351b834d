// One field of a cron expression: which of its numbers match.

/// What a field may hold, and the names it knows.
struct CronFieldRule: Sendable {
  var word: String
  var range: ClosedRange<Int>
  var names: [String] = []

  static let minute = CronFieldRule(word: "minute", range: 0...59)
  static let hour = CronFieldRule(word: "hour", range: 0...23)
  static let day = CronFieldRule(word: "day of the month", range: 1...31)
  static let month = CronFieldRule(
    word: "month", range: 1...12,
    names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"])
  /// 7 is Sunday as well as 0.
  static let weekday = CronFieldRule(
    word: "day of the week", range: 0...7, names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"])
}

/// Why an expression is refused, in words that follow the expression.
struct CronRefusal: Error {
  var words: String
}

struct CronField: Sendable, Hashable {
  /// In order, each once.
  var values: [Int]
  /// Begins with `*`: for the rule that joins day of the month and day of the week.
  var isStar: Bool

  init(_ text: Substring, _ rule: CronFieldRule) throws(CronRefusal) {
    var found: Set<Int> = []
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      for value in try Self.item(item, rule) { found.insert(rule.names.first == "SUN" && value == 7 ? 0 : value) }
    }
    values = found.sorted()
    isStar = text.hasPrefix("*")
  }

  private static func item(_ text: Substring, _ rule: CronFieldRule) throws(CronRefusal) -> [Int] {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let base = parts.first, !base.isEmpty else {
      throw CronRefusal(words: "'\(text)' is no \(rule.word)")
    }
    var step = 1
    if parts.count == 2 {
      guard let wanted = number(parts[1].utf8), wanted >= 1 else {
        throw CronRefusal(words: "the step '\(parts[1])' of the \(rule.word) must be a whole number from 1")
      }
      step = wanted
    }
    let span = try span(base, rule, hasStep: parts.count == 2)
    return Array(stride(from: span.lowerBound, through: span.upperBound, by: step))
  }

  private static func span(
    _ text: Substring, _ rule: CronFieldRule, hasStep: Bool
  ) throws(CronRefusal) -> ClosedRange<Int> {
    // The week ends with Saturday, or `*` would name Sunday twice.
    let last = rule.names.first == "SUN" ? 6 : rule.range.upperBound
    if text == "*" { return rule.range.lowerBound...last }
    let ends = text.split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count <= 2 else { throw CronRefusal(words: "'\(text)' is no range") }
    let first = try value(ends[0], rule)
    guard ends.count == 2 else { return first...(hasStep ? max(first, last) : first) }
    var end = try value(ends[1], rule)
    if rule.names.first == "SUN", end == 0, first > 0 { end = 7 }
    guard first <= end else { throw CronRefusal(words: "the range '\(text)' of the \(rule.word) runs backwards") }
    return first...end
  }

  private static func value(_ text: Substring, _ rule: CronFieldRule) throws(CronRefusal) -> Int {
    if let index = rule.names.firstIndex(of: text.uppercased()) { return index + rule.range.lowerBound }
    guard let value = number(text.utf8), rule.range.contains(value) else {
      let names = rule.names.isEmpty ? "" : ", or a name such as \(rule.names[1])"
      let range = "\(rule.range.lowerBound) to \(rule.range.upperBound)"
      throw CronRefusal(words: "'\(text)' is no \(rule.word): it takes \(range)\(names)")
    }
    return value
  }
}

// A rule at work on one stream.
import JSONValue
import PluginKit

protocol Evaluation: AnyObject {
  var rule: Rule { get }
  /// Batches come in order; `firstRow` is the ordinal of the batch's first row.
  func observe(_ batch: BatchView, firstRow: Int64) throws
  /// After the last batch.
  func finish() -> Verdict
  /// Bytes held for failing rows.
  var byteCount: Int { get }
}

struct Verdict {
  var finding: Finding
  var failing: OrdinalList
}

/// What a rule that judges row by row has counted.
struct RowTally {
  /// Rows that had a value to judge.
  var judged: Int64 = 0
  var failing = OrdinalList()

  /// `good` and `bad` finish the sentences "all 12 values …" and "3 of 12 values …"; `things` names what is judged.
  func verdict(_ rule: Rule, things: String, good: String, bad: String) -> Verdict {
    let count = failing.count
    let fraction = judged == 0 ? 0 : Double(count) / Double(judged)
    let passed: Bool
    var observed = JSONValue.double(fraction)
    var limit = JSONValue.double(0)
    var unit = "fraction"
    var allowed = ""
    switch rule.allowance {
    case .none: passed = count == 0
    case .fraction(let most):
      passed = fraction <= most
      limit = .double(most)
      allowed = "; \(Words.percent(most)) may"
    case .rows(let most):
      passed = count <= most
      observed = .int(count)
      limit = .int(most)
      unit = "rows"
      allowed = "; \(Words.count(most)) may"
    }
    var message = judged == 0 ? "there were no \(things) to judge" : "all \(Words.count(judged)) \(things) \(good)"
    if count > 0 {
      message =
        "\(Words.count(count)) of \(Words.count(judged)) \(things) (\(Words.percent(fraction))) \(bad)\(allowed)"
      if let first = failing.first { message += "; first at row \(first)" }
    }
    let finding = Finding(
      rule: rule.word, column: rule.columns.count == 1 ? rule.columns[0] : nil,
      columns: rule.columns.count > 1 ? rule.columns : nil, severity: rule.severity, passed: passed, observed: observed,
      limit: limit, unit: unit, failingRows: count, message: message)
    return Verdict(finding: finding, failing: failing)
  }
}

extension Rule {
  /// The verdict of a rule about the table as a whole: it has no failing rows.
  func verdict(
    passed: Bool, _ message: String, observed: JSONValue? = nil, limit: JSONValue? = nil, unit: String? = nil
  ) -> Verdict {
    let finding = Finding(
      rule: word, column: columns.count == 1 ? columns[0] : nil, columns: columns.count > 1 ? columns : nil,
      severity: severity, passed: passed, observed: observed, limit: limit, unit: unit, failingRows: 0,
      message: message)
    return Verdict(finding: finding, failing: OrdinalList())
  }
}

/// Numbers for people.
enum Words {
  /// 1234567 as "1,234,567".
  static func count(_ value: Int64) -> String {
    let digits = Array(String(value.magnitude))
    var text = value < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// 0.02451 as "2.45 %"; what is not zero is never shown as zero.
  static func percent(_ fraction: Double) -> String {
    let percent = fraction * 100
    if percent > 0, percent < 0.01 { return "under 0.01 %" }
    if percent < 100, percent > 99.99 { return "over 99.99 %" }
    let rounded = (percent * 100).rounded() / 100
    return rounded == rounded.rounded() ? "\(Int64(rounded)) %" : "\(rounded) %"
  }

  /// 'a', 'b' and 2 more
  static func names(_ names: [String], limit: Int = 6) -> String {
    let shown = names.prefix(limit).map { "'\($0)'" }
    if names.count > limit { return shown.joined(separator: ", ") + " and \(names.count - limit) more" }
    guard shown.count > 1 else { return shown.first ?? "" }
    return shown.dropLast().joined(separator: ", ") + " and " + shown[shown.count - 1]
  }
}

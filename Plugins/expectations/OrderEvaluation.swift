// Rules that look along a column: monotone and freshness.
import Glibc
import JSONValue
import PluginKit

/// monotone: each value against the last one before it. Nulls are passed over; NaN fails and is passed over.
final class MonotoneEvaluation: Evaluation {
  private enum Previous {
    case none
    case integer(Int128)
    case double(Double)
    case bytes([UInt8])
  }

  let rule: Rule
  private let column: Int
  private let family: ColumnFamily
  private let isIncreasing: Bool
  private let strict: Bool
  private var previous = Previous.none
  private var tally = RowTally()

  init(_ rule: Rule, column: Int, family: ColumnFamily, direction: Rule.Direction, strict: Bool) {
    self.rule = rule
    self.column = column
    self.family = family
    isIncreasing = direction == .increasing
    self.strict = strict
  }

  var byteCount: Int { tally.failing.byteCount }

  func observe(_ batch: BatchView, firstRow: Int64) {
    let view = batch.column(column)
    switch family {
    case .float: observeDoubles(view, firstRow)
    case .text, .binary: observeBytes(view, firstRow)
    default: observeIntegers(view, firstRow)
    }
  }

  @inline(__always)
  private func judge(_ row: Int64, _ order: Int) {
    tally.judged += 1
    let step = isIncreasing ? order : -order
    if step < 0 || strict && step == 0 { tally.failing.append(row) }
  }

  private func observeIntegers(_ view: ColumnView, _ firstRow: Int64) {
    var last: Int128? = if case .integer(let value) = previous { value } else { nil }
    for row in 0..<view.count {
      guard let place = view.place(row) else { continue }
      let value = place.view.integer(place.index)
      judge(firstRow + Int64(row), last.map { value < $0 ? -1 : value == $0 ? 0 : 1 } ?? (isIncreasing ? 1 : -1))
      last = value
    }
    if let last { previous = .integer(last) }
  }

  private func observeDoubles(_ view: ColumnView, _ firstRow: Int64) {
    var last: Double? = if case .double(let value) = previous { value } else { nil }
    for row in 0..<view.count {
      guard let place = view.place(row) else { continue }
      let value = place.view.double(place.index)
      guard !value.isNaN else {
        tally.judged += 1
        tally.failing.append(firstRow + Int64(row))
        continue
      }
      judge(firstRow + Int64(row), last.map { value < $0 ? -1 : value == $0 ? 0 : 1 } ?? (isIncreasing ? 1 : -1))
      last = value
    }
    if let last { previous = .double(last) }
  }

  private func observeBytes(_ view: ColumnView, _ firstRow: Int64) {
    func go(_ first: UnsafeRawBufferPointer?) {
      var last = first
      for row in 0..<view.count {
        guard let place = view.place(row) else { continue }
        let value = place.view.bytes(place.index)
        judge(firstRow + Int64(row), last.map { MonotoneEvaluation.compare(value, $0) } ?? (isIncreasing ? 1 : -1))
        last = value
      }
      // The batch goes away: the value to compare with is copied once.
      if let last { previous = .bytes(Array(last)) }
    }
    if case .bytes(let kept) = previous { kept.withUnsafeBytes { go($0) } } else { go(nil) }
  }

  private static func compare(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
    let common = min(a.count, b.count)
    if common > 0, let left = a.baseAddress, let right = b.baseAddress {
      let order = memcmp(left, right, common)
      if order != 0 { return Int(order) }
    }
    return a.count - b.count
  }

  func finish() -> Verdict {
    let goal = (strict ? "strictly " : "") + (isIncreasing ? "increase" : "decrease")
    let broken = isIncreasing ? (strict ? "are not above" : "are below") : (strict ? "are not below" : "are above")
    return tally.verdict(
      rule, things: "values of \(rule.columns[0])", good: "are in order (they \(goal))",
      bad: "\(broken) the value before")
  }
}

/// freshness: the newest value must not be older than a span.
final class FreshnessEvaluation: Evaluation {
  let rule: Rule
  private let column: Int
  private let unit: Int128
  private let within: Int128
  private let now: Int128
  private var newest: Int128?

  /// `unit` in nanoseconds per count of the column; `now` and `within` in nanoseconds.
  init(_ rule: Rule, column: Int, unit: Int128, within: Int128, now: Int128) {
    self.rule = rule
    self.column = column
    self.unit = unit
    self.within = within
    self.now = now
  }

  var byteCount: Int { 0 }

  func observe(_ batch: BatchView, firstRow: Int64) {
    let view = batch.column(column)
    for row in 0..<view.count {
      guard let place = view.place(row) else { continue }
      let value = place.view.integer(place.index)
      if newest == nil || value > newest! { newest = value }
    }
  }

  func finish() -> Verdict {
    let limit = Double(within) / 1e9
    let name = rule.columns[0]
    guard let newest else {
      return rule.verdict(
        passed: false, "\(name) holds no value, so nothing shows that the data is fresh", limit: .double(limit),
        unit: "s")
    }
    let age = now - newest * unit
    let seconds = Double(age) / 1e9
    let words =
      age < 0 ? "lies \(TimeText.words(seconds: -seconds)) ahead" : "is \(TimeText.words(seconds: seconds)) old"
    return rule.verdict(
      passed: age <= within, "the newest \(name) \(words); up to \(TimeText.words(seconds: limit)) is allowed",
      observed: .double(seconds), limit: .double(limit), unit: "s")
  }
}

// Rules that test each value of one column by itself. Nulls are passed over.
import PluginKit

final class ValueEvaluation<Test: ValueTest>: Evaluation {
  let rule: Rule
  private let column: Int
  private let test: Test
  private let words: (good: String, bad: String)
  private var tally = RowTally()

  init(_ rule: Rule, column: Int, test: Test, good: String, bad: String) {
    self.rule = rule
    self.column = column
    self.test = test
    words = (good, bad)
  }

  var byteCount: Int { tally.failing.byteCount }

  func observe(_ batch: BatchView, firstRow: Int64) {
    let view = batch.column(column)
    if let dictionary = view.dictionary {
      observe(view.values, dictionary, firstRow)
    } else {
      observe(view.values, firstRow)
    }
  }

  private func observe(_ values: FlatView, _ firstRow: Int64) {
    var tally = RowTally()
    swap(&tally, &self.tally)
    for row in 0..<values.count where !values.isNull(row) {
      tally.judged += 1
      if !test.passes(values, row) { tally.failing.append(firstRow + Int64(row)) }
    }
    swap(&tally, &self.tally)
  }

  /// Each distinct value is tested once a batch, when a row first uses it.
  private func observe(_ keys: FlatView, _ dictionary: FlatView, _ firstRow: Int64) {
    var tally = RowTally()
    swap(&tally, &self.tally)
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: dictionary.count) { known in
      known.initialize(repeating: Known.nothing.rawValue)
      for row in 0..<keys.count where !keys.isNull(row) {
        let key = keys.integer(row)
        guard key >= 0, key < Int128(dictionary.count) else { continue }
        let index = Int(key)
        if known[index] == Known.nothing.rawValue {
          let isNull = dictionary.isNull(index)
          known[index] = (isNull ? Known.null : test.passes(dictionary, index) ? .good : .bad).rawValue
        }
        if known[index] == Known.null.rawValue { continue }
        tally.judged += 1
        if known[index] == Known.bad.rawValue { tally.failing.append(firstRow + Int64(row)) }
      }
    }
    swap(&tally, &self.tally)
  }

  func finish() -> Verdict {
    tally.verdict(rule, things: "values of \(rule.columns[0])", good: words.good, bad: words.bad)
  }
}

/// not_null: the one rule that judges nulls, of any type.
final class NotNullEvaluation: Evaluation {
  let rule: Rule
  private let column: Int
  private var tally = RowTally()

  init(_ rule: Rule, column: Int) {
    self.rule = rule
    self.column = column
  }

  var byteCount: Int { tally.failing.byteCount }

  func observe(_ batch: BatchView, firstRow: Int64) {
    tally.judged += Int64(batch.rowCount)
    let view = batch.column(column)
    if view.values.layout == .other || view.dictionary?.layout == .other {
      let values = batch.batch.column(column)
      for row in 0..<batch.rowCount where values.isNull(row) { tally.failing.append(firstRow + Int64(row)) }
      return
    }
    guard view.values.mayHoldNulls || view.dictionary?.mayHoldNulls ?? false else { return }
    for row in 0..<view.count where view.place(row) == nil { tally.failing.append(firstRow + Int64(row)) }
  }

  func finish() -> Verdict {
    tally.verdict(rule, things: "rows", good: "have a \(rule.columns[0])", bad: "have no \(rule.columns[0])")
  }
}

/// What is known of a dictionary's value.
private enum Known: UInt8 { case nothing, null, good, bad }

// The report of `compare`: differences, how sure they are, and a verdict in words.
import Glibc
import JSONValue
import PluginKit
import Statistics

struct ComparisonReport {
  let settings: ComparisonSettings
  let rows: PairedRows
  /// With two tables: rows that only one of them has.
  let unmatched: (inA: Int, inB: Int)?
  let run: Run

  private struct Judged {
    var pair: ComparisonSettings.Pair
    var figures: PairedFigures
    var interval: Interval?
    var p: Double?
    var midP: Double?
    var test: String
    var missing: Int
  }

  func report() throws -> Report {
    var report = Report("\(settings.nameB) against \(settings.nameA)")
    let judged = try settings.pairs.enumerated().map { try judge($1, rows.scores[$0]) }
    let adjusted = holmAdjusted(judged.map(\.p))
    for (index, item) in judged.enumerated() {
      let prefix = judged.count == 1 ? "" : "\(item.pair.title)."
      add(item, adjusted[index], prefix, &report)
      report.text.append(verdict(item, adjusted[index]))
      if item.figures.count > 0 { report.charts += charts(item) }
    }
    report.tables.append(table(judged, adjusted))
    report.metrics.append(.init("rows", Double(rows.total), unit: "rows"))
    if let unmatched {
      report.metrics += [
        .init("only_in_a", Double(unmatched.inA), unit: "rows", better: .lower),
        .init("only_in_b", Double(unmatched.inB), unit: "rows", better: .lower),
      ]
    }
    report.text += notes(judged)
    return report
  }

  private func judge(_ pair: ComparisonSettings.Pair, _ scores: PairedRows.Scores) throws -> Judged {
    let figures = PairedFigures(a: scores.a, b: scores.b)
    let usesMcNemar = settings.test == .mcnemar || (settings.test == .auto && figures.isBinary)
    if settings.test == .mcnemar, figures.count > 0, !figures.isBinary {
      throw PluginError.configuration(
        "'\(pair.title)' has scores other than 0 and 1, which McNemar's test cannot judge", at: "/test")
    }
    var judged = Judged(
      pair: pair, figures: figures, interval: try interval(figures, scores.clusters), test: "", missing: scores.missing)
    if usesMcNemar {
      judged.test = "McNemar, exact"
      if figures.count > 0 {
        judged.p = McNemar.exact(figures.aAbove, figures.bAbove)
        judged.midP = McNemar.midP(figures.aAbove, figures.bAbove)
      }
    } else {
      let wilcoxon = Wilcoxon(figures.differences)
      judged.test = "Wilcoxon, \(wilcoxon.isExact ? "exact" : "normal approximation")"
      judged.p = wilcoxon.p ?? (figures.count > 0 ? 1 : nil)
    }
    return judged
  }

  private func interval(_ figures: PairedFigures, _ clusters: [Int32]) throws -> Interval? {
    guard let bootstrap = settings.bootstrap else { return nil }
    let differences = figures.differences
    return try bootstrap.intervals(
      rows: figures.count, figures: 1, clusters: settings.cluster == nil ? nil : NamedGroups.renumbered(clusters),
      in: run,
      { weights, out in
        var (sum, count) = (0.0, 0.0)
        for row in differences.indices {
          sum += weights[row] * differences[row]
          count += weights[row]
        }
        out[0] = sum / count
      })[0]
  }

  // MARK: figures

  private func add(_ item: Judged, _ adjusted: Double?, _ prefix: String, _ report: inout Report) {
    let figures = item.figures
    let n = figures.count
    func value(_ figure: Double) -> Double? { n == 0 ? nil : figure }
    let direction: Report.Metric.Direction = settings.isLowerBetter(item.pair) ? .lower : .higher
    report.metrics += [
      .init("\(prefix)mean_a", value(figures.meanA), n: n, better: direction),
      .init("\(prefix)mean_b", value(figures.meanB), n: n, better: direction),
      .init(
        "\(prefix)difference", value(figures.meanDifference), interval: item.interval, n: n, better: direction,
        method: settings.bootstrap?.words),
      .init("\(prefix)p_value", item.p, n: n),
    ]
    if settings.pairs.count > 1 { report.metrics.append(.init("\(prefix)p_adjusted", adjusted, n: n)) }
    if let midP = item.midP { report.metrics.append(.init("\(prefix)p_mid", midP, n: n)) }
    if figures.isBinary {
      report.metrics.append(.init("\(prefix)odds_ratio", value(figures.oddsRatio), n: n))
    } else {
      report.metrics.append(.init("\(prefix)cliffs_delta", value(figures.cliffsDelta), n: n))
    }
    report.metrics += [
      .init("\(prefix)cohens_dz", n < 2 ? nil : figures.standardizedDifference, n: n),
      .init("\(prefix)a_above", Double(figures.aAbove), unit: "rows"),
      .init("\(prefix)b_above", Double(figures.bAbove), unit: "rows"),
      .init("\(prefix)equal", Double(figures.equal), unit: "rows"),
      .init("\(prefix)missing", Double(item.missing), unit: "rows", better: .lower),
      .init(
        "\(prefix)rows_needed", n < 2 ? nil : figures.rowsNeeded(alpha: settings.alpha, power: settings.power),
        unit: "rows"),
    ]
  }

  private func table(_ judged: [Judged], _ adjusted: [Double?]) -> Report.Table {
    Report.Table(
      "Comparison",
      columns: [
        "score", settings.nameA, settings.nameB, "difference", "low", "high", "p", "test", "rows", "verdict",
      ],
      rows: judged.enumerated().map { index, item in
        let n = item.figures.count
        return [
          .string(item.pair.title), Report.number(n == 0 ? nil : item.figures.meanA),
          Report.number(n == 0 ? nil : item.figures.meanB), Report.number(n == 0 ? nil : item.figures.meanDifference),
          Report.number(item.interval?.low), Report.number(item.interval?.high), Report.number(adjusted[index]),
          .string(item.test), .int(Int64(n)),
          .string(winner(item, adjusted[index]).map { "\($0) is better" } ?? "no difference shown"),
        ]
      })
  }

  private func charts(_ item: Judged) -> [Report.Chart] {
    let figures = item.figures
    if figures.isBinary {
      let both = zip(figures.a, figures.b).count { $0 == 1 && $1 == 1 }
      let bars: [[JSONValue]] = [
        ["both right", .int(Int64(both))], [.string("only \(settings.nameA)"), .int(Int64(figures.aAbove))],
        [.string("only \(settings.nameB)"), .int(Int64(figures.bAbove))],
        ["both wrong", .int(Int64(figures.equal - both))],
      ]
      return [Report.Chart("\(item.pair.title): who is right", .bar, x: "", y: "rows", series: [("rows", bars)])]
    }
    return [
      Report.Chart(
        "\(item.pair.title): differences", .histogram, x: "\(settings.nameB) - \(settings.nameA)", y: "rows",
        series: [("rows", Self.bins(figures.differences))])
    ]
  }

  /// Thirty-one equal bins around zero.
  private static func bins(_ differences: [Double]) -> [[JSONValue]] {
    let widest = differences.map { abs($0) }.max() ?? 0
    guard widest > 0, widest.isFinite else { return [[0, .int(Int64(differences.count))]] }
    let width = 2 * widest / 31
    var counts = [Int64](repeating: 0, count: 31)
    for difference in differences { counts[min(30, Int((difference + widest) / width))] += 1 }
    return counts.enumerated().map { [.double(-widest + Double($0) * width), .int($1)] }
  }

  // MARK: words

  /// The name of the better one, nil where no difference is shown.
  private func winner(_ item: Judged, _ adjusted: Double?) -> String? {
    guard let adjusted, adjusted < settings.alpha, item.figures.meanDifference != 0 else { return nil }
    if let interval = item.interval, interval.low <= 0, interval.high >= 0 { return nil }
    return (item.figures.meanDifference > 0) != settings.isLowerBetter(item.pair) ? settings.nameB : settings.nameA
  }

  private func verdict(_ item: Judged, _ adjusted: Double?) -> String {
    let figures = item.figures
    guard figures.count > 0 else {
      return "**\(item.pair.title): no rows to compare.** No row has a score of both."
    }
    let observed =
      "mean \(Self.short(figures.meanA)) for \(settings.nameA), \(Self.short(figures.meanB)) for \(settings.nameB), difference \(Self.short(figures.meanDifference))"
      + (item.interval.map { " [\(Self.short($0.low)), \(Self.short($0.high))]" } ?? "")
      + ", p = \(Self.short(adjusted ?? 1))"
    if let winner = winner(item, adjusted) {
      return "**\(item.pair.title): \(winner) is better.** On \(figures.count) rows: \(observed)."
    }
    var words = "**\(item.pair.title): no difference shown.** On \(figures.count) rows: \(observed)."
    if let needed = figures.count < 2 ? nil : figures.rowsNeeded(alpha: settings.alpha, power: settings.power),
      needed < 1e12
    {
      words += " To show a difference as large as observed, about \(Int(needed)) rows would be needed."
    } else if figures.meanDifference == 0 {
      words += " The means are equal."
    }
    return words
  }

  private func notes(_ judged: [Judged]) -> [String] {
    var notes: [String] = []
    if let unmatched, unmatched.inA + unmatched.inB > 0 {
      notes.append(
        "\(unmatched.inA) rows are only in table a and \(unmatched.inB) only in table b; they are left out.")
    }
    let missing = judged.reduce(0) { $0 + $1.missing }
    if missing > 0 { notes.append("\(missing) pairs lack a score and are left out.") }
    let tests = Set(judged.map(\.test)).sorted().joined(separator: "; ")
    var method = "Test: \(tests), two-sided, at \(Self.short(settings.alpha))"
    if judged.count > 1 { method += ", p adjusted for \(judged.count) scores by Holm's method" }
    notes.append(method + ".")
    if let bootstrap = settings.bootstrap {
      let unit = settings.cluster.map { "values of `\($0)`" } ?? "rows"
      notes.append("Intervals: \(bootstrap.words), over \(unit); random numbers of xoshiro256++.")
    }
    return notes
  }

  /// Four significant digits.
  private static func short(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return "\(value == 0 ? "0" : String(value))" }
    let digits = max(0, 3 - Int(log10(abs(value)).rounded(.down)))
    if digits > 8 {
      return
        "\((value / pow(10, log10(abs(value)).rounded(.down)) * 100).rounded() / 100)e\(Int(log10(abs(value)).rounded(.down)))"
    }
    let scale = pow(10, Double(digits))
    let rounded = (value * scale).rounded() / scale
    return rounded == rounded.rounded() && abs(rounded) < 1e15 ? String(Int(rounded)) : String(rounded)
  }
}

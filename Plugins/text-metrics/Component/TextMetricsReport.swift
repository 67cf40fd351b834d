// The report of `evaluate`: figures with intervals, by group, and how rows are spread.
import JSONValue
import PluginKit
import Statistics

struct TextMetricsReport {
  let settings: TextMetricsSettings
  let rows: ScoredRows
  let run: Run

  private static let groupLimit = 100

  func report() throws -> Report {
    var report = Report("Text metrics of '\(settings.prediction)'")
    let values = rows.figures.values()
    let intervals = try rows.figures.intervals(by: settings.bootstrap, clusters: rows.clusters?.ofRow, in: run)
    for (index, name) in settings.metrics.enumerated() {
      report.metrics.append(
        .init(
          name.rawValue, rows.judged[index] == 0 ? nil : values[index], interval: intervals[index],
          n: rows.judged[index], better: name.better, method: settings.bootstrap?.words))
    }
    report.metrics.append(.init("rows", Double(rows.total), unit: "rows"))
    report.metrics.append(.init("missing_predictions", Double(rows.withoutPrediction), unit: "rows", better: .lower))
    if settings.metrics.contains(where: \.needsReference) {
      report.metrics.append(.init("missing_references", Double(rows.withoutReference), unit: "rows", better: .lower))
    }
    if let groups = rows.groups?.rows(), !groups.isEmpty { try add(groups, to: &report) }
    for (index, name) in settings.metrics.enumerated() where rows.judged[index] > 0 {
      report.charts.append(histogram(name, rows.histograms[index]))
    }
    report.text = text(values)
    return report
  }

  // MARK: groups

  private func add(_ groups: [(name: String, rows: [Int])], to report: inout Report) throws {
    let column = settings.groupBy ?? ""
    var table = Report.Table(
      "By \(column)",
      columns: [column, "rows"]
        + settings.metrics.flatMap { [$0.rawValue, "\($0.rawValue) low", "\($0.rawValue) high"] },
      rows: [])
    var bars: [[[JSONValue]]] = settings.metrics.map { _ in [] }
    for group in groups.prefix(Self.groupLimit) {
      let figures = rows.figures.selecting(group.rows)
      let values = figures.values()
      let clusters = rows.clusters.map { clusters in NamedGroups.renumbered(group.rows.map { clusters.ofRow[$0] }) }
      let intervals = try figures.intervals(by: settings.bootstrap, clusters: clusters, in: run)
      var cells: [JSONValue] = [.string(group.name), .int(Int64(group.rows.count))]
      for index in settings.metrics.indices {
        let isJudged = group.rows.contains { rows.judgedByRow[index][$0] }
        let value = isJudged ? Report.number(values[index]) : .null
        cells += [value, Report.number(intervals[index]?.low), Report.number(intervals[index]?.high)]
        bars[index].append([.string(group.name), value])
      }
      table.rows.append(cells)
    }
    report.tables.append(table)
    for (index, name) in settings.metrics.enumerated() {
      report.charts.append(
        Report.Chart(
          "\(name.title) by \(column)", .bar, x: column, y: name.rawValue,
          series: [(name.rawValue, Array(bars[index].prefix(30)))]))
    }
  }

  private func histogram(_ name: MetricName, _ histogram: Histogram) -> Report.Chart {
    Report.Chart(
      "\(name.title): rows", .histogram, x: name.rawValue, y: "rows",
      series: [
        (
          name.rawValue,
          histogram.counts.enumerated().map { [.double(Double($0) * histogram.width), .int(Int64($1))] }
        )
      ])
  }

  // MARK: words

  private func text(_ values: [Double]) -> [String] {
    var text: [String] = []
    if rows.figures.rows == 0 {
      text.append(
        rows.total == 0
          ? "The table has no rows, so there is no figure." : "No row has a prediction, so there is no figure.")
    } else {
      let unjudged = settings.metrics.indices.filter { rows.judged[$0] == 0 }.map { settings.metrics[$0].rawValue }
      if !unjudged.isEmpty {
        text.append(
          "No row could be judged by \(unjudged.joined(separator: ", ")): each lacks a reference of the kind it needs.")
      }
    }
    if rows.withoutPrediction > 0 {
      let what = settings.missing == .empty ? "count as an empty text" : "are left out"
      text.append("\(rows.withoutPrediction) of \(rows.total) rows have no prediction; they \(what).")
    }
    if let bootstrap = settings.bootstrap, rows.figures.rows > 1 {
      let unit = settings.cluster.map { "values of `\($0)`" } ?? "rows"
      text.append("Intervals: \(bootstrap.words), over \(unit); random numbers of xoshiro256++.")
    }
    let signatures = self.signatures
    if !signatures.isEmpty { text.append("Settings: \(signatures.joined(separator: "; ")).") }
    if let count = rows.groups?.names.count, count > Self.groupLimit {
      text.append("The \(Self.groupLimit) largest of \(count) groups are shown.")
    }
    return text
  }

  /// What makes a score comparable, in sacrebleu's words.
  private var signatures: [String] {
    settings.metrics.compactMap { name in
      switch name {
      case .bleu:
        "BLEU case:\(settings.bleu.lowercase ? "lc" : "mixed") eff:no tok:\(settings.bleu.tokenizer.rawValue) smooth:\(settings.bleu.smoothing.rawValue)"
      case .chrf, .chrfPlusPlus:
        "\(name.title) case:\(settings.chrf.lowercase ? "lc" : "mixed") nc:6 nw:\(name == .chrf ? 0 : 2) space:\(settings.chrf.whitespace ? "yes" : "no")"
      case .ter:
        "TER case:\(settings.ter.caseSensitive ? "mixed" : "lc") norm:no punct:\(settings.ter.noPunctuation ? "no" : "yes") asian:no"
      case .rouge1, .rouge2, .rougeL, .rougeLsum: "\(name.title) stemmer:\(settings.rouge.stemmer ? "yes" : "no")"
      default: nil
      }
    }
  }
}

// The report of `evaluate`.
import JSONValue
import PluginKit
import Statistics

struct LikelihoodReport {
  let settings: LikelihoodSettings
  let texts: JudgedTexts
  let run: Run

  private static let groupLimit = 100

  func report() throws -> Report {
    var report = Report(settings.task == .perplexity ? "Perplexity of '\(settings.text ?? "")'" : "Multiple choice")
    let values = texts.figures.values()
    let intervals = try texts.figures.intervals(by: settings.bootstrap, clusters: texts.clusters?.ofRow, in: run)
    for (index, entry) in texts.entries.enumerated() {
      let (rows, error) = texts.standardError(index)
      let value = texts.figures.rows == 0 ? Double.nan : values[index]
      report.metrics.append(
        .init(
          entry.name, value, unit: entry.unit, interval: value.isFinite ? intervals[index] : nil, n: rows,
          better: entry.better, method: settings.bootstrap?.words))
      if settings.task == .multipleChoice { report.metrics.append(.init("\(entry.name)_stderr", error, n: rows)) }
    }
    report.metrics += [
      .init("rows", Double(texts.total), unit: "rows"),
      .init("missing", Double(texts.missing), unit: "rows", better: .lower),
      .init("refused", Double(texts.refused), unit: "rows", better: .lower),
    ]
    if let groups = texts.groups?.rows(), !groups.isEmpty { try add(groups, to: &report) }
    report.text = text(values)
    return report
  }

  private func add(_ groups: [(name: String, rows: [Int])], to report: inout Report) throws {
    let column = settings.groupBy ?? ""
    var table = Report.Table(
      "By \(column)",
      columns: [column, "rows"] + texts.entries.flatMap { [$0.name, "\($0.name) low", "\($0.name) high"] }, rows: [])
    for group in groups.prefix(Self.groupLimit) {
      let figures = texts.figures.selecting(group.rows)
      let clusters = texts.clusters.map { all in NamedGroups.renumbered(group.rows.map { all.ofRow[$0] }) }
      let intervals = try figures.intervals(by: settings.bootstrap, clusters: clusters, in: run)
      var cells: [JSONValue] = [.string(group.name), .int(Int64(group.rows.count))]
      for (index, value) in figures.values().enumerated() {
        cells += [Report.number(value), Report.number(intervals[index]?.low), Report.number(intervals[index]?.high)]
      }
      table.rows.append(cells)
    }
    report.tables.append(table)
    report.charts.append(
      Report.Chart(
        "\(texts.entries[0].name) by \(column)", .bar, x: column, y: texts.entries[0].name,
        series: [(texts.entries[0].name, table.rows.prefix(30).map { [$0[0], $0[2]] })]))
  }

  private func text(_ values: [Double]) -> [String] {
    var text: [String] = []
    if texts.figures.rows == 0 {
      text.append(
        texts.total == 0
          ? "The table has no rows, so there is no figure." : "No row could be judged, so there is no figure.")
    } else {
      let unknown = zip(texts.entries, values).filter { !$0.1.isFinite }.map(\.0.name)
      if unknown.contains("exact_match") {
        text.append("Whether the right choice was the likeliest text is not known: nobody said which tokens were.")
      }
      if unknown.contains("token_perplexity") {
        text.append("Perplexity per token is not known: name the column with the number of tokens.")
      }
    }
    if texts.missing > 0 {
      text.append("\(texts.missing) of \(texts.total) rows lack a text, a choice or a valid answer and are left out.")
    }
    if texts.refused > 0 {
      text.append("\(texts.refused) of \(texts.total) rows were refused by the model and are left out.")
    }
    if settings.task == .multipleChoice {
      text.append("Standard errors: deviation of the rows (n - 1) over the root of n.")
    }
    if let bootstrap = settings.bootstrap, texts.figures.rows > 1 {
      let unit = settings.cluster.map { "values of `\($0)`" } ?? "rows"
      text.append("Intervals: \(bootstrap.words), over \(unit); random numbers of xoshiro256++.")
    }
    if let count = texts.groups?.names.count, count > Self.groupLimit {
      text.append("The \(Self.groupLimit) largest of \(count) groups are shown.")
    }
    return text
  }
}

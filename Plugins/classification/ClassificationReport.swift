// The report of `evaluate`.
import JSONValue
import PluginKit
import Statistics

struct ClassificationReport {
  let settings: ClassificationSettings
  let judged: JudgedRows
  let named: [String]
  let run: Run

  private static let groupLimit = 100
  private static let matrixLimit = 50
  private static let pointLimit = 200

  private var rows: LabelledRows { judged.rows }

  func report() throws -> Report {
    var report = Report("Classification of '\(settings.label)'")
    let figures = figures(rows, judged.isPositive)
    let values = figures.values()
    let intervals = try intervals(figures, judged.clusters?.ofRow)
    for (index, entry) in figures.entries.enumerated() {
      report.metrics.append(
        .init(
          entry.name, values[index], interval: values[index].isNaN ? nil : intervals[index], n: rows.count,
          better: entry.better, method: settings.bootstrap?.words))
    }
    report.metrics += [
      .init("rows", Double(judged.total), unit: "rows"),
      .init("missing_labels", Double(judged.withoutLabel), unit: "rows", better: .lower),
      .init("missing_predictions", Double(judged.withoutPrediction), unit: "rows", better: .lower),
    ]
    addClasses(&report)
    if let probabilities = figures.probabilities, rows.count > 0 { addCurves(probabilities, &report) }
    if let groups = judged.groups?.rows(), !groups.isEmpty { try add(groups, to: &report) }
    report.text = text(figures, values)
    return report
  }

  private func figures(_ rows: LabelledRows, _ isPositive: [Bool]) -> ClassificationFigures {
    var probabilities: ClassProbabilities?
    if settings.score != nil {
      probabilities = ClassProbabilities(scores: rows.scores, isPositive: isPositive, bins: settings.bins)
    } else if !named.isEmpty {
      probabilities = ClassProbabilities(rows, names: named, bins: settings.bins)
    }
    return ClassificationFigures(rows, probabilities, positive: positive)
  }

  /// Two classes, one of them the positive one.
  private var positive: Int? {
    guard rows.classes.count <= 2 else { return nil }
    if settings.score != nil, settings.prediction == nil {
      return rows.find(settings.positive ?? "positive").map { Int($0) }
    }
    return rows.classes.firstIndex { settings.isPositive($0) }
  }

  private func intervals(_ figures: ClassificationFigures, _ clusters: [Int32]?) throws -> [Interval?] {
    guard let bootstrap = settings.bootstrap else {
      return [Interval?](repeating: nil, count: figures.entries.count)
    }
    return try bootstrap.intervals(
      rows: figures.rows.count, figures: figures.entries.count, clusters: clusters, in: run,
      { figures.evaluate($0, $1) })
  }

  // MARK: tables and charts

  private func addClasses(_ report: inout Report) {
    guard rows.count > 0 else { return }
    let counts = ClassCounts(rows)
    report.tables.append(
      Report.Table(
        "By class", columns: ["class", "precision", "recall", "f1", "rows", "predicted"],
        rows: rows.classes.indices.prefix(1000).map { number in
          [
            .string(rows.classes[number]), Report.number(counts.precision(number)),
            Report.number(counts.recall(number)),
            Report.number(counts.f1(number)), Report.number(counts.actual[number]),
            Report.number(counts.predicted[number]),
          ]
        }))
    guard rows.classes.count <= Self.matrixLimit else { return }
    let size = rows.classes.count
    var cells = [Int64](repeating: 0, count: size * size)
    for row in 0..<rows.count { cells[Int(rows.truth[row]) * size + Int(rows.predicted[row])] += 1 }
    report.tables.append(
      Report.Table(
        "Confusion matrix", columns: ["label"] + rows.classes.map { "predicted \($0)" },
        rows: rows.classes.indices.map { truth in
          [.string(rows.classes[truth])] + (0..<size).map { .int(cells[truth * size + $0]) }
        }))
    report.charts.append(
      Report.Chart(
        "Confusion matrix", .heatmap, x: "predicted", y: "label",
        series: [
          (
            "rows",
            (0..<size * size).map {
              [.string(rows.classes[$0 % size]), .string(rows.classes[$0 / size]), .int(cells[$0])]
            }
          )
        ]))
  }

  private func addCurves(_ probabilities: ClassProbabilities, _ report: inout Report) {
    if let ranking = probabilities.ranking {
      let curve = ranking.curve().filter { !$0.falseRate.isNaN && !$0.trueRate.isNaN }
      if !curve.isEmpty {
        report.charts.append(
          Report.Chart(
            "ROC curve", .line, x: "false positive rate", y: "true positive rate",
            series: [("score", Self.thinned(curve.map { [.double($0.falseRate), .double($0.trueRate)] }))]))
      }
      let precision = ranking.precisionRecall().filter { !$0.recall.isNaN }
      if !precision.isEmpty {
        report.charts.append(
          Report.Chart(
            "Precision and recall", .line, x: "recall", y: "precision",
            series: [("score", Self.thinned(precision.map { [.double($0.recall), .double($0.precision)] }))]))
      }
    }
    guard let bins = probabilities.calibration?.bins().filter({ $0.rows > 0 }) else { return }
    report.charts.append(
      Report.Chart(
        "Calibration", .reliability, x: "mean probability", y: "share that was so",
        series: [("bins", bins.map { [.double($0.meanProbability), .double($0.rate), Report.number($0.rows)] })]))
    report.tables.append(
      Report.Table(
        "Calibration", columns: ["mean probability", "share that was so", "rows"],
        rows: bins.map { [.double($0.meanProbability), .double($0.rate), Report.number($0.rows)] }))
  }

  /// A curve of a million points is no better to look at than one of hundreds.
  private static func thinned(_ points: [[JSONValue]]) -> [[JSONValue]] {
    guard points.count > pointLimit else { return points }
    return (0..<pointLimit).map { points[$0 * (points.count - 1) / (pointLimit - 1)] }
  }

  private func add(_ groups: [(name: String, rows: [Int])], to report: inout Report) throws {
    let column = settings.groupBy ?? ""
    var table = Report.Table("By \(column)", columns: [column, "rows"], rows: [])
    for group in groups.prefix(Self.groupLimit) {
      let chosen = rows.selecting(group.rows, width: named.count)
      let figures = figures(chosen, group.rows.map { judged.isPositive[$0] })
      if table.columns.count == 2 {
        table.columns += figures.entries.flatMap { [$0.name, "\($0.name) low", "\($0.name) high"] }
      }
      let values = figures.values()
      let clusters = judged.clusters.map { all in NamedGroups.renumbered(group.rows.map { all.ofRow[$0] }) }
      let intervals = try intervals(figures, clusters)
      var cells: [JSONValue] = [.string(group.name), .int(Int64(group.rows.count))]
      for (index, value) in values.enumerated() {
        cells += [Report.number(value), Report.number(intervals[index]?.low), Report.number(intervals[index]?.high)]
      }
      table.rows.append(cells)
    }
    report.tables.append(table)
  }

  // MARK: words

  private func text(_ figures: ClassificationFigures, _ values: [Double]) -> [String] {
    var text: [String] = []
    if rows.count == 0 {
      text.append(
        judged.total == 0
          ? "The table has no rows, so there is no figure."
          : "No row has both a label and a prediction, so there is no figure.")
      return text
    }
    let missing = judged.withoutLabel + judged.withoutPrediction
    if missing > 0 {
      text.append(
        "\(missing) of \(judged.total) rows are left out: \(judged.withoutLabel) without a label, \(judged.withoutPrediction) without a prediction or score."
      )
    }
    let undefined = zip(figures.entries, values).filter { $0.1.isNaN }.map(\.0.name)
    if !undefined.isEmpty {
      let isNoProbability = settings.score != nil && figures.probabilities?.calibration == nil
      text.append(
        "Not defined for these rows: \(undefined.joined(separator: ", "))."
          + (isNoProbability ? " The scores are not all between 0 and 1, so they are no probabilities." : "")
          + (undefined.contains { $0.hasPrefix("roc_auc") }
            ? " Ranking needs rows of every class and of the others." : ""))
    }
    let counts = ClassCounts(rows)
    let never = rows.classes.indices.filter { counts.predicted[$0] == 0 }.map { rows.classes[$0] }
    if !never.isEmpty {
      text.append("Never predicted, so with precision 0: \(never.prefix(20).joined(separator: ", ")).")
    }
    if let bootstrap = settings.bootstrap, rows.count > 1 {
      let unit = settings.cluster.map { "values of `\($0)`" } ?? "rows"
      text.append("Intervals: \(bootstrap.words), over \(unit); random numbers of xoshiro256++.")
    }
    if let count = judged.groups?.names.count, count > Self.groupLimit {
      text.append("The \(Self.groupLimit) largest of \(count) groups are shown.")
    }
    return text
  }
}

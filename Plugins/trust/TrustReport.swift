// The report: figures on the held-out rows, curves, the threshold with its exact statement, and what was used.
import JSONValue
import PluginKit
import Statistics

struct TrustReport {
  let assessment: Assessment
  let configuration: TrustConfiguration
  let rows: [SignalRow]
  let answers: ModelAnswers

  private var heldOut: [Assessment.Scored] { assessment.heldOut }
  private var bins: Int { configuration.bins ?? 10 }

  func json(_ run: Run) throws -> JSONValue {
    var report = Report("Trust in answers")
    report.metrics = try heldOutMetrics(run) + ruleMetrics() + countMetrics()
    report.tables = [signalTable(), partTable()] + (lostTable().map { [$0] } ?? [])
    report.charts = charts()
    report.text = text()
    return report.json
  }

  /// The rule as a finding, so that a gate can stop a run whose risk no threshold reaches.
  var finding: Finding {
    let rule = assessment.rule
    return Finding(
      rule: "threshold_reaches_risk", severity: .warn, passed: rule.threshold != nil,
      observed: rule.threshold == nil ? .null : .double(rule.observedRisk), limit: .double(rule.risk), unit: "share",
      message: statement)
  }

  // MARK: figures

  private func heldOutMetrics(_ run: Run) throws -> [Report.Metric] {
    let isRight = heldOut.map(\.isRight)
    let scores = heldOut.map(\.score)
    let ranking = Ranking(scores: scores, isPositive: isRight)
    let calibration = Calibration(
      probabilities: scores.map { assessment.calibration($0) }, isPositive: isRight, bins: bins)
    let coverage = RiskCoverage(scores: scores, isRight: isRight)
    let isAnswered = scores.map { assessment.rule.answers($0) }
    let bootstrap = Bootstrap(
      resamples: configuration.resamples ?? 1000, level: configuration.level ?? 0.95, seed: configuration.seedNumber)
    var values = [Double](repeating: .nan, count: 6)
    func figures(_ weights: UnsafeBufferPointer<Double>?, _ out: (Int, Double) -> Void) {
      out(0, ranking.areaUnderROC(weights))
      out(1, calibration.expectedError(weights))
      out(2, calibration.brier(weights))
      out(3, coverage.area(weights))
      var (rows, answered, wrong) = (0.0, 0.0, 0.0)
      for row in isRight.indices {
        let weight = weights?[row] ?? 1
        rows += weight
        if isAnswered[row] { answered += weight }
        if isAnswered[row], !isRight[row] { wrong += weight }
      }
      out(4, answered / rows)
      out(5, wrong / answered)
    }
    if !heldOut.isEmpty { figures(nil) { values[$0] = $1 } }
    let intervals = try bootstrap.intervals(rows: heldOut.count, figures: 6, in: run) { weights, out in
      figures(weights) { out[$0] = $1 }
    }
    let method = bootstrap.words
    let names: [(String, Report.Metric.Direction)] = [
      ("auroc", .higher), ("ece", .lower), ("brier", .lower), ("aurc", .lower), ("coverage", .higher),
      ("risk_among_answered", .lower),
    ]
    return names.enumerated().map { index, name in
      Report.Metric(
        name.0, values[index], interval: intervals[index], n: heldOut.count, better: name.1, method: method)
    }
  }

  private func ruleMetrics() -> [Report.Metric] {
    let rule = assessment.rule
    return [
      Report.Metric("threshold", rule.threshold, unit: "log-odds", n: rule.rows),
      Report.Metric("answered_calibration_rows", Double(rule.answered), unit: "rows", n: rule.rows),
      Report.Metric("wrong_answered_calibration_rows", Double(rule.wrong), unit: "rows", n: rule.rows),
    ]
  }

  private func countMetrics() -> [Report.Metric] {
    let scores = rows.map { assessment.score($0) }
    return [
      Report.Metric("rows", Double(rows.count), unit: "rows"),
      Report.Metric(
        "rows_answered", Double(scores.count { $0.map { assessment.rule.answers($0) } ?? false }), unit: "rows"),
      Report.Metric("rows_lacking_a_signal", Double(scores.count { $0 == nil }), unit: "rows", better: .lower),
    ]
  }

  // MARK: tables and charts

  private func signalTable() -> Report.Table {
    let columns = ["signal", "weight", "mean", "deviation", "AUROC alone", "rows without", "what it is"]
    let model = assessment.model
    let lines = assessment.signals.enumerated().map { index, signal -> [JSONValue] in
      [
        .string(signal.rawValue), Report.number(model.weights[index]), Report.number(model.means[index]),
        Report.number(model.deviations[index]), Report.number(alone(signal)),
        .int(Int64(rows.count { assessment.missing($0).contains(signal) })), .string(signal.meaning),
      ]
    }
    let intercept: [JSONValue] = ["(intercept)", Report.number(model.intercept), .null, .null, .null, .null, ""]
    return Report.Table("Signals", columns: columns, rows: lines + [intercept])
  }

  /// How well one signal alone ranks the held-out rows, turned the way its weight points.
  private func alone(_ signal: Signal) -> Double {
    guard let place = assessment.signals.firstIndex(of: signal) else { return .nan }
    let sign = assessment.model.weights[place] < 0 ? -1.0 : 1
    let pairs = assessment.heldOutSignals.map { (sign * $0.signals[place], $0.isRight) }
    return Ranking(scores: pairs.map(\.0), isPositive: pairs.map(\.1)).areaUnderROC()
  }

  private func partTable() -> Report.Table {
    func line(_ name: String, _ count: Int, _ use: String) -> [JSONValue] {
      [.string(name), .int(Int64(count)), .string(use)]
    }
    return Report.Table(
      "Labelled rows", columns: ["part", "rows", "used for"],
      rows: [
        line("fit", assessment.fitRows, "weights of the logistic model"),
        line("calibrate", assessment.calibrationRows.count, "isotonic calibration, threshold"),
        line("held out", heldOut.count, "all figures"),
        line("lacking a signal", assessment.labelledWithoutSignal, "nothing"),
      ])
  }

  private func lostTable() -> Report.Table? {
    let lost = answers.lost
    guard !lost.isEmpty else { return nil }
    return Report.Table(
      "Why models gave no signal", columns: ["what happened", "times"],
      rows: lost.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(20).map {
        [.string($0.key), .int(Int64($0.value))]
      })
  }

  private func charts() -> [Report.Chart] {
    guard !heldOut.isEmpty else { return [] }
    let isRight = heldOut.map(\.isRight)
    let scores = heldOut.map(\.score)
    let calibration = Calibration(
      probabilities: scores.map { assessment.calibration($0) }, isPositive: isRight, bins: bins)
    let reliability = calibration.bins().filter { $0.rows > 0 }.map {
      [Report.number($0.meanProbability), Report.number($0.rate), Report.number($0.rows)]
    }
    let curve = RiskCoverage(scores: scores, isRight: isRight).curve()
    // A chart needs no more points than it has pixels.
    let every = max(1, curve.count / 500)
    let shown = curve.enumerated().filter { $0.offset % every == 0 || $0.offset == curve.count - 1 }.map(\.element)
    return [
      Report.Chart(
        "Reliability on held-out rows", .reliability, x: "probability", y: "share that is right",
        series: [("calibrated", reliability)]),
      Report.Chart(
        "Risk and coverage on held-out rows", .line, x: "coverage", y: "risk",
        series: [("held out", shown.map { [Report.number($0.coverage), Report.number($0.risk)] })]
          + limits(upTo: shown.map(\.risk).max() ?? 0)),
    ]
  }

  /// Where the chosen threshold lies, and what is allowed there, as far as the curve reaches.
  private func limits(upTo curve: Double) -> [(String, [[JSONValue]])] {
    let rule = assessment.rule
    let highest = max(rule.risk, curve)
    let allowed: [(Double, Double)] =
      switch rule.guarantee {
      case .wrongAmongAnswered: [(0, rule.risk), (1, rule.risk)]
      // A share of all rows: the fewer are answered, the more of them may be wrong.
      case .answeredAndWrong: (1...100).map { (Double($0) / 100, rule.risk * 100 / Double($0)) }
      }
    var limits = [
      ("allowed risk", allowed.filter { $0.1 <= highest }.map { [Report.number($0.0), Report.number($0.1)] })
    ]
    if rule.threshold != nil {
      let coverage = Double(heldOut.count { rule.answers($0.score) }) / Double(heldOut.count)
      limits.append(("chosen threshold", [0, highest].map { [Report.number(coverage), Report.number($0)] }))
    }
    return limits
  }

  // MARK: words

  /// What is promised, exactly.
  var statement: String {
    let rule = assessment.rule
    guard let threshold = rule.threshold else {
      return "No threshold reaches a risk of \(rule.risk) with \(rule.rows) calibration rows: every row abstains."
    }
    let when =
      threshold == -.infinity
      ? "Every row with all signals is answered"
      : "A row is answered where trust_score > \((threshold * 1e4).rounded() / 1e4)"
    switch rule.guarantee {
    case .answeredAndWrong:
      return "\(when). For a row drawn like the n = \(rule.rows) calibration rows (exchangeable with them), "
        + "P(answered and wrong) <= alpha = \(rule.risk), the probability being over the row and the calibration rows "
        + "(conformal risk control: (\(rule.wrong) + 1) / (\(rule.rows) + 1) <= \(rule.risk))."
    case .wrongAmongAnswered:
      return
        "\(when). With probability at least 1 - delta = \(1 - rule.delta) over the n = \(rule.rows) calibration rows, "
        + "P(wrong | answered) <= alpha = \(rule.risk) for a row drawn like them (exact binomial tests of up to 20 thresholds "
        + "from the fit part, Bonferroni; here \(rule.wrong) of \(rule.answered) answered rows are wrong)."
    }
  }

  private func text() -> [String] {
    var text = [
      "**Guarantee.** \(statement) It says nothing about rows of another kind, nor about rows that lack a signal: those "
        + "abstain.",
      "All figures are of \(heldOut.count) held-out rows that neither fit nor calibrated anything. AUROC, AURC and the threshold "
        + "use the log-odds `trust_score`; ECE (\(bins) bins of equal width) and Brier use the calibrated `trust_probability`. "
        + "The threshold is set on scores, whose model never saw the calibrate part.",
      "Logistic model: L2 penalty \(configuration.l2 ?? 1) on standardised signals, Newton's method, \(assessment.model.iterations) "
        + "iterations. Seed of split, samples and bootstrap: \(configuration.seedNumber).",
    ]
    text.append(
      "AUROC alone is that of one signal on the held-out rows, turned the way its weight points: below 0.5 it points the other "
        + "way there, beside the other signals or by chance.")
    if heldOut.isEmpty { text.append("There are no labelled held-out rows: the figures are missing, not zero.") }
    if !heldOut.isEmpty, Set(heldOut.map(\.isRight)).count < 2 {
      text.append("The held-out rows are all of one kind: AUROC is not defined and missing.")
    }
    if !assessment.dropped.isEmpty {
      text.append("No row has \(assessment.dropped.map(\.rawValue).joined(separator: ", ")): left out.")
    }
    let still = assessment.signals.indices.filter { assessment.model.weights[$0] == 0 }
    if !still.isEmpty {
      let names = still.map { assessment.signals[$0].rawValue }.joined(separator: ", ")
      text.append("Never different in the fit part, so without weight: \(names).")
    }
    return text + answers.notes
  }
}

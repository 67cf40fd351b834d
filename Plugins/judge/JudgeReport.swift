// The report of a judge: figures with intervals, missing rates, agreement with itself and with people.
import JSONValue
import PluginKit
import Statistics

struct JudgeReport {
  let configuration: JudgeConfiguration
  let judge: Judge
  let run: Run
  /// Rows that lacked a question or an answer.
  let unjudged: Int

  private typealias Weights = UnsafeBufferPointer<Double>

  /// A figure for any weights of the rows; NaN where it is not defined.
  private struct Figure {
    let name: String
    let n: Int
    var better: Report.Metric.Direction?
    let value: (Weights?) -> Double
  }

  // MARK: rubric

  func rubric(_ verdicts: [RubricVerdict]) throws -> JSONValue {
    var report = Report("Scores of a model as judge")
    let figures = judge.prompt.criteria.indices.flatMap { rubricFigures($0, verdicts) }
    report.metrics = try metrics(figures, rows: verdicts.count)
    report.tables = [rubricTable(verdicts)] + lostTable()
    report.charts = judge.prompt.criteria.enumerated().map { index, criterion in
      let given = verdicts.flatMap { $0.scores[index].compactMap { $0?.score } }
      let points = criterion.range.map { score in
        [JSONValue.int(Int64(score)), JSONValue.int(Int64(given.count { $0 == score }))]
      }
      return Report.Chart(
        "Scores for \(criterion.name)", .bar, x: "score", y: "verdicts", series: [(criterion.name, points)])
    }
    report.text = text(rows: verdicts.count)
    return report.json
  }

  private func rubricFigures(_ index: Int, _ verdicts: [RubricVerdict]) -> [Figure] {
    let name = judge.prompt.criteria[index].name
    let means = verdicts.map { $0.mean(index) }
    let missing = verdicts.map { verdict in
      Double(verdict.scores[index].count { $0 == nil }) / Double(max(verdict.scores[index].count, 1))
    }
    var figures = [
      Figure(name: "\(name)_mean", n: means.count { $0 != nil }, better: .higher) { Self.mean(means, $0) },
      Figure(name: "\(name)_missing_rate", n: verdicts.count, better: .lower) { Self.mean(missing, $0) },
    ]
    if configuration.repeatCount > 1 {
      let ratings = verdicts.map { $0.scores[index].map { $0.map { Double($0.score) } } }
      figures.append(
        Figure(name: "\(name)_self_agreement", n: verdicts.count, better: .higher) {
          Agreement.alpha(ratings, .interval, weights: $0) ?? .nan
        })
    }
    guard judge.prompt.criteria[index].label != nil else { return figures }
    let both = zip(means, verdicts).map { [$0, $1.human[index]] }
    let isSame = both.map { pair in pair[0].flatMap { one in pair[1].map { one.rounded() == $0 ? 1.0 : 0 } } }
    let count = isSame.count { $0 != nil }
    figures.append(
      Figure(name: "\(name)_human_agreement", n: count, better: .higher) {
        Agreement.alpha(both, .interval, weights: $0) ?? .nan
      })
    figures.append(Figure(name: "\(name)_human_same", n: count, better: .higher) { Self.mean(isSame, $0) })
    return figures
  }

  private func rubricTable(_ verdicts: [RubricVerdict]) -> Report.Table {
    Report.Table(
      "Criteria", columns: ["criterion", "scale", "rows scored", "verdicts missing", "what was asked"],
      rows: judge.prompt.criteria.enumerated().map { index, criterion in
        [
          .string(criterion.name), .string("\(criterion.range.lowerBound) to \(criterion.range.upperBound)"),
          .int(Int64(verdicts.count { $0.mean(index) != nil })),
          .int(Int64(verdicts.reduce(0) { $0 + $1.scores[index].count { $0 == nil } })), .string(criterion.description),
        ]
      })
  }

  // MARK: pairwise

  func pairs(_ verdicts: [PairVerdict]) throws -> JSONValue {
    var report = Report("Two answers compared by a model as judge")
    report.metrics = try metrics(pairFigures(verdicts) + humanFigures(verdicts), rows: verdicts.count)
    let outcomes = verdicts.map(\.outcome)
    report.tables =
      [
        Report.Table(
          "Outcomes", columns: ["outcome", "rows"],
          rows: Outcome.allCases.map { one in [.string(one.rawValue), .int(Int64(outcomes.count { $0 == one }))] }
            + [["missing", .int(Int64(outcomes.count { $0 == nil }))]])
      ] + lostTable()
    report.text =
      text(rows: verdicts.count) + [
        "Each pair was put in both orders. `inconsistent` is a pair whose verdict turned with the order; `preference_b` counts "
          + "ties and inconsistent pairs as half for each side. `first_shown_rate` is how often the answer that stood first won."
      ]
    return report.json
  }

  private func pairFigures(_ verdicts: [PairVerdict]) -> [Figure] {
    let outcomes = verdicts.map(\.outcome)
    let judged = outcomes.count { $0 != nil }
    func share(_ of: Outcome) -> [Double?] { outcomes.map { one in one.map { $0 == of ? 1 : 0 } } }
    let preference = outcomes.map { one -> Double? in one.map { $0 == .b ? 1 : $0 == .a ? 0 : 0.5 } }
    let disagreement = verdicts.map { verdict -> Double? in
      let both = verdict.turns.compactMap(\.outcome)
      return both.isEmpty ? nil : Double(both.count { $0 == .inconsistent }) / Double(both.count)
    }
    let first = verdicts.map { verdict -> Double? in
      let won = verdict.turns.flatMap { turn in
        [turn.straight.flatMap { $0 == .tie ? nil : $0 == .a }, turn.swapped.flatMap { $0 == .tie ? nil : $0 == .b }]
      }.compactMap { $0 }
      return won.isEmpty ? nil : Double(won.count { $0 }) / Double(won.count)
    }
    let missing = verdicts.map { verdict in
      Double(verdict.turns.reduce(0) { $0 + ($1.straight == nil ? 1 : 0) + ($1.swapped == nil ? 1 : 0) })
        / Double(max(1, verdict.turns.count * 2))
    }
    var figures = [
      Figure(name: "preference_b", n: judged, better: .higher) { Self.mean(preference, $0) },
      Figure(name: "wins_a", n: judged) { Self.mean(share(.a), $0) },
      Figure(name: "wins_b", n: judged) { Self.mean(share(.b), $0) },
      Figure(name: "ties", n: judged) { Self.mean(share(.tie), $0) },
      Figure(name: "position_disagreement", n: disagreement.count { $0 != nil }, better: .lower) {
        Self.mean(disagreement, $0)
      },
      Figure(name: "first_shown_rate", n: first.count { $0 != nil }) { Self.mean(first, $0) },
      Figure(name: "missing_rate", n: verdicts.count, better: .lower) { Self.mean(missing, $0) },
    ]
    if configuration.repeatCount > 1 {
      let ratings = verdicts.map { $0.turns.map { $0.outcome?.code } }
      figures.append(
        Figure(name: "self_agreement", n: verdicts.count, better: .higher) {
          Agreement.alpha(ratings, .nominal, weights: $0) ?? .nan
        })
    }
    return figures
  }

  private func humanFigures(_ verdicts: [PairVerdict]) -> [Figure] {
    guard configuration.label != nil else { return [] }
    let places = verdicts.indices.filter { verdicts[$0].human != nil && verdicts[$0].outcome != nil }
    let pairs = places.map { (verdicts[$0].outcome?.rawValue ?? "", verdicts[$0].human?.rawValue ?? "") }
    func withWeights(_ all: Weights?, _ body: (Weights?) -> Double) -> Double {
      guard let all else { return body(nil) }
      return places.map { all[$0] }.withUnsafeBufferPointer { body($0) }
    }
    return [
      Figure(name: "human_agreement", n: pairs.count, better: .higher) { all in
        withWeights(all) { Agreement.kappa(pairs, weights: $0) ?? .nan }
      },
      Figure(name: "human_same", n: pairs.count, better: .higher) { all in
        withWeights(all) { Self.mean(pairs.map { $0.0 == $0.1 ? 1 : 0 }, $0) }
      },
    ]
  }

  // MARK: both

  private static func mean(_ values: [Double?], _ weights: Weights?) -> Double {
    var (sum, all) = (0.0, 0.0)
    for (row, value) in values.enumerated() {
      guard let value else { continue }
      sum += value * (weights?[row] ?? 1)
      all += weights?[row] ?? 1
    }
    return all > 0 ? sum / all : .nan
  }

  private func metrics(_ figures: [Figure], rows: Int) throws -> [Report.Metric] {
    let bootstrap = Bootstrap(
      resamples: configuration.resamples ?? 1000, level: configuration.level ?? 0.95, seed: configuration.seedNumber)
    let intervals = try bootstrap.intervals(rows: rows, figures: figures.count, in: run) { weights, out in
      for (index, figure) in figures.enumerated() { out[index] = figure.value(weights) }
    }
    let method = bootstrap.words
    return figures.enumerated().map { index, figure in
      Report.Metric(
        figure.name, figure.value(nil), interval: intervals[index], n: figure.n, better: figure.better, method: method)
    }
  }

  private func lostTable() -> [Report.Table] {
    let lost = judge.lost
    guard !lost.isEmpty else { return [] }
    return [
      Report.Table(
        "Why verdicts are missing", columns: ["what happened", "times"],
        rows: lost.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(20).map {
          [.string($0.key), .int(Int64($0.value))]
        })
    ]
  }

  private func text(rows: Int) -> [String] {
    var text = [
      "\(rows) rows, each put to the judge \(configuration.repeatCount) time\(configuration.repeatCount == 1 ? "" : "s"), "
        + "seed \(configuration.seedNumber). A verdict that is missing counts in the missing rate and nowhere else."
    ]
    if unjudged > 0 {
      text.append("\(unjudged) rows lack a question or an answer: the judge was not asked, they count as missing.")
    }
    if configuration.repeatCount > 1 {
      text.append(
        "Agreement of the judge with itself: Krippendorff's alpha between repeats; 1 is perfect, 0 is chance.")
    }
    return text + judge.notes
  }
}

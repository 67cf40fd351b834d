// The component: puts every row to the judge, and gives the rows back with the verdicts beside them.
import JSONValue
import ModelCalls
import PluginKit
import Statistics

final class JudgeEvaluator: Evaluator {
  static var descriptor: ComponentDescriptor { JudgeSchema.descriptor }

  private let configuration: JudgeConfiguration

  init(configuration: JudgeConfiguration, host: Host) throws {
    try configuration.check()
    self.configuration = configuration
  }

  func bind(_ request: NodeRequest, _ inputs: [InputSchema], _ run: Run) throws -> Schema? {
    guard let schema = inputs.first?.schema else { return nil }
    _ = try JudgeInputs(configuration, schema)
    return Schema(schema.fields + fields, metadata: schema.metadata)
  }

  func evaluate(_ request: NodeRequest, _ inputs: [NamedStream], _ run: Run) throws -> Evaluation {
    guard let input = inputs.first?.stream else {
      throw PluginError(.invalidArgument, "no table is connected to `rows`")
    }
    defer { input.close() }
    let columns = try JudgeInputs(configuration, input.schema)
    let judge = Judge(configuration, run)
    let held = HeldRows(schema: Schema(input.schema.fields + fields, metadata: input.schema.metadata), run: run)
    var (rubric, pairs): ([RubricVerdict], [PairVerdict]) = ([], [])
    var (total, unjudged) = (0, 0)
    while let batch = try input.next() {
      try run.checkCancelled()
      let rows = columns.rows(batch)
      unjudged += rows.count { $0 == nil }
      let alive = { (done: Int) in run.progress(UInt64(total + done), of: nil, "rows") }
      if configuration.isPairwise {
        let some = try judged(rows, columns.humanPreferences(batch, firstRow: total), judge, run, alive)
        try held.append(batch.adding(columnsOf: pairColumns(some)))
        pairs += some
      } else {
        let some = try judged(rows, columns.humanScores(batch), judge, run, alive)
        try held.append(batch.adding(columnsOf: rubricColumns(some)))
        rubric += some
      }
      total += batch.rowCount
      run.progress(UInt64(total), of: nil, "rows")
    }
    let report = JudgeReport(configuration: configuration, judge: judge, run: run, unjudged: unjudged)
    return Evaluation(
      report: configuration.isPairwise ? try report.pairs(pairs) : try report.rubric(rubric), rows: try held.stream())
  }

  private func judged(
    _ rows: [JudgedRow?], _ human: [[Double?]], _ judge: Judge, _ run: Run, _ alive: (Int) -> Void
  ) throws -> [RubricVerdict] {
    let nothing = RubricVerdict(
      scores: (configuration.criteria ?? []).map { _ in [Score?](repeating: nil, count: configuration.repeatCount) })
    return try Parallel.map(rows.count, width: configuration.parallel ?? 4, run, done: alive) { index in
      var verdict = try rows[index].map { try judge.rubric($0) } ?? nothing
      verdict.human = human[index]
      return verdict
    }
  }

  private func judged(
    _ rows: [JudgedRow?], _ human: [Preference?], _ judge: Judge, _ run: Run, _ alive: (Int) -> Void
  ) throws -> [PairVerdict] {
    let nothing = PairVerdict(turns: [PairVerdict.Turn](repeating: .init(), count: configuration.repeatCount))
    return try Parallel.map(rows.count, width: configuration.parallel ?? 4, run, done: alive) { index in
      var verdict = try rows[index].map { try judge.pair($0) } ?? nothing
      verdict.human = human[index]
      return verdict
    }
  }

  // MARK: columns beside the rows

  private var fields: [Field] {
    if configuration.isPairwise {
      return [
        Field("judge_better", .utf8), Field("judge_in_order", .utf8), Field("judge_swapped", .utf8),
        Field("judge_reason", .utf8),
      ]
    }
    return (configuration.criteria ?? []).flatMap {
      [Field("judge_\($0.name)", .float64), Field("judge_\($0.name)_reason", .utf8)]
    }
  }

  private func rubricColumns(_ verdicts: [RubricVerdict]) -> RecordBatch {
    var builder = BatchBuilder(Schema(fields), capacity: verdicts.count)
    for verdict in verdicts {
      for index in verdict.scores.indices {
        if let mean = verdict.mean(index) { builder[2 * index].append(mean) } else { builder[2 * index].appendNull() }
        Self.append(verdict.scores[index].lazy.compactMap { $0?.reason }.first, to: builder[2 * index + 1])
      }
    }
    return builder.finish()
  }

  private func pairColumns(_ verdicts: [PairVerdict]) -> RecordBatch {
    var builder = BatchBuilder(Schema(fields), capacity: verdicts.count)
    for verdict in verdicts {
      Self.append(verdict.outcome?.rawValue, to: builder[0])
      Self.append(verdict.turns.first?.straight?.rawValue, to: builder[1])
      Self.append(verdict.turns.first?.swapped?.rawValue, to: builder[2])
      Self.append(verdict.reason, to: builder[3])
    }
    return builder.finish()
  }

  private static func append(_ text: String?, to column: ColumnBuilder) {
    if let text { column.append(text) } else { column.appendNull() }
  }
}

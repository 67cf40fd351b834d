// The component: reads the rows once, makes their signals, then judges them all and gives them back with what was found.
import JSONValue
import PluginKit
import Statistics

final class TrustEvaluator: Evaluator {
  static var descriptor: ComponentDescriptor { TrustSchema.descriptor }

  private let configuration: TrustConfiguration

  init(configuration: TrustConfiguration, host: Host) throws {
    self.configuration = configuration
    if let prompt = configuration.prompt, !prompt.contains("{question}") {
      throw PluginError.configuration("the prompt lacks {question}: all rows would be asked the same", at: "/prompt")
    }
  }

  func bind(_ request: NodeRequest, _ inputs: [InputSchema], _ run: Run) throws -> Schema? {
    guard let schema = inputs.first?.schema else { return nil }
    _ = try InputColumns(configuration, schema)
    return Schema(schema.fields + SignalPlan.fields(configuration), metadata: schema.metadata)
  }

  func evaluate(_ request: NodeRequest, _ inputs: [NamedStream], _ run: Run) throws -> Evaluation {
    guard let input = inputs.first?.stream else {
      throw PluginError(.invalidArgument, "no table is connected to `rows`")
    }
    defer { input.close() }
    let plan = try SignalPlan(configuration, models: Set(request.models.keys))
    let columns = try InputColumns(configuration, input.schema)
    let answers = ModelAnswers(configuration, run)
    let maker = SignalMaker(configuration: configuration, plan: plan, answers: answers, run: run)
    let held = HeldRows(schema: input.schema, run: run)
    var rows: [SignalRow] = []
    while let batch = try input.next() {
      try run.checkCancelled()
      let labels = try columns.labels(batch, firstRow: rows.count)
      let before = rows.count
      let signals = try maker.signals(columns.rows(batch), firstRow: before) { done in
        run.progress(UInt64(before + done), of: nil, "rows")
      }
      for (index, split) in columns.splits(batch).enumerated() {
        rows.append(SignalRow(signals: signals[index], label: labels[index], split: split))
      }
      run.progress(UInt64(rows.count), of: nil, "rows")
      try held.append(batch)
    }
    let assessment = try Assessment(rows, plan: plan, configuration)
    let report = TrustReport(assessment: assessment, configuration: configuration, rows: rows, answers: answers)
    return Evaluation(
      report: try report.json(run), rows: try output(held, rows, assessment, plan), findings: [report.finding])
  }

  /// The rows with their own columns and ours beside them.
  private func output(
    _ held: HeldRows, _ rows: [SignalRow], _ assessment: Assessment, _ plan: SignalPlan
  ) throws -> any BatchStream {
    let stream = try held.stream()
    let beside = Schema(SignalPlan.fields(configuration))
    let places = SignalPlan.columns(configuration).map { plan.signals.firstIndex(of: $0) }
    var first = 0
    return GeneratedStream(schema: Schema(stream.schema.fields + beside.fields, metadata: stream.schema.metadata)) {
      guard let batch = try stream.next() else { return nil }
      var builder = BatchBuilder(beside, capacity: batch.rowCount)
      for row in rows[first..<(first + batch.rowCount)] { Self.append(row, to: &builder, assessment, places) }
      first += batch.rowCount
      return batch.adding(columnsOf: builder.finish())
    }
  }

  private static func append(
    _ row: SignalRow, to builder: inout BatchBuilder, _ assessment: Assessment, _ places: [Int?]
  ) {
    func number(_ place: Int, _ value: Double?) {
      if let value { builder[place].append(value) } else { builder[place].appendNull() }
    }
    func word(_ place: Int, _ value: String?) {
      if let value { builder[place].append(value) } else { builder[place].appendNull() }
    }
    for (column, place) in places.enumerated() { number(column, place.flatMap { row.signals[$0] }) }
    let next = places.count
    let score = assessment.score(row)
    number(next, score)
    number(next + 1, score.map { assessment.calibration($0) })
    word(next + 2, score.map { assessment.rule.answers($0) ? "answer" : "abstain" } ?? "abstain")
    let missing = assessment.missing(row)
    word(next + 3, missing.isEmpty ? nil : missing.map(\.rawValue).joined(separator: ", "))
  }
}

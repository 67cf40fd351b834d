// The component `evaluate`: rows to a model and back, batch by batch, then the figures of all.
import JSONValue
import PluginKit
import Statistics

final class LikelihoodEvaluator: Evaluator {
  static var descriptor: ComponentDescriptor { LikelihoodSchema.descriptor }

  private let settings: LikelihoodSettings

  init(configuration: LikelihoodSettings, host: Host) throws { settings = configuration }

  private var added: Schema {
    let fields: [Field] =
      switch settings.task {
      case .perplexity:
        [Field("log_likelihood", .float64), Field("tokens", .int64), Field("perplexity", .float64)]
      case .multipleChoice:
        [
          Field("log_likelihoods", .list(Field("item", .float64))), Field("predicted", .int64), Field("acc", .float64),
          Field("acc_norm", .float64), Field("acc_bytes", .float64),
        ]
      }
    return Schema(
      fields.map { Field(settings.prefix + $0.name, $0.type) })
  }

  private func check(_ schema: Schema) throws {
    try TableColumns.checkNew(added.fields.map(\.name), beside: schema, at: "/prefix")
    _ = try RowReader(settings, schema)
  }

  /// Only the run itself knows its models.
  private func checkModel(_ request: NodeRequest) throws {
    if settings.logLikelihood == nil, request.models["model"] == nil {
      throw PluginError.configuration(
        "connect a model to the input 'model', or name a column with log-likelihoods", at: "/log_likelihood")
    }
  }

  func bind(_ request: NodeRequest, _ inputs: [InputSchema], _ run: Run) throws -> Schema? {
    guard let schema = inputs.first?.schema else { return nil }
    try check(schema)
    return Schema(schema.fields + added.fields, metadata: schema.metadata)
  }

  func evaluate(_ request: NodeRequest, _ inputs: [NamedStream], _ run: Run) throws -> Evaluation {
    guard let input = inputs.first?.stream else {
      throw PluginError(.invalidArgument, "nothing is connected to the table of texts")
    }
    defer { input.close() }
    try check(input.schema)
    try checkModel(request)
    let reader = try RowReader(settings, input.schema)
    let held = HeldRows(schema: Schema(input.schema.fields + added.fields, metadata: input.schema.metadata), run: run)
    let scores = ModelScores(
      model: run.model("model"), parallel: settings.parallel, toleratesErrors: settings.onError == .missing)
    var texts = JudgedTexts(settings)
    var asked = 0
    while let batch = try input.next() {
      // A batch at a time: its answers are all there before its rows go on.
      for part in stride(from: 0, to: max(batch.rowCount, 1), by: 1024) {
        try run.checkCancelled()
        let rows = batch.slice(part, 1024)
        let read = reader.rows(rows, first: texts.total)
        let answers = try likelihoods(read, scores, run, &asked)
        try held.append(rows.adding(columnsOf: judge(read, answers, &texts)))
      }
    }
    let report = try LikelihoodReport(settings: settings, texts: texts, run: run).report()
    return Evaluation(report: report.json, rows: try held.stream())
  }

  /// For each row one likelihood a choice; nil for a row that is missing or refused.
  private func likelihoods(
    _ rows: [RowReader.Row], _ scores: ModelScores, _ run: Run, _ asked: inout Int
  ) throws -> [[Likelihood]?] {
    if settings.logLikelihood != nil { return rows.map(\.given) }
    var questions: [ModelScores.Question] = []
    for row in rows where row.isComplete {
      questions += row.texts.map { ModelScores.Question(prompt: row.prompt, text: $0, row: row.number) }
    }
    let answers = try scores.answers(questions, run, done: asked)
    asked += questions.count
    var next = 0
    return rows.map { row in
      guard row.isComplete else { return nil }
      defer { next += row.texts.count }
      let own = answers[next..<next + row.texts.count]
      return own.contains(nil) ? nil : own.compactMap(\.self)
    }
  }

  private func judge(_ rows: [RowReader.Row], _ answers: [[Likelihood]?], _ texts: inout JudgedTexts) -> RecordBatch {
    var builder = BatchBuilder(added, capacity: rows.count)
    for (row, answer) in zip(rows, answers) {
      guard row.isComplete, let answer else {
        if row.isComplete { texts.countRefused() } else { texts.countMissing() }
        for index in added.fields.indices { builder[index].appendNull() }
        continue
      }
      switch settings.task {
      case .perplexity: append(answer[0], row, &builder, &texts)
      case .multipleChoice: append(answer, row, &builder, &texts)
      }
    }
    return builder.finish()
  }

  private func append(
    _ answer: Likelihood, _ row: RowReader.Row, _ builder: inout BatchBuilder, _ texts: inout JudgedTexts
  ) {
    let tokens = answer.tokens > 0 ? answer.tokens : nil
    texts.add(
      answer.logLikelihood, tokens: tokens, text: row.texts[0], group: row.group, cluster: row.cluster)
    builder[0].append(answer.logLikelihood)
    if let tokens {
      builder[1].append(Int64(tokens))
      builder[2].append(Perplexity.perToken(answer.logLikelihood, tokens))
    } else {
      builder[1].appendNull()
      builder[2].appendNull()
    }
  }

  private func append(
    _ answers: [Likelihood], _ row: RowReader.Row, _ builder: inout BatchBuilder, _ texts: inout JudgedTexts
  ) {
    let judgement = ChoiceJudgement(
      row.choices, answers.map(\.logLikelihood), greedy: answers.map(\.isGreedy), right: row.right)
    texts.add(judgement, group: row.group, cluster: row.cluster)
    for answer in answers { builder[0].child(0).append(answer.logLikelihood) }
    builder[0].appendNested()
    builder[1].append(Int64(judgement.predicted + settings.answerFrom))
    builder[2].append(judgement.accuracy)
    builder[3].append(judgement.byCharacters)
    builder[4].append(judgement.byBytes)
  }
}

// The component `evaluate`: rows as labels and scores, then the figures of all.
import JSONValue
import PluginKit
import Statistics

final class ClassificationEvaluator: Evaluator {
  static var descriptor: ComponentDescriptor { ClassificationSchema.descriptor }

  private let settings: ClassificationSettings
  /// Classes with a probability, in the order of their columns.
  private let named: [String]

  init(configuration: ClassificationSettings, host: Host) throws {
    settings = configuration
    named = configuration.probabilities.map { $0.keys.sorted() } ?? []
  }

  private struct Places {
    var label: Int
    var prediction: Int?
    var score: Int?
    var probabilities: [Int]
    var group: Int?
    var cluster: Int?
  }

  private func places(_ schema: Schema) throws -> Places {
    try TableColumns.checkNew(added.fields.map(\.name), beside: schema, at: "/prefix")
    return Places(
      label: try TableColumns.index(settings.label, in: schema, at: "/label"),
      prediction: try settings.prediction.map { try TableColumns.index($0, in: schema, at: "/prediction") },
      score: try settings.score.map { try TableColumns.number($0, in: schema, at: "/score") },
      probabilities: try named.map {
        try TableColumns.number(settings.probabilities?[$0] ?? "", in: schema, at: "/probabilities/\($0)")
      },
      group: try settings.groupBy.map { try TableColumns.index($0, in: schema, at: "/group_by") },
      cluster: try settings.cluster.map { try TableColumns.index($0, in: schema, at: "/cluster") })
  }

  /// `correct`, and what was predicted where no column says it.
  private var added: Schema {
    let correct = Field(settings.prefix + "correct", .bool)
    return Schema(settings.prediction == nil ? [correct, Field(settings.prefix + "predicted", .utf8)] : [correct])
  }

  func bind(_ request: NodeRequest, _ inputs: [InputSchema], _ run: Run) throws -> Schema? {
    guard let schema = inputs.first?.schema else { return nil }
    _ = try places(schema)
    return Schema(schema.fields + added.fields, metadata: schema.metadata)
  }

  func evaluate(_ request: NodeRequest, _ inputs: [NamedStream], _ run: Run) throws -> Evaluation {
    guard let input = inputs.first?.stream else {
      throw PluginError(.invalidArgument, "nothing is connected to the table of labels")
    }
    defer { input.close() }
    let places = try places(input.schema)
    let held = HeldRows(schema: Schema(input.schema.fields + added.fields, metadata: input.schema.metadata), run: run)
    var judged = JudgedRows(settings)
    while let batch = try input.next() {
      try run.checkCancelled()
      try held.append(batch.adding(columnsOf: try judge(batch, places, &judged)))
      run.progress(UInt64(judged.total), "rows")
    }
    judged.rows.sortClasses()
    let report = try ClassificationReport(settings: settings, judged: judged, named: named, run: run).report()
    return Evaluation(report: report.json, rows: try held.stream())
  }

  private func judge(_ batch: RecordBatch, _ places: Places, _ judged: inout JudgedRows) throws -> RecordBatch {
    var builder = BatchBuilder(added, capacity: batch.rowCount)
    let label = batch.column(places.label)
    let prediction = places.prediction.map { batch.column($0) }
    let score = places.score.map { batch.column($0) }
    let probabilities = places.probabilities.map { batch.column($0) }
    let group = places.group.map { batch.column($0) }
    let cluster = places.cluster.map { batch.column($0) }
    for row in 0..<batch.rowCount {
      let predicted = prediction.map { $0.isNull(row) ? nil : $0.text(row) }
      let outcome = try judged.add(
        label: label.isNull(row) ? nil : label.text(row), prediction: predicted, score: score?.double(row),
        probabilities: try probabilities.enumerated().map { try probability($1, row, $0, judged.total) }, named: named,
        group: group.map { $0.isNull(row) ? nil : $0.text(row) },
        cluster: cluster.map { $0.isNull(row) ? nil : $0.text(row) })
      guard let outcome else {
        for index in added.fields.indices { builder[index].appendNull() }
        continue
      }
      builder[0].append(outcome.isCorrect)
      if settings.prediction == nil { builder[1].append(outcome.predicted) }
    }
    return builder.finish()
  }

  /// nil for a missing one; what is no probability is the data's fault.
  private func probability(_ column: Column, _ row: Int, _ place: Int, _ total: Int) throws -> Double? {
    guard let value = column.double(row), !value.isNaN else { return nil }
    guard value >= -1e-9, value <= 1 + 1e-9 else {
      throw PluginError.data(
        "the probability of '\(named[place])' in column '\(column.field.name)' is \(value), which is not between 0 and 1",
        row: total)
    }
    return value
  }
}

// The component `evaluate`: rows through the chosen metrics, then the figures of all.
import JSONValue
import PluginKit
import Statistics

final class TextMetricsEvaluator: Evaluator {
  static var descriptor: ComponentDescriptor { TextMetricsSchema.descriptor }

  private let settings: TextMetricsSettings

  init(configuration: TextMetricsSettings, host: Host) throws { settings = configuration }

  /// Where the configured columns stand in the input.
  struct Places {
    var prediction: Int
    var references: [Int]
    var schema: Int?
    var pattern: Int?
    var group: Int?
    var cluster: Int?
  }

  private func places(_ schema: Schema) throws -> Places {
    try TableColumns.checkNew(addedNames, beside: schema, at: "/prefix")
    return Places(
      prediction: try TableColumns.index(settings.prediction, in: schema, at: "/prediction"),
      references: try settings.references.enumerated().map {
        try TableColumns.index($1, in: schema, at: "/references/\($0)")
      },
      schema: try settings.json.schemaColumn.map { try TableColumns.index($0, in: schema, at: "/json/schema_column") },
      pattern: try settings.regex.column.map { try TableColumns.index($0, in: schema, at: "/regex/column") },
      group: try settings.groupBy.map { try TableColumns.index($0, in: schema, at: "/group_by") },
      cluster: try settings.cluster.map { try TableColumns.index($0, in: schema, at: "/cluster") })
  }

  private var addedNames: [String] { settings.metrics.map { settings.prefix + $0.rawValue } }
  private var added: Schema { Schema(addedNames.map { Field($0, .float64) }) }

  func bind(_ request: NodeRequest, _ inputs: [InputSchema], _ run: Run) throws -> Schema? {
    guard let schema = inputs.first?.schema else { return nil }
    _ = try places(schema)
    return Schema(schema.fields + added.fields, metadata: schema.metadata)
  }

  func evaluate(_ request: NodeRequest, _ inputs: [NamedStream], _ run: Run) throws -> Evaluation {
    guard let input = inputs.first?.stream else {
      throw PluginError(.invalidArgument, "nothing is connected to the table of predictions")
    }
    defer { input.close() }
    let places = try places(input.schema)
    let held = HeldRows(schema: Schema(input.schema.fields + added.fields, metadata: input.schema.metadata), run: run)
    var rows = ScoredRows(settings)
    while let batch = try input.next() {
      try run.checkCancelled()
      let scores = try score(batch, places, &rows, run)
      try held.append(batch.adding(columnsOf: scores))
    }
    let report = try TextMetricsReport(settings: settings, rows: rows, run: run).report()
    return Evaluation(report: report.json, rows: try held.stream())
  }

  /// One column for each metric.
  private func score(_ batch: RecordBatch, _ places: Places, _ rows: inout ScoredRows, _ run: Run) throws -> RecordBatch
  {
    var builder = BatchBuilder(added, capacity: batch.rowCount)
    let prediction = batch.column(places.prediction)
    let references = places.references.map { batch.column($0) }
    let schema = places.schema.map { batch.column($0) }
    let pattern = places.pattern.map { batch.column($0) }
    let group = places.group.map { batch.column($0) }
    let cluster = places.cluster.map { batch.column($0) }
    for row in 0..<batch.rowCount {
      if row % 64 == 0 {
        try run.checkCancelled()
        run.progress(UInt64(rows.total), "rows")
      }
      let scores = rows.add(
        prediction: Self.text(prediction, row), references: references.flatMap { Self.texts($0, row) },
        schema: schema.flatMap { $0.isNull(row) ? nil : $0.text(row) },
        pattern: pattern.flatMap { $0.isNull(row) ? nil : $0.text(row) },
        group: group.map { $0.isNull(row) ? nil : $0.text(row) },
        cluster: cluster.map { $0.isNull(row) ? nil : $0.text(row) })
      for index in settings.metrics.indices {
        if let score = scores?[index], !score.isNaN {
          builder[index].append(score)
        } else {
          builder[index].appendNull()
        }
      }
    }
    return builder.finish()
  }

  /// A value as text, nil for null; what is no text is shown as the tables show it.
  private static func text(_ column: Column, _ row: Int) -> [UInt8]? {
    if column.isNull(row) { return nil }
    // The host has seen that text is UTF-8.
    if column.type.isText { return column.bytes(row) }
    return Array(column.text(row).utf8)
  }

  private static func texts(_ column: Column, _ row: Int) -> [[UInt8]] {
    guard column.type.isList else { return text(column, row).map { [$0] } ?? [] }
    guard let items = column.list(row) else { return [] }
    return (0..<items.count).compactMap { text(items, $0) }
  }
}

// The component `compare`: two scores of each row, then what their differences say.
import JSONValue
import PluginKit
import Statistics

final class ComparisonEvaluator: Evaluator {
  static var descriptor: ComponentDescriptor { ComparisonSchema.descriptor }

  private let settings: ComparisonSettings

  init(configuration: ComparisonSettings, host: Host) throws { settings = configuration }

  // MARK: columns

  private func pointer(_ index: Int, _ side: String) -> String {
    let pair = settings.pairs[index]
    return pair.a == pair.b ? "/scores" : "/pairs/\(index)/\(side)"
  }

  private func scores(_ schema: Schema, _ side: String) throws -> [Int] {
    try settings.pairs.enumerated().map { index, pair in
      try TableColumns.number(side == "a" ? pair.a : pair.b, in: schema, at: pointer(index, side))
    }
  }

  private func keys(_ schema: Schema) throws -> [Int] {
    try settings.key.enumerated().map { try TableColumns.index($1, in: schema, at: "/key/\($0)") }
  }

  /// With two tables the other's score too.
  private func added(two: Bool) -> Schema {
    Schema(
      settings.pairs.flatMap { pair in
        let difference = Field("\(pair.title)_difference", .float64)
        return two ? [Field("\(pair.title)_b", .float64), difference] : [difference]
      })
  }

  private func check(_ a: Schema, _ b: Schema?) throws {
    try TableColumns.checkNew(added(two: b != nil).fields.map(\.name), beside: a, at: "/pairs")
    _ = try scores(a, "a")
    _ = try scores(b ?? a, "b")
    if let cluster = settings.cluster { _ = try TableColumns.index(cluster, in: a, at: "/cluster") }
    guard let b else {
      if let pair = settings.pairs.first(where: { $0.a == $0.b }) {
        throw PluginError.configuration(
          "'\(pair.a)' would be compared with itself: connect a second table to 'b', or name two columns in 'pairs'",
          at: "/scores")
      }
      return
    }
    guard !settings.key.isEmpty else {
      throw PluginError.configuration("two tables need a 'key' that says which rows belong together", at: "/key")
    }
    _ = (try keys(a), try keys(b))
  }

  func bind(_ request: NodeRequest, _ inputs: [InputSchema], _ run: Run) throws -> Schema? {
    let second = inputs.first { $0.name == SecondTable.input }
    guard let first = inputs.first(where: { $0.name != SecondTable.input })?.schema else { return nil }
    if let second, second.schema == nil { return nil }
    try check(first, second?.schema)
    return Schema(first.fields + added(two: second != nil).fields, metadata: first.metadata)
  }

  // MARK: rows

  func evaluate(_ request: NodeRequest, _ inputs: [NamedStream], _ run: Run) throws -> Evaluation {
    defer { for input in inputs { input.stream.close() } }
    let other = inputs.first { $0.name == SecondTable.input }?.stream
    guard let input = inputs.first(where: { $0.name != SecondTable.input })?.stream else {
      throw PluginError(.invalidArgument, "nothing is connected to table a")
    }
    try check(input.schema, other?.schema)
    var second = try other.map { try read($0, run) }
    var rows = PairedRows(settings.pairs.count, hasClusters: settings.cluster != nil)
    let added = added(two: other != nil)
    let held = HeldRows(schema: Schema(input.schema.fields + added.fields, metadata: input.schema.metadata), run: run)
    while let batch = try input.next() {
      try run.checkCancelled()
      try held.append(batch.adding(columnsOf: try compare(batch, added, &second, &rows)))
      run.progress(UInt64(rows.total), "rows")
    }
    let report = try ComparisonReport(
      settings: settings, rows: rows, unmatched: second.map { (inA: rows.unmatched, inB: $0.untaken) }, run: run
    ).report()
    return Evaluation(report: report.json, rows: try held.stream())
  }

  private func read(_ input: ImportedStream, _ run: Run) throws -> SecondTable {
    var table = SecondTable(width: settings.pairs.count)
    let (keys, scores) = (try keys(input.schema), try scores(input.schema, "b"))
    while let batch = try input.next() {
      try run.checkCancelled()
      let (keys, scores) = (keys.map { batch.column($0) }, scores.map { batch.column($0) })
      for row in 0..<batch.rowCount {
        try table.append(key: SecondTable.key(keys, row), scores.map { $0.double(row) ?? .nan })
      }
      run.progress(UInt64(table.count), "rows of b")
    }
    return table
  }

  private func compare(
    _ batch: RecordBatch, _ added: Schema, _ second: inout SecondTable?, _ rows: inout PairedRows
  ) throws -> RecordBatch {
    var builder = BatchBuilder(added, capacity: batch.rowCount)
    let first = try scores(batch.schema, "a").map { batch.column($0) }
    let beside = second == nil ? try scores(batch.schema, "b").map { batch.column($0) } : []
    let keys = second == nil ? [] : try keys(batch.schema).map { batch.column($0) }
    let cluster = settings.cluster.flatMap { batch.column($0) }
    let isTwo = second != nil
    for row in 0..<batch.rowCount {
      let a = first.map { $0.double(row) ?? .nan }
      let b: [Double]?
      if isTwo {
        b = try second?.take(SecondTable.key(keys, row), row: rows.total)
      } else {
        b = beside.map { $0.double(row) ?? .nan }
      }
      rows.append(a: a, b: b, cluster: cluster.map { $0.isNull(row) ? nil : $0.text(row) })
      var place = 0
      for index in a.indices {
        let other = b?[index] ?? .nan
        for value in isTwo ? [other, other - a[index]] : [other - a[index]] {
          if value.isNaN { builder[place].appendNull() } else { builder[place].append(value) }
          place += 1
        }
      }
    }
    return builder.finish()
  }
}

// The `check` component: judges the rows that pass by and keeps the ordinals of all that fail.
import FoundationEssentials
import JSONValue
import PluginKit

final class ExpectationsCheck: Check {
  static var descriptor: ComponentDescriptor { CheckSchema.descriptor }

  /// Without a limit from the configuration or the run.
  private static let defaultMemory = 2 << 30

  private let configuration: CheckConfiguration
  private let host: Host
  private var evaluations: [any Evaluation] = []
  private var budget = MemoryBudget(limit: 0)
  private var rows: Int64 = 0

  init(configuration: CheckConfiguration, host: Host) throws {
    self.configuration = configuration
    self.host = host
  }

  func bind(_ table: Schema, references: [(name: String, schema: Schema)]) throws {
    _ = try bound(table, references, MemoryBudget(limit: 0), runStart: 0)
  }

  private func bound(
    _ table: Schema, _ references: [(name: String, schema: Schema)], _ budget: MemoryBudget, runStart: Int128
  ) throws -> [any Evaluation] {
    let binding = RuleBinding(table: table, references: references, budget: budget, runStart: runStart)
    return try configuration.rules.map { try binding.evaluation($0) }
  }

  func begin(_ table: Schema, references: [(name: String, stream: ImportedStream)], _ run: Run) throws {
    let meta = run.meta
    // Half of what the node may use: the batches that pass by need room too.
    budget = MemoryBudget(
      limit: configuration.memoryLimit ?? meta.memoryBytes.map { $0 / 2 } ?? ExpectationsCheck.defaultMemory)
    rows = 0
    let now = TimeText.instant(meta.startedAt) ?? Int128(Date().timeIntervalSince1970 * 1000) * 1_000_000
    evaluations = try bound(table, references.map { ($0.name, $0.stream.schema) }, budget, runStart: now)
    for reference in references { try learn(reference.name, reference.stream, run) }
  }

  /// Reads a reference input through, once for all rules that refer to it.
  private func learn(_ name: String, _ stream: ImportedStream, _ run: Run) throws {
    defer { stream.close() }
    let rules = evaluations.compactMap { $0 as? ReferentialEvaluation }.filter { $0.target == name }
    guard !rules.isEmpty else { return }
    var row: Int64 = 0
    while let batch = try stream.next() {
      try run.checkCancelled()
      let view = BatchView(batch)
      for rule in rules { try rule.learn(view, firstRow: row) }
      row += Int64(batch.rowCount)
      run.progress(UInt64(row), of: nil, "reference rows")
    }
  }

  func observe(_ batch: RecordBatch, firstRow: Int64) throws {
    guard batch.rowCount > 0 else { return }
    let view = BatchView(batch)
    for evaluation in evaluations { try evaluation.observe(view, firstRow: firstRow) }
    rows += Int64(batch.rowCount)
    let bytes = evaluations.reduce(0) { $0 + $1.byteCount }
    guard budget.used + bytes <= budget.limit else {
      throw PluginError(
        .resource,
        "the list of failing rows needs more than is left of \(budget.limit >> 20) MiB after \(rows) rows. "
          + "Raise memory_limit_mib of the check, or drop the rule that fails nearly everywhere",
        details: ["path": "/memory_limit_mib"])
    }
  }

  func finish(_ run: Run) throws -> CheckResult {
    let verdicts = evaluations.map { $0.finish() }
    evaluations = []
    let report = CheckReport(
      title: configuration.title ?? "Data quality rules", rules: configuration.rules, verdicts: verdicts, rows: rows)
    let lists = verdicts.map(\.failing)
    let failing = lists.contains { $0.count > 0 } ? FailingRows(lists) : nil
    return CheckResult(findings: verdicts.map(\.finding), report: report.json, failing: failing)
  }
}

/// All failing rows, rule by rule, read out of their compact lists batch by batch.
final class FailingRows: BatchStream {
  let schema = CheckResult.failingSchema
  private var lists: [OrdinalList]
  private var rule = 0
  private var reader: OrdinalList.Reader?

  init(_ lists: [OrdinalList]) {
    self.lists = lists
    reader = lists.first?.makeReader()
  }

  func next() -> RecordBatch? {
    var builder = BatchBuilder(schema, capacity: 65_536)
    let (rules, rows) = (builder[0], builder[1])
    var count = 0
    while count < 65_536, reader != nil {
      if let row = reader?.next() {
        rules.append(Int64(rule))
        rows.append(row)
        count += 1
        continue
      }
      // A list that was read is let go.
      lists[rule] = OrdinalList()
      rule += 1
      reader = rule < lists.count ? lists[rule].makeReader() : nil
    }
    return count == 0 ? nil : builder.finish()
  }

  func close() {
    lists = []
    reader = nil
  }
}

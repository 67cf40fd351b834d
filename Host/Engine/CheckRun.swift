// A check while it runs: it observes the batches that pass, and at the end its findings decide the gate.
import CPluginABI
import CWorker
import JSONValue
import Model
import PluginKit
import PluginLoader
import Synchronization
import WorkerProtocol

/// Shared by the check's pass-through stream and the readers of its `failing` and `findings` ports.
final class CheckRun: @unchecked Sendable {
  let node: NodeRun
  let table: ote_check
  let upstream: any BatchStream
  let gate: Gate
  /// Rows are kept on disk: the gate quarantines, or somebody reads the `failing` port.
  let keepsRows: Bool
  /// Nothing passes before the check has seen everything; then whoever reads a port of it makes it see everything.
  let holdsRows: Bool
  private let driving = Monitor<Void>(())
  private let references: [(name: String, stream: any BatchStream)]
  private var began = false
  private var row: Int64 = 0
  private(set) var buffer: BatchFileWriter?
  let result = Monitor<Result<CheckOutcome, any Error>?>(nil)

  init(
    node: NodeRun, table: ote_check, upstream: any BatchStream, references: [(name: String, stream: any BatchStream)],
    keepsRows: Bool, holdsRows: Bool
  ) {
    self.node = node
    self.table = table
    self.upstream = upstream
    self.references = references
    self.keepsRows = keepsRows
    self.holdsRows = holdsRows
    gate = node.plan.gate ?? Gate()
  }

  var schema: Schema { upstream.schema }
  var bufferPath: String { "\(node.state.plan.folder)/tmp/\(node.plan.name).rows" }

  /// The next batch after the check has seen it; nil once the check has finished.
  func observeNext() throws -> RecordBatch? {
    do {
      try beginOnce()
      guard let batch = try node.clocks[0].next(upstream) else {
        try finishOnce()
        return nil
      }
      try observe(batch)
      return batch
    } catch {
      if let problem = error as? Problem { node.state.fail(problem) }
      result.change { if $0 == nil { $0 = .failure(error) } }
      throw error
    }
  }

  /// The check must see the whole table, also where its reader stops early; only a preview stops there.
  func drain() {
    if case .run = node.state.plan.mode { runToEnd() }
    result.change { if $0 == nil { $0 = .failure(Stopping()) } }
  }

  /// One thread does the work, others wait for it.
  private func runToEnd() {
    driving.withLock { _ in
      do {
        while result.withLock({ $0 == nil }), !node.state.isStopping, try observeNext() != nil {}
      } catch {}  // recorded by observeNext
    }
  }

  /// Blocks until the check has finished.
  func outcome() throws -> CheckOutcome {
    ote_boundary_enter(OTE_NODE_HOST, Int32(OTE_CALL_NONE.rawValue))
    defer { ote_boundary_leave() }
    if holdsRows {
      runToEnd()
      result.change { if $0 == nil { $0 = .failure(Stopping()) } }
    }
    return try result.wait { $0 }.get()
  }

  private func beginOnce() throws(Problem) {
    guard !began else { return }
    began = true
    node.setStatus(.running)
    if keepsRows {
      _ = try node.temporaryFolder()
      buffer = try BatchFileWriter(path: bufferPath, schema: schema)
    }
    guard let begin = table.begin, table.observe != nil, table.finish != nil else {
      throw node.problem(.contractBroken, "the check lacks begin, observe or finish")
    }
    var cSchema = ArrowSchema()
    schema.export(to: &cSchema)
    defer { cSchema.release?(&cSchema) }
    let streams = UnsafeMutablePointer<ArrowArrayStream>.allocate(capacity: max(1, references.count))
    defer { streams.deallocate() }
    for (index, reference) in references.enumerated() {
      streams[index] = ArrowArrayStream()
      export(EdgeStream(reference.stream, reader: node, input: reference.name, counts: false), to: streams + index)
    }
    let request = requestText(node, inputs: node.plan.streamInputs.map(\.name))
    try node.call(OTE_CALL_BEGIN) { error in
      withText(request) {
        begin(node.instance?.pointer, node.handle, $0, &cSchema, UInt32(references.count), streams, error)
      }
    }
  }

  private func observe(_ batch: RecordBatch) throws(Problem) {
    node.rowsIn.wrappingAdd(Int64(batch.rowCount), ordering: .relaxed)
    var array = ArrowArray()
    batch.export(to: &array)
    defer { array.release?(&array) }
    let first = row
    try node.call(OTE_CALL_OBSERVE) { table.observe(node.instance?.pointer, node.handle, &array, first, $0) }
    row += Int64(batch.rowCount)
    try buffer?.append(batch)
    node.count(batch)
  }

  private func finishOnce() throws {
    guard result.withLock({ $0 == nil }) else { return }
    try buffer?.finish(durable: false)
    let report = ByteSink()
    var failing = ArrowArrayStream()
    try node.call(OTE_CALL_FINISH) { table.finish(node.instance?.pointer, node.handle, report.pointer, &failing, $0) }
    let outcome = try readOutcome(report, failing: &failing)
    node.state.link.send(
      .checked(
        CheckedNode(
          node: node.plan.name, findings: outcome.findings, gate: outcome.gateReport(node.plan.name),
          blocks: outcome.blocks)))
    result.change { $0 = .success(outcome) }
    node.setStatus(.succeeded)
  }

  private func readOutcome(
    _ report: ByteSink, failing: UnsafeMutablePointer<ArrowArrayStream>
  ) throws(Problem) -> CheckOutcome {
    defer { failing.pointee.release?(failing) }
    let json: JSONValue
    do { json = try report.json() } catch {
      throw node.problem(.contractBroken, "finish wrote no valid JSON: \(error)")
    }
    let findings =
      try Findings.decode(json["findings"] ?? [], node: node)
      + GateRequirements(gate).findings(in: json["report"], node: node.plan.name)
    var outcome = CheckOutcome(
      findings: findings, report: json["report"].flatMap { ReportSize.kept($0, node) }, gate: gate)
    if failing.pointee.release != nil {
      let stream = try PluginStream(moving: failing, node: FailingRows.owner(of: node), port: "failing")
      defer { stream.close() }
      outcome.failing = try FailingRows.read(stream, node: node, findings: findings, rows: row, keeps: keepsRows)
    }
    outcome.decide()
    return outcome
  }
}

/// What a check found, and what its gate makes of it.
struct CheckOutcome: Sendable {
  var findings: [FindingReport]
  var report: JSONValue?
  var gate: Gate
  /// Ascending row ordinals by finding; empty unless rows are kept.
  var failing: [[Int64]] = []
  /// Findings that trip the gate.
  var tripping: [Int] = []
  /// The run must not publish.
  var blocks = false
  /// There was something to judge.
  var isGated = true

  init(findings: [FindingReport], report: JSONValue?, gate: Gate) {
    self.findings = findings
    self.report = report
    self.gate = gate
  }

  mutating func decide() {
    tripping = findings.indices.filter {
      !findings[$0].passed && (gate.on == .warn || findings[$0].severity == "error")
    }
    switch gate.action {
    case .stop: blocks = !tripping.isEmpty
    // A rule about the whole table (a row count, say) has no rows to set aside: it stops the run.
    // The rows themselves count, not the number the finding claims.
    case .quarantine: blocks = tripping.contains { !failing.indices.contains($0) || failing[$0].isEmpty }
    case .warn: blocks = false
    }
  }

  func gateReport(_ node: String) -> GateReport {
    GateReport(
      node: node, action: gate.action.rawValue, tripped: !tripping.isEmpty,
      quarantinedRows: gate.action == .quarantine ? Int64(quarantined.count) : nil)
  }

  /// Ordinals of the rows that a quarantine gate sets aside, ascending, each once.
  var quarantined: [Int64] { FailingRows.union(tripping.map { failing.indices.contains($0) ? failing[$0] : [] }) }
}

enum Findings {
  static func decode(_ json: JSONValue, node: NodeRun) throws(Problem) -> [FindingReport] {
    guard let list = json.array else { throw node.problem(.contractBroken, "finish wrote no list of findings") }
    var findings: [FindingReport] = []
    for (index, item) in list.enumerated() {
      guard var object = item.object, object["rule"]?.string != nil, object["passed"]?.bool != nil,
        ["error", "warn"].contains(object["severity"]?.string ?? "error")
      else { throw node.problem(.contractBroken, "finding \(index) lacks rule, passed or a known severity") }
      object["node"] = .string(node.plan.name)
      object["severity"] = object["severity"] ?? "error"
      do {
        findings.append(try JSONValue.object(object).decode(FindingReport.self))
      } catch { throw node.problem(.contractBroken, "finding \(index) is malformed: \(error)") }
    }
    return findings
  }

  /// The table behind a check's `findings` port.
  static let schema = Schema([
    Field("rule", .utf8, nullable: false), Field("column", .utf8), Field("severity", .utf8, nullable: false),
    Field("passed", .bool, nullable: false), Field("observed", .utf8), Field("limit", .utf8),
    Field("failing_rows", .int64), Field("message", .utf8),
  ])

  static func batch(_ findings: [FindingReport]) throws -> RecordBatch {
    var builder = BatchBuilder(schema, capacity: findings.count)
    func text(_ value: JSONValue?) -> JSONValue { value.map { .string($0.string ?? $0.text) } ?? .null }
    for finding in findings {
      let column = finding.column ?? finding.columns?.joined(separator: ", ")
      try builder.append([
        .string(finding.rule), column.map { .string($0) } ?? .null, .string(finding.severity), .bool(finding.passed),
        text(finding.observed), text(finding.limit), finding.failingRows.map { .int($0) } ?? .null,
        finding.message.map { .string($0) } ?? .null,
      ])
    }
    return builder.finish()
  }
}

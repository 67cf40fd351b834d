// A node that works once, after everything that is connected to it: a trainer, an evaluator, an action.
import CPluginABI
import CWorker
import FoundationEssentials
import JSONValue
import Model
import PluginKit
import PluginLoader
import Synchronization
import WorkerProtocol

/// What a job left.
struct JobOutcome {
  var model: JSONValue?
  var report: JSONValue?
  var findings: [FindingReport] = []
  var rows: PluginStream?
}

/// The first thread that needs its outcome does the work, others wait.
final class JobRun: @unchecked Sendable {
  let node: NodeRun
  /// In port order.
  private let streams: [(input: PlanInput, stream: any BatchStream)]
  /// Values at inputs that are no streams.
  private let values: JobInputs
  private let working = Monitor<Void>(())
  private let result = Monitor<Result<JobOutcome, Problem>?>(nil)
  private let verdict = Mutex<CheckOutcome?>(nil)

  init(_ node: NodeRun, streams: [(input: PlanInput, stream: any BatchStream)], values: JobInputs) {
    self.node = node
    self.streams = streams
    self.values = values
    node.state.onStop { [result] in result.change { _ in } }
  }

  /// Blocks until the work is done, by this thread or by another.
  @discardableResult
  func outcome() throws(Problem) -> JobOutcome {
    ote_boundary_enter(OTE_NODE_HOST, Int32(OTE_CALL_NONE.rawValue))
    defer { ote_boundary_leave() }
    working.withLock { _ in
      guard result.withLock({ $0 == nil }) else { return }
      let outcome: Result<JobOutcome, Problem>
      do throws(Problem) { outcome = .success(try work()) } catch { outcome = .failure(error) }
      result.change { $0 = outcome }
    }
    guard let outcome = result.withLock({ $0 }) else { throw node.problem(.cancelled, "the run is stopping") }
    return try outcome.get()
  }

  func close() {
    if case .success(let outcome)? = result.withLock({ $0 }) { outcome.rows?.close() }
  }

  /// nil until the work is done.
  var checked: CheckOutcome? { verdict.withLock { $0 } }

  private func work() throws(Problem) -> JobOutcome {
    defer { for item in streams { item.stream.close() } }
    if node.state.isStopping { throw node.problem(.cancelled, "the run is stopping") }
    let kept = KeptModel(node)
    if let outcome = kept.outcome { return outcome }
    let request = try values.request(streams: streams.map(\.input.name))
    node.setStatus(.running)
    let outcome: JobOutcome
    switch node.plan.component.kind {
    case .trainer:
      outcome = try train(request)
      kept.keep(outcome)
    case .evaluator: outcome = try evaluate(request)
    default: outcome = try act(request)
    }
    judge(outcome)
    node.setStatus(.succeeded)
    return outcome
  }

  private func train(_ request: String) throws(Problem) -> JobOutcome {
    let table = try node.interface(OTE_TRAINER, as: ote_trainer.self)
    guard let train = table.train else { throw node.problem(.contractBroken, "the trainer has no train") }
    let inputs = handed()
    let relay = MetricRelay(node)
    let json = try publishing("train", OTE_CALL_TRAIN) { answer, error in
      withText(request) { text in
        relay.withSink {
          train(
            node.instance?.pointer, node.handle, text, UInt32(streams.count), inputs.pointer, $0, answer, error)
        }
      }
    }
    guard let model = json["model"], model.object != nil else {
      throw node.problem(.contractBroken, "train wrote no model document")
    }
    return JobOutcome(model: model, report: json["report"].flatMap { ReportSize.kept($0, node) })
  }

  private func evaluate(_ request: String) throws(Problem) -> JobOutcome {
    let table = try node.interface(OTE_EVALUATOR, as: ote_evaluator.self)
    guard let evaluate = table.evaluate else { throw node.problem(.contractBroken, "the evaluator has no evaluate") }
    let inputs = handed()
    let rows = StreamArray(count: 1, filled: false)
    let answer = ByteSink()
    try node.call(OTE_CALL_EVALUATE) { error in
      withText(request) {
        rows.filled(
          by: evaluate(
            node.instance?.pointer, node.handle, $0, UInt32(streams.count), inputs.pointer, rows.pointer,
            answer.pointer, error))
      }
    }
    var outcome = try outcome(try read(answer, "evaluate"), "evaluate")
    if rows.pointer.pointee.release != nil {
      outcome.rows = try PluginStream(moving: rows.pointer, node: node, port: "rows")
    }
    return outcome
  }

  private func act(_ request: String) throws(Problem) -> JobOutcome {
    let table = try node.interface(OTE_ACTION, as: ote_action.self)
    guard let run = table.run else { throw node.problem(.contractBroken, "the action has no run") }
    let inputs = handed()
    let json = try publishing("run", OTE_CALL_RUN) { answer, error in
      withText(request) {
        run(node.instance?.pointer, node.handle, $0, UInt32(streams.count), inputs.pointer, answer, error)
      }
    }
    return try outcome(json, "run")
  }

  /// Trainers and actions may publish: nothing of it is visible before the run has succeeded.
  private func publishing(
    _ what: String, _ call: ote_call,
    _ body: (UnsafeMutablePointer<ote_writer>, UnsafeMutablePointer<ote_error>) -> ote_status
  ) throws(Problem) -> JSONValue {
    let answer = ByteSink()
    node.mayPublish.store(true, ordering: .sequentiallyConsistent)
    defer { node.mayPublish.store(false, ordering: .sequentiallyConsistent) }
    try node.call(call) { body(answer.pointer, $0) }
    return try read(answer, what)
  }

  private func read(_ answer: ByteSink, _ what: String) throws(Problem) -> JSONValue {
    do { return try answer.json() } catch {
      throw node.problem(.contractBroken, "\(what) wrote no valid JSON: \(error)")
    }
  }

  private func outcome(_ json: JSONValue, _ what: String) throws(Problem) -> JobOutcome {
    guard let report = json["report"], report.object != nil else {
      throw node.problem(.contractBroken, "\(what) wrote no report")
    }
    let findings = try Findings.decode(json["findings"] ?? [], node: node)
    return JobOutcome(report: ReportSize.kept(report, node), findings: findings)
  }

  /// The inputs as C streams, from now on the plugin's.
  private func handed() -> StreamArray {
    let inputs = StreamArray(count: streams.count, filled: true)
    for (index, item) in streams.enumerated() {
      export(EdgeStream(item.stream, reader: node, input: item.input.name), to: inputs.pointer + index)
    }
    inputs.giveAway()
    return inputs
  }

  /// The gate's verdict outlives the attempt.
  private func judge(_ outcome: JobOutcome) {
    let gate = node.plan.gate ?? Gate()
    let findings = outcome.findings + GateRequirements(gate).findings(in: outcome.report, node: node.plan.name)
    var checked = CheckOutcome(findings: findings, report: outcome.report, gate: gate)
    checked.isGated = !findings.isEmpty
    checked.decide()
    verdict.withLock { $0 = checked }
    guard !findings.isEmpty else { return }
    node.state.link.send(
      .checked(
        CheckedNode(
          node: node.plan.name, findings: findings, gate: checked.gateReport(node.plan.name), blocks: checked.blocks)))
  }
}

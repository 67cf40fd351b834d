// One node while it runs: its instance, its figures, and what the host remembers for it.
import CPluginABI
import CWorker
import JSONValue
import Model
import PluginKit
import PluginLoader
import WorkerProtocol
import Synchronization

/// Passed to plugins as the opaque `ote_run *`. Outlives every call of its node.
final class NodeRun: @unchecked Sendable {
  let index: Int32
  let plan: PlanNode
  let state: RunState
  let callee: Callee
  /// One an input, in their order.
  let clocks: [EdgeClock]
  let pluginDigest: String
  var instance: Instance?
  var streamErrors: ote_stream_error?
  /// What it may ask through ote.models/1, by input name. Set before anything runs.
  var models: [String: ProviderRun] = [:]
  /// The last failure of a model that it asked, so that what it passes on keeps its blame.
  let modelFailure = Mutex<Problem?>(nil)

  /// Output schemas by port after bind; absent means only the data tells.
  var boundSchemas: [String: Schema] = [:]
  /// What the node needs of each input, by input name; absent means all columns.
  var neededColumns: [String: [String]] = [:]
  let rowsIn = Atomic<Int64>(0)
  let rowsOut = Atomic<Int64>(0)
  let bytesOut = Atomic<Int64>(0)
  let batches = Atomic<Int64>(0)
  private let firstActivity = Atomic<UInt64>(0)
  private let lastActivity = Atomic<UInt64>(0)
  /// True while commit() or its like runs: the only time at which a node may publish.
  let mayPublish = Atomic<Bool>(false)

  struct Remembered {
    var status = NodeStatus.waiting
    var progress: NodeProgress?
    var metrics: [String: Double] = [:]
    /// Set where rows cannot be counted: the edge is inside one query.
    var countsRowsOut = true
    var countsRowsIn = true
    /// The neighbour whose query this node becomes part of.
    var fusedInto: String?
  }
  let remembered = Mutex(Remembered())

  init(index: Int, plan: PlanNode, state: RunState, pluginDigest: String) {
    self.index = Int32(index)
    self.plan = plan
    self.state = state
    self.pluginDigest = pluginDigest
    clocks = plan.inputs.map { EdgeClock($0) }
    callee = Callee(index: Int32(index), node: plan.name, plugin: plan.plugin)
  }

  /// The handle plugins get. Unretained: the engine keeps every NodeRun until all instances are gone.
  var handle: OpaquePointer { OpaquePointer(Unmanaged.passUnretained(self).toOpaque()) }

  static func from(_ handle: OpaquePointer?) -> NodeRun? {
    handle.map { Unmanaged<NodeRun>.fromOpaque(UnsafeRawPointer($0)).takeUnretainedValue() }
  }

  /// Trainers, evaluators and actions have a thread of their own, which pulls.
  var worksOnce: Bool { [.trainer, .evaluator, .action].contains(plan.component.kind) }

  var fusedInto: String? { remembered.withLock { $0.fusedInto } }
  func setStatus(_ status: NodeStatus) { remembered.withLock { $0.status = status } }
  var status: NodeStatus { remembered.withLock { $0.status } }

  func noteActivity() {
    let now = ote_now_ns()
    if firstActivity.load(ordering: .relaxed) == 0 { firstActivity.store(now, ordering: .relaxed) }
    lastActivity.store(now, ordering: .relaxed)
  }

  /// A batch left the node by one of its outputs.
  func count(_ batch: RecordBatch) {
    rowsOut.wrappingAdd(Int64(batch.rowCount), ordering: .relaxed)
    bytesOut.wrappingAdd(Int64(batch.byteCount), ordering: .relaxed)
    batches.wrappingAdd(1, ordering: .relaxed)
  }

  /// One interface table of the component, or the problem that it lacks what its kind promises.
  func interface<T>(_ id: String, as type: T.Type) throws(Problem) -> T {
    guard let table = instance?.interface(id, as: type) else {
      throw Problem(
        .contractBroken, "component '\(plan.component.name)' says it is a \(plan.component.kind) and offers no \(id)",
        node: plan.name, plugin: plan.plugin)
    }
    return table
  }

  func problem(_ code: ProblemCode, _ detail: String) -> Problem {
    Problem(code, detail, node: plan.name, plugin: plan.plugin)
  }

  /// Calls into the plugin; what it prints meanwhile becomes this node's log lines.
  @discardableResult
  func call(
    _ call: ote_call, _ body: (UnsafeMutablePointer<ote_error>) -> ote_status
  ) throws(Problem) -> ote_status {
    noteActivity()
    let output = PrintedOutput.shared
    let outer = output?.entered(node: plan.name)
    defer {
      noteActivity()
      output?.left(node: plan.name, to: outer ?? nil)
    }
    do { return try enter(callee, call, body) } catch { throw blamed(owned(error)) }
  }

  /// A failure of a model that the plugin only passes on is the model's, not the plugin's.
  func blamed(_ problem: Problem) -> Problem {
    guard var cause = modelFailure.withLock({ $0 }), problem.detail.contains(cause.detail) else { return problem }
    cause.detail = problem.detail
    // What is wrong with the data of a request has no place in the model's configuration.
    if cause.code == .badData { cause.at = cause.at?.file.map { ProblemLocation(file: $0) } }
    return cause
  }

  /// A plugin may name another node of its own as the place of a failure, and nobody else's.
  func owned(_ problem: Problem) -> Problem {
    guard let named = problem.node, named != plan.name, state.plugins[named] != plan.plugin else { return problem }
    var problem = problem
    problem.node = plan.name
    return problem
  }
}

extension NodeRun {
  /// Asked of the host each time and kept nowhere here: the plugin holds it as long as it needs it.
  func secret(_ name: String) throws(Problem) -> String {
    guard plan.names(secret: name) else {
      throw problem(.permissionDenied, "no secret '\(name)' stands in this node's configuration")
    }
    return try state.link.ask(.secret(node: plan.name, name: name)).string ?? ""
  }

  func clock(of input: String) -> EdgeClock? { clocks.first { $0.input.name == input } }

  /// The figures as they stand. What nobody counted is absent.
  func report(attempt: Int) -> NodeReport {
    let kept = remembered.withLock { $0 }
    var report = NodeReport(
      name: plan.name, use: plan.use, status: kept.status, attempts: attempt, pluginDigest: pluginDigest)
    let isSink = plan.component.kind == .sink
    if !plan.inputs.isEmpty, kept.countsRowsIn { report.rowsIn = rowsIn.load(ordering: .relaxed) }
    let givesRows =
      plan.component.outputs.isEmpty || plan.component.outputs.contains { [.table, .files].contains($0.type) }
    if !isSink, givesRows, kept.countsRowsOut {
      report.rowsOut = rowsOut.load(ordering: .relaxed)
      report.bytesOut = bytesOut.load(ordering: .relaxed)
      report.batches = batches.load(ordering: .relaxed)
    }
    let first = firstActivity.load(ordering: .relaxed)
    let last = lastActivity.load(ordering: .relaxed)
    if first > 0, last >= first { report.seconds = Double(last - first) / 1e9 }
    report.progress = kept.progress
    report.metrics = kept.metrics.isEmpty ? nil : kept.metrics
    report.fusedInto = kept.fusedInto
    let waits = clocks.compactMap(\.wait)
    report.waits = waits.isEmpty ? nil : waits
    return report
  }
}

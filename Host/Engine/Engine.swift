// Runs one plan inside a worker: load, create, bind, open, drive, decide, commit.
package import CPluginABI
import CWorker
import JSONValue
package import Model
import PluginKit
import PluginLoader
import Synchronization
package import WorkerProtocol

/// One per process. All calls into plugins come from `run` and the threads it starts.
package final class Engine: @unchecked Sendable {
  let plan: RunPlan
  package let state: RunState
  let nodes: [NodeRun]
  let byName: [String: NodeRun]
  /// Nodes that take part: not those whose work an earlier attempt has already materialised.
  let needed: Set<String>
  private let linked: [String: ote_module]
  var modules: [String: Module] = [:]
  /// Streams made by plugins, to be released before their instances go.
  var pluginStreams: [PluginStream] = []
  /// Open outputs by node and port, until somebody takes them.
  var outputs: [String: [String: any BatchStream]] = [:]
  /// Plugin streams that go to their own neighbour unwrapped.
  var rawOutputs: [String: PluginStream] = [:]
  var checks: [CheckRun] = []
  /// By node.
  var providers: [String: ProviderRun] = [:]
  /// By connection.
  var ledgers: [String: ConnectionLedger] = [:]
  var jobs: [String: JobRun] = [:]
  /// Of a worker that serves.
  let questions = OpenQuestions()
  var sinks: [SinkRun] = []
  var drains: [(node: NodeRun, stream: any BatchStream)] = []
  /// Ports of a check that nobody reads while another one of it is shown: to close one ends the check.
  var unread: [any BatchStream] = []
  /// Nodes behind streams whose rows do not count: kept alive as long as their streams.
  var twins: [NodeRun] = []
  /// Sources that were given the position of an earlier run.
  var restored: Set<String> = []
  /// Instances that are no node's own.
  var besides: [Instance] = []

  /// `linked` are plugins that are part of this process, by name: they are not loaded from their path.
  package init(plan: RunPlan, link: ControlLink, linked: [String: ote_module] = [:]) {
    self.plan = plan
    self.linked = linked
    state = RunState(plan: plan, link: link)
    let digests = Dictionary(plan.plugins.map { ($0.name, $0.digest) }, uniquingKeysWith: { first, _ in first })
    let state = state
    nodes = plan.nodes.enumerated().map {
      NodeRun(index: $0.offset, plan: $0.element, state: state, pluginDigest: digests[$0.element.plugin] ?? "")
    }
    byName = Dictionary(nodes.map { ($0.plan.name, $0) }, uniquingKeysWith: { first, _ in first })
    needed = Self.needed(plan)
  }

  /// Walks back from the ends; a node that resumes needs nothing upstream of it.
  private static func needed(_ plan: RunPlan) -> Set<String> {
    let inputs = Dictionary(plan.nodes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let consumed = Set(plan.nodes.flatMap { $0.inputs.map(\.node) })
    var waiting = plan.nodes.filter { !consumed.contains($0.name) }.map(\.name)
    var needed = Set(waiting)
    while let name = waiting.popLast() {
      guard let node = inputs[name], !resumes(node, plan) else { continue }
      for input in node.inputs where needed.insert(input.node).inserted { waiting.append(input.node) }
    }
    return needed
  }

  /// Only the main output is kept: whoever reads another one needs the node itself.
  static func resumes(_ node: PlanNode, _ plan: RunPlan) -> Bool {
    let main = mainOutput(of: node)
    return node.resume && Materialization.isComplete(plan, node: node.name)
      && plan.nodes.allSatisfy { $0.inputs.allSatisfy { $0.node != node.name || $0.output == main } }
  }

  func resumes(_ node: NodeRun) -> Bool { Self.resumes(node.plan, plan) }
  func takesPart(_ node: NodeRun) -> Bool { needed.contains(node.plan.name) }

  package func figures() -> [NodeReport] { nodes.map { $0.report(attempt: plan.attempt) } }

  /// Blocks until the plan has ended, well or not. Call it once, on a thread of its own.
  package func run() -> RunOutcome {
    var bound: [BoundNode] = []
    var committed: [JSONValue] = []
    do {
      try load()
      switch plan.mode {
      case .options(let field, let text, _): try list(field, text)
      case .test: try test()
      case .notify(let event): try notify(event)
      case .serve: try serve()
      case .bind, .preview, .run:
        // Before anything is opened: columns are learned from what the run will read.
        if plan.mode == .run { try restorePositions() }
        try bind()
        bound = boundNodes()
      }
      switch plan.mode {
      case .bind, .options, .test, .notify, .serve: break
      case .preview(let rows, _):
        try open()
        try preview(rows)
      case .run:
        state.link.send(.bound(bound))
        try open()
        drive()
        committed = conclude()
        keepPositions()
      }
    } catch { state.fail(error) }
    if state.firstFailure != nil || state.wasCancelled { abortSinks() }
    shutDown()
    if plan.mode == .bind, state.firstFailure == nil { state.link.send(.bound(bound)) }
    return outcome(committed)
  }

  private func load() throws(Problem) {
    for (index, plugin) in plan.plugins.enumerated() {
      let number = Int32(index)
      let module: Module
      if let table = linked[plugin.name] {
        module = Module(linked: table, plugin: plugin.name, index: number)
      } else {
        module = try Module(path: plugin.path, plugin: plugin.name, index: number)
      }
      try module.setUp(HostTable.pointer(for: plugin))
      modules[plugin.name] = module
    }
    for node in nodes where takesPart(node) && !resumes(node) {
      let instance = try makeInstance(of: node)
      node.instance = instance
      node.streamErrors = instance.interface(OTE_STREAM_ERROR, as: ote_stream_error.self)
    }
  }

  func makeInstance(of node: NodeRun) throws(Problem) -> Instance {
    guard let module = modules[node.plan.plugin] else {
      throw node.problem(.hostFailed, "the plan names no file for plugin '\(node.plan.plugin)'")
    }
    let plugin = plan.plugins.first { $0.name == node.plan.plugin }
    let instance = try Instance(
      module, component: node.plan.component.name, configuration: node.plan.configuration,
      host: HostTable.pointer(for: plugin), callee: node.callee)
    nonisolated(unsafe) let waking = instance
    state.onStop { waking.interrupt() }
    return instance
  }

  private func shutDown() {
    state.forgetInterrupts()
    outputs = [:]
    // The last first: a stage may read ahead from its input until its own stream is released.
    for job in jobs.values { job.close() }
    for stream in pluginStreams.reversed() { stream.close() }
    for provider in providers.values { provider.close() }
    checks = []
    for instance in besides { instance.destroy() }
    besides = []
    for node in nodes.reversed() {
      node.instance?.destroy()
      node.instance = nil
    }
    for module in modules.values { module.tearDown() }
  }

  private func outcome(_ committed: [JSONValue]) -> RunOutcome {
    let problems = state.firstFailure.map { [$0] } ?? []
    let blocked = gates.contains { $0.blocks }
    let unfinished: RunStatus = state.wasCancelled ? .cancelled : blocked ? .stopped : .succeeded
    let status = state.firstFailure != nil ? .failed : state.isSettled ? .succeeded : unfinished
    settleStatuses(status)
    return RunOutcome(
      status: status, nodes: figuresWithReports(), findings: outcomes.flatMap(\.findings), gates: gates.map(\.report),
      outputs: committed, problems: problems,
      materialized: nodes.filter { $0.plan.materialize && Materialization.isComplete(plan, node: $0.plan.name) }
        .map(\.plan.name))
  }

  private func settleStatuses(_ status: RunStatus) {
    let culprit = state.firstFailure?.node
    for node in nodes where node.status != .skipped {
      if !takesPart(node) || resumes(node) {
        node.setStatus(.skipped)
      } else if node.plan.name == culprit {
        node.setStatus(.failed)
      } else if status == .succeeded || status == .stopped {
        node.setStatus(.succeeded)
      } else if node.status != .succeeded {
        node.setStatus(.cancelled)
      }
    }
  }

  /// Kept when checks finish: the streams are gone by the time the outcome is written.
  let finished = Mutex<[(node: String, outcome: CheckOutcome)]>([])

  /// Reports are told once, at the end: they may be long, and figures are told many times.
  private func figuresWithReports() -> [NodeReport] {
    let reports = Dictionary(finished.withLock { $0 }.map { ($0.node, $0.outcome.report) }) { $1 }
    return figures().map { figure in
      var figure = figure
      figure.report = reports[figure.name] ?? nil
      return figure
    }
  }

  var outcomes: [CheckOutcome] { finished.withLock { $0.map(\.outcome) } }

  private var gates: [(report: GateReport, blocks: Bool)] {
    finished.withLock { $0 }.filter { $0.outcome.isGated }.map { ($0.outcome.gateReport($0.node), $0.outcome.blocks) }
  }
}

// One run: attempt after attempt until it succeeds, is stopped, or may not be tried again.
import CWorker
import FoundationEssentials
import Glibc
import JSONValue
import MetadataStore
import Model
import WorkerPool
import WorkerProtocol

final class RunAttempts: WorkerObserver {
  private let supervisor: Supervisor
  private let request: RunRequest
  private let folder: String
  private let observer: (RunEvent) -> Void
  private let record: RunRecord
  private let requests: RunRequests
  private let started = ote_now_ns()
  private var report: RunReport
  private var use: RunUse
  private var meter: ConnectionMeter
  private let graph: RunGraph
  /// What each check found, by node, also from attempts before: a resumed attempt does not run it again.
  private var checked: [String: CheckedNode] = [:]

  init(
    _ supervisor: Supervisor, _ request: RunRequest, _ identity: PipelineIdentity, folder: String,
    observer: @escaping (RunEvent) -> Void
  ) {
    self.supervisor = supervisor
    self.request = request
    self.folder = folder
    self.observer = observer
    record = RunRecord(home: supervisor.home, run: request.run)
    requests = RunRequests(
      metadata: supervisor.metadata, artifacts: supervisor.artifacts, run: request.run,
      pipeline: request.resolved.pipeline.name, folder: folder)
    report = RunReport(
      run: request.run, pipeline: identity, status: .running, startedAt: request.startedAt,
      attempts: request.resuming?.attempts ?? 0, parameters: request.resolved.parameters)
    use = RunUse(of: request.resuming?.resources)
    meter = ConnectionMeter(request.resolved.connections)
    graph = RunGraph(request.resolved.nodes)
    let digests = Dictionary(request.resolved.plugins.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    report.nodes = request.resolved.nodes.map {
      let plugin = digests[$0.plugin]
      return NodeReport(name: $0.name, use: "\($0.use)@\(plugin?.version ?? "")", pluginDigest: plugin?.digest ?? "")
    }
    if let earlier = request.resuming { rememberChecks(of: earlier) }
  }

  private func rememberChecks(of earlier: RunReport) {
    for gate in earlier.gates {
      checked[gate.node] = CheckedNode(
        node: gate.node, findings: earlier.findings.filter { $0.node == gate.node }, gate: gate,
        blocks: gate.tripped && gate.action != Gate.Action.warn.rawValue)
    }
  }

  func run(cancel: Int32) throws(Problem) -> RunReport {
    try supervisor.metadata.save(report, owner: String(getpid()))
    observer(.started(report, inserted: request.resolved.nodes.filter(\.inserted).map(\.name)))
    var isFirst = request.resuming == nil
    while true {
      report.attempts += 1
      observer(.attempting(report.attempts))
      requests.startAttempt()
      use.startAttempt()
      let outcome = attempt(cancel: cancel, resumes: !isFirst)
      isFirst = false
      take(outcome)
      observer(.attempted(report))
      guard outcome.status == .failed, let problem = outcome.problems.first,
        problem.retryable || problem.origin == .plugin,
        case let policy = request.resolved.retryPolicy(forNode: problem.node),
        policy.retries(after: report.attempts, failedWith: problem)
      else { break }
      let delay = policy.delaySeconds(after: report.attempts)
      observer(.retrying(problem, attempt: report.attempts + 1, delaySeconds: delay))
      guard !wait(seconds: delay, cancel: cancel) else {
        report.status = .cancelled
        break
      }
    }
    try conclude()
    observer(.finished(report))
    return report
  }

  /// True when somebody asked to stop meanwhile.
  private func wait(seconds: Double, cancel: Int32) -> Bool {
    var entry = pollfd(fd: cancel, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, Int32(min(seconds * 1000, 3_600_000))) > 0
  }

  private func attempt(cancel: Int32, resumes: Bool) -> RunOutcome {
    var plan = plan(resumes: resumes)
    do {
      try allow(&plan)
      try KeptOutputs(runFolder: folder).settle(for: plan)
      switch try supervisor.workers.run(plan, secrets: supervisor.secrets, cancel: cancel, observer: self) {
      case .finished(let outcome): return outcome
      case .described:
        return RunOutcome(status: .failed, problems: [Problem(.workerProtocolBroken, "a scan, not a run")])
      case .died(let problem, let crash):
        record.keepCrash(crash, attempt: report.attempts)
        // Killed because it would not stop: it was asked to, so the run counts as cancelled, and the plugin is named.
        let wasCancelled = problem.code == .cancelIgnored
        return RunOutcome(
          status: wasCancelled ? .cancelled : .failed, nodes: nodesAtDeath(problem), problems: [problem])
      }
    } catch { return RunOutcome(status: .failed, problems: [error]) }
  }

  private func nodesAtDeath(_ problem: Problem) -> [NodeReport] {
    report.nodes.map { node in
      var node = node
      node.status = node.name == problem.node ? .failed : node.status == .succeeded ? .succeeded : .cancelled
      return node
    }
  }

  private func plan(resumes: Bool) -> RunPlan {
    let resolved = request.resolved
    var plan = RunPlan(
      mode: .run, run: request.run, attempt: report.attempts, pipeline: resolved.pipeline.name,
      startedAt: request.startedAt, plugins: resolved.plugins, nodes: resolved.nodes, folder: folder,
      limits: resolved.limits)
    for index in plan.nodes.indices where resumes && plan.nodes[index].materialize {
      plan.nodes[index].resume = checksAbove(plan.nodes[index], in: plan).allSatisfy {
        checked[$0].map { !$0.blocks } ?? false
      }
    }
    return plan
  }

  /// Each attempt goes on with what those before it, and other runs, have left of the day's budgets.
  private func allow(_ plan: inout RunPlan) throws(Problem) {
    let used = request.resolved.connections
    let allowances = try supervisor.metadata.allowances(
      Set(used.values.map(\.name)), run: request.run, day: TimeStamp.today())
    for index in plan.nodes.indices where plan.nodes[index].component.kind == .provider {
      guard let name = used[plan.nodes[index].name]?.name, var allowance = allowances[name] else { continue }
      // What this run has used is stored at its end only.
      allowance.before.add(meter.used(of: name))
      plan.nodes[index].allowance = allowance
    }
  }

  /// Checks whose verdict a resumed node relies on: those upstream of it, and itself.
  private func checksAbove(_ node: PlanNode, in plan: RunPlan) -> Set<String> {
    let byName = Dictionary(plan.nodes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var waiting = [node.name]
    var seen: Set<String> = [node.name]
    while let name = waiting.popLast() {
      for input in byName[name]?.inputs ?? [] where seen.insert(input.node).inserted { waiting.append(input.node) }
    }
    return seen.filter { byName[$0]?.component.kind == .check || byName[$0]?.gate != nil }
  }

  private func take(_ outcome: RunOutcome) {
    report.status = outcome.status
    report.problems = outcome.problems.map(request.locate)
    merge(outcome.nodes)
    meter.take(outcome.nodes)
    report.outputs = outcome.outputs
    for gate in outcome.gates where checked[gate.node] == nil {
      checked[gate.node] = CheckedNode(
        node: gate.node, findings: outcome.findings.filter { $0.node == gate.node }, gate: gate, blocks: false)
    }
    let order = request.resolved.nodes.map(\.name)
    let inOrder = order.compactMap { checked[$0] }
    report.findings = inOrder.flatMap(\.findings)
    report.gates = inOrder.map(\.gate)
    report.inputs = requests.inputs
    let models = boundModels + requests.modelInputs
    report.models = models.isEmpty ? nil : models
  }

  /// Registered versions that the document names.
  private var boundModels: [ModelInput] {
    request.resolved.nodes.compactMap { node in
      guard let model = node.model, let name = model["name"]?.string, let version = model["version"]?.int else {
        return nil
      }
      let binding = request.resolved.pipeline.models.first { $0.name == node.name }
      return ModelInput(
        node: node.name, model: name, version: Int(version), digest: model["artifact"]?.string ?? "",
        reference: binding?.model?.description ?? "\(name)@\(version)")
    }
  }

  private func merge(_ nodes: [NodeReport]) {
    for (index, node) in nodes.enumerated() where report.nodes.indices.contains(index) {
      // A skipped node keeps the figures of the attempt that did its work.
      guard node.status != .skipped || report.nodes[index].status == .waiting else { continue }
      let use = report.nodes[index].use
      report.nodes[index] = node
      report.nodes[index].use = use
    }
  }

  /// Makes what the run publishes visible and stores the report, all in one transaction.
  private func conclude() throws(Problem) {
    record.keepFailing(from: folder)
    report.finishedAt = TimeStamp.now()
    report.seconds = Double(ote_now_ns() - started) / 1e9
    if report.status == .succeeded, !requests.drafts.isEmpty || !requests.models.isEmpty {
      do { report = try supervisor.metadata.finish(publishingEnd) } catch {
        report.status = .failed
        report.problems = [error]
        report.outputs = []
        report = try supervisor.metadata.finish(plainEnd)
      }
    } else {
      if report.status != .succeeded { report.outputs = [] }
      try saveUnpublished()
    }
    supervisor.clear(
      folder, run: request.run, keepsMaterialized: report.status == .failed || report.status == .cancelled)
  }

  private var publishingEnd: RunEnd {
    let report = report
    let origin = ModelOrigin(report: report, resolved: request.resolved, graph: graph)
    var end = plainEnd
    end.datasets = requests.drafts
    end.models = requests.models
    end.lineage = origin.lineage
    end.report = { RunReceipts.naming($0, $1, in: report) }
    return end
  }

  private var plainEnd: RunEnd {
    let report = report
    return RunEnd(
      usage: meter.usage, report: { _, _ in report },
      evaluations: RunEvaluations(report: report, graph: graph).drafts)
  }

  /// What the attempt left is in the way where the disk was full: it goes first, kept outputs only if they have to.
  private func saveUnpublished() throws(Problem) {
    if report.status != .succeeded { KeptOutputs(runFolder: folder).dropUnfinished() }
    do { report = try supervisor.metadata.finish(plainEnd) } catch {
      guard error.code == .diskFull else { throw error }
      KeptOutputs(runFolder: folder).dropAll()
      report = try supervisor.metadata.finish(plainEnd)
    }
  }

  // MARK: what the worker says

  func worker(said message: WorkerMessage) {
    switch message {
    case .progress(let nodes):
      merge(nodes)
      observer(.progress(report.nodes))
    case .log(let line):
      record.append(line)
      observer(.log(line))
    case .bound(let nodes): observer(.bound(nodes))
    case .checked(let node): checked[node.node] = node
    case .metric(let point):
      record.append(point)
      observer(.metric(point))
    default: break
    }
  }

  func worker(asked request: WorkerRequest) -> ReplyOutcome { requests.answer(request) }

  func worker(uses use: WorkerUse) {
    let sample = self.use.take(use, report.nodes)
    report.resources = self.use.total
    observer(.used(sample))
  }
}

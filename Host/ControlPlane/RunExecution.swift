// One ordered run on its thread: from its stored document to its stored report, telling the event log on the way.
import CWorker
import Foundation
import JSONValue
import Logging
import MetadataStore
import Model
import PipelineDocument
import Registry
import Scheduler
import Supervisor
import Telemetry
import WorkerProtocol

final class RunExecution {
  private let control: RunControl
  private let order: RunOrder
  private let cancel: Int32
  private let timeline: RunTimeline
  private var lines: [LogLine] = []
  /// Of the log's lines, so that a page that has read the log takes none of them twice.
  private var linesSent = 0
  private var lastProgress: UInt64 = 0
  /// Of its nodes, once the document is resolved.
  private var kinds: [String: ComponentKind] = [:]
  private let trace: RunTrace?
  private var lineage: RunLineage?

  init(_ control: RunControl, _ order: RunOrder, cancel: Int32) {
    self.control = control
    self.order = order
    self.cancel = cancel
    timeline = RunTimeline(home: control.home, run: order.run)
    trace = RunTrace(control.telemetry.traces, order)
    lineage = RunLineage(control.telemetry.lineage, control.metadata, order)
  }

  func run() {
    let startedAt = TimeStamp.now()
    timeline.note("queued", at: order.queuedAt)
    control.telemetry.runs.noteStart(waited: Instant(order.queuedAt).map { Date().timeIntervalSince1970 - $0.seconds })
    do {
      let prepared = try prepare(startedAt)
      kinds = Dictionary(
        prepared.resolved.nodes.map { ($0.name, $0.component.kind) }, uniquingKeysWith: { first, _ in first })
      lineage?.nodes = prepared.resolved.nodes
      let earlier = try order.resumes.map { id throws(Problem) in try control.metadata.run(id) }
      let supervisor = Supervisor(
        metadata: control.metadata, artifacts: control.artifacts, home: control.home, workers: control.workers,
        secrets: control.vault.lookup(in: order.project))
      let report = try supervisor.run(
        prepared.request(run: order.run, startedAt: startedAt, resuming: earlier), cancel: cancel, observer: show)
      finish(report)
      tell(prepared.resolved.notifications, report, supervisor)
    } catch let problems as Problems {
      fail(problems.all, startedAt)
    } catch let problem as Problem {
      fail([problem], startedAt)
    } catch {
      fail([Problem(.hostFailed, "\(error)")], startedAt)
    }
  }

  /// On this thread, as workers end with the one that started them; the run's own end has been told already.
  private func tell(_ planned: [PlannedNotification], _ report: RunReport, _ supervisor: Supervisor) {
    for receipt in Notifications(supervisor).tell(planned, of: report, project: order.project) {
      if let problem = receipt.problem {
        control.telemetry.log.warning(
          "a notification was not delivered",
          metadata: [
            "run": "\(order.run)", "use": "\(receipt.use)", "problem": "\(problem.code.rawValue) \(problem.detail)",
          ])
      }
      control.events.append(RunEvents.notified(receipt, project: order.project))
    }
  }

  private func prepare(_ startedAt: String) throws -> PreparedPipeline {
    guard let stored = try control.metadata.pipeline(order.pipeline, version: order.version) else {
      throw Problem(.nothingHere, "version \(order.version) of the pipeline \(order.pipeline) is gone")
    }
    let document = try PipelineDocument(parsing: stored.document, file: "\(order.pipeline) v\(order.version)")
    return try PreparedPipeline(
      document: document, text: stored.document, parameters: order.parameters, run: order.run, startedAt: startedAt,
      plugins: control.plugins.installed, registry: control.registry.lookup(in: order.project))
  }

  /// A run that could not even begin has a report too: what was wrong is found where one looks for it.
  private func fail(_ problems: [Problem], _ startedAt: String) {
    var report =
      (try? control.metadata.run(order.run))
      ?? RunReport(
        run: order.run, pipeline: PipelineIdentity(name: order.pipeline, version: order.version, digest: ""),
        status: .failed, startedAt: startedAt)
    report.status = .failed
    report.finishedAt = TimeStamp.now()
    report.seconds = 0
    report.problems = problems
    try? control.metadata.save(report)
    finish(report)
  }

  private func finish(_ report: RunReport) {
    flushLines()
    timeline.note("finished", status: report.status.rawValue)
    if let problem = report.problems.first { control.telemetry.runs.noteFailure(problem) }
    control.telemetry.runs.noteEnd(report, kinds: kinds)
    trace?.ended(report)
    lineage?.ended(report)
    control.events.append(
      [RunEvents.finished(report, project: order.project)]
        + (report.status == .succeeded ? RunEvents.published(report, project: order.project) : []))
    RunAlerts(control.metadata, control.events).tell(report, order)
  }

  private func show(_ event: RunEvent) {
    switch event {
    case .started(let report, _):
      timeline.note("started", attempt: report.attempts + 1)
      control.events.append(RunEvents.started(report, order: order))
      lineage?.started(report)
    case .attempting(let attempt):
      trace?.attemptBegan()
      if attempt > 1 { lineage?.goesOn() }
    case .attempted(let report): trace?.attemptEnded(report)
    case .progress(let nodes):
      timeline.take(nodes)
      trace?.progressed(nodes)
      flushLines()
      // Twice a second is what an eye follows; the end always comes with `finished`.
      let now = ote_now_ns()
      guard now - lastProgress >= 500_000_000 else { return }
      lastProgress = now
      control.events.append(RunEvents.progress(nodes, order: order))
    case .used(let sample): timeline.note(sample)
    case .log(let line):
      lines.append(line)
      if lines.count >= 200 { flushLines() }
    case .metric(let point): control.events.append(RunEvents.metric(point, order: order))
    case .retrying(let problem, let attempt, let delay):
      timeline.note("retrying", attempt: attempt, text: problem.detail)
      control.telemetry.runs.noteRetry()
      control.telemetry.runs.noteFailure(problem)
      control.events.append(RunEvents.retrying(problem, attempt: attempt, delay: delay, order: order))
    case .finished(let report): timeline.take(report.nodes)
    default: break
    }
  }

  private func flushLines() {
    guard !lines.isEmpty else { return }
    control.events.append(RunEvents.log(lines, after: linesSent, order: order))
    linesSent += lines.count
    lines = []
  }
}

// ote run: a pipeline from its document to its report.
import ArgumentParser
import CWorker
import Glibc
import JSONValue
import Model
import Supervisor
import WorkerProtocol
import PipelineDocument
import MetadataStore

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a pipeline.",
    discussion: """
      Progress goes to stderr, the summary to stdout. With --json stdout is the run's report as one JSON document and
      stderr carries events, one JSON object a line. Ctrl-C stops in order and publishes nothing.
      Exit codes: 0 succeeded, 1 failed, 2 usage, 3 stopped by a gate, 130 cancelled.
      """)

  @OptionGroup var pipeline: PipelineOptions
  @OptionGroup var stores: StoreOptions
  @Flag(help: "Answer with JSON.") var json = false
  @Flag(name: [.long, .short], help: "Show no progress.") var quiet = false
  @Option(help: ArgumentHelp("Go on with a failed run from its materialised nodes.", valueName: "run"))
  var resume: String?

  func run() throws {
    let cancel = ote_eventfd()
    _ = ote_install_interrupt(cancel)
    let workspace = try Workspace(stores)
    let supervisor = workspace.supervisor
    try supervisor.recover()
    let earlier = try resume.map { try resumable($0, workspace) }
    let id = earlier?.run ?? RunIdentifier.make()
    let startedAt = earlier?.startedAt ?? TimeStamp.now()
    let file = try PipelineFile(pipeline, in: workspace, run: id, startedAt: startedAt)
    for warning in file.resolved.warnings { tell(warning) }
    let request = file.prepared.request(run: id, startedAt: startedAt, resuming: earlier)
    let display = RunDisplay(quiet ? .quiet : json ? .json : Standard.errorIsTerminal ? .live : .lines)
    let report = try supervisor.run(request, cancel: cancel, observer: display.show)
    tell(file.resolved.notifications, report, supervisor)
    if json { try Standard.json(report) } else { ReportText(report, artifacts: workspace.artifacts).print() }
    try finish(report.status)
  }

  private func tell(_ warning: DocumentWarning) {
    guard json else { return Standard.error("warning: \(warning.message)") }
    let event: JSONValue = ["event": "warning", "warning": (try? JSONValue(encoding: warning)) ?? .null]
    Standard.error(event.text)
  }

  /// What fails here is told, and changes neither the report nor the exit code.
  private func tell(_ planned: [PlannedNotification], _ report: RunReport, _ supervisor: Supervisor) {
    for receipt in Notifications(supervisor).tell(planned, of: report, project: Project.standard) {
      if json {
        let event: JSONValue = ["event": "notified", "receipt": (try? JSONValue(encoding: receipt)) ?? .null]
        Standard.error(event.text)
      } else if let problem = receipt.problem {
        Standard.error("not told by \(receipt.use):\n\(ProblemText.text(problem))")
      } else {
        Standard.error("told by \(receipt.use): \(receipt.cause)")
      }
    }
  }

  private func resumable(_ id: String, _ workspace: Workspace) throws(Problem) -> RunReport {
    let report = try workspace.metadata.run(id)
    guard report.status == .failed || report.status == .cancelled else {
      throw Problem(
        .resumeImpossible, "run \(report.run) \(report.status.rawValue); only failed or cancelled runs resume")
    }
    return report
  }

  private func finish(_ status: RunStatus) throws {
    switch status {
    case .succeeded: return
    case .stopped: throw Exit.stopped
    case .cancelled: throw Exit.cancelled
    default: throw Exit.failed
    }
  }
}

// Tells people about runs that did not end well: the members of the project who may act on it.
import JSONValue
import MetadataStore
import Model
import WorkerProtocol

struct RunAlerts {
  private let metadata: MetadataStore
  private let events: EventLog

  init(_ metadata: MetadataStore, _ events: EventLog) {
    self.metadata = metadata
    self.events = events
  }

  func tell(_ report: RunReport, _ order: RunOrder) {
    guard let (kind, text) = Self.words(report) else { return }
    let people = Set(
      ((try? metadata.members(of: order.project)) ?? []).filter { $0.role >= .operator }.map(\.user)
        + ((try? metadata.users()) ?? []).filter { $0.isAdmin && !$0.isDisabled }.map(\.name))
    send(
      people.sorted().map { user in
        UserNotification(
          id: 0, user: user, kind: kind, project: order.project, subject: "run:\(report.run)", text: text,
          createdAt: TimeStamp.now())
      })
  }

  func send(_ notifications: [UserNotification]) {
    guard !notifications.isEmpty, let stored = try? metadata.addNotifications(notifications) else { return }
    events.append(
      stored.map {
        HostEvent(
          at: $0.createdAt, type: "notification.added", project: $0.project, subject: $0.subject, user: $0.user,
          body: ["id": .int($0.id), "kind": .string($0.kind), "text": .string($0.text)])
      })
  }

  private static func words(_ report: RunReport) -> (kind: String, text: String)? {
    switch report.status {
    case .failed:
      let problem = report.problems.first
      let blame = problem?.plugin.map { " (plugin \($0))" } ?? ""
      return ("run.failed", "\(report.pipeline.name) failed: \(problem?.title ?? "no reason is known")\(blame)")
    case .stopped:
      let failed = report.findings.filter { !$0.passed && $0.severity == "error" }.count
      return (
        "run.stopped", "\(report.pipeline.name) was stopped by a gate: \(failed) rule\(failed == 1 ? "" : "s") failed"
      )
    default: return nil
    }
  }
}

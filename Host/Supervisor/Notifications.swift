// Tells a run's notifiers how it ended, each in a throw-away worker. What fails here is the notification's problem, never
// the run's.
import ArtifactStore
import Glibc
import JSONValue
import MetadataStore
package import Model
import WorkerProtocol

package struct Notifications {
  private let supervisor: Supervisor
  private static let attemptsMax = 3
  private static let seconds = 30.0

  /// With the secrets of the run's project.
  package init(_ supervisor: Supervisor) { self.supervisor = supervisor }

  /// Blocks until every notifier has answered or been given up. An event that was told already is not told again.
  package func tell(_ planned: [PlannedNotification], of report: RunReport, project: String) -> [NotificationReceipt] {
    planned.enumerated().compactMap { index, notification in
      guard let cause = Self.cause(of: report, among: notification.events) else { return nil }
      let event = RunEndEvent(report: report, cause: cause, project: project, index: index)
      if (try? supervisor.metadata.isSent(event: event.id)) == true { return nil }
      let receipt = send(event, by: notification)
      try? supervisor.metadata.save(receipt)
      return receipt
    }
  }

  /// The end itself goes before a gate on the way to it.
  private static func cause(of report: RunReport, among events: Set<NotifiedEvent>) -> NotifiedEvent? {
    if let end = NotifiedEvent(rawValue: report.status.rawValue), events.contains(end) { return end }
    return events.contains(.gate) && report.gates.contains(where: \.tripped) ? .gate : nil
  }

  private func send(_ event: RunEndEvent, by notification: PlannedNotification) -> NotificationReceipt {
    var receipt = NotificationReceipt(
      event: event.id, run: event.report.run, use: notification.node.use, connection: notification.connection,
      cause: event.cause.rawValue, at: TimeStamp.now())
    while receipt.attempts < Self.attemptsMax {
      if receipt.attempts > 0 { _ = poll(nil, 0, receipt.attempts == 1 ? 1000 : 4000) }
      receipt.attempts += 1
      do throws(Problem) {
        receipt.receipt = try ask(event.json, of: notification)
        receipt.isSent = true
        receipt.problem = nil
        break
      } catch {
        receipt.problem = error
        guard error.retryable || error.origin == .external else { break }
      }
    }
    receipt.at = TimeStamp.now()
    return receipt
  }

  private func ask(_ event: JSONValue, of notification: PlannedNotification) throws(Problem) -> JSONValue {
    let run = RunIdentifier.make()
    let folder = try supervisor.artifacts.runFolder(run)
    defer { try? supervisor.artifacts.removeRunFolder(run) }
    var limits = RunLimits()
    limits.wallSeconds = Self.seconds
    limits.stallSeconds = Self.seconds
    limits.graceSeconds = 1
    let plan = RunPlan(
      mode: .notify(event), run: run, attempt: 1, pipeline: "notification", startedAt: TimeStamp.now(),
      plugins: [notification.plugin], nodes: [notification.node], folder: folder, limits: limits)
    return try supervisor.workers.answer(
      plan, requests: DatasetLookup(metadata: supervisor.metadata, artifacts: supervisor.artifacts),
      secrets: supervisor.secrets)
  }
}

/// What a notifier is told. The id is the same whenever the same end of the same run is told to the same notifier.
struct RunEndEvent {
  let report: RunReport
  let cause: NotifiedEvent
  let project: String
  let index: Int

  var id: String { "\(report.run).\(report.attempts).\(index)" }

  var json: JSONValue {
    var event: [String: JSONValue] = [
      "id": .string(id), "type": .string("run.\(cause.rawValue)"), "at": .string(report.finishedAt ?? TimeStamp.now()),
      "project": .string(project), "run": .string(report.run), "status": .string(report.status.rawValue),
      "pipeline": ["name": .string(report.pipeline.name), "version": .int(Int64(report.pipeline.version))],
      "text": .string(text), "outputs": .array(report.outputs),
      "gates": .array(
        report.gates.filter(\.tripped).map { ["node": .string($0.node), "action": .string($0.action)] }),
      "failed_rules": .int(Int64(report.findings.count { !$0.passed })),
    ]
    event["seconds"] = report.seconds.map { .double($0) }
    event["problem"] = report.problems.first.flatMap { try? JSONValue(encoding: $0) }
    return .object(event)
  }

  private var text: String {
    let name = report.pipeline.name
    switch cause {
    case .succeeded: return "\(name) succeeded"
    case .failed:
      return "\(name) failed: \(report.problems.first.map { "\($0.title): \($0.detail)" } ?? "no reason is known")"
    case .stopped: return "\(name) was stopped by a gate"
    case .cancelled: return "\(name) was cancelled"
    case .gate:
      return "a gate of \(name) tripped: \(report.gates.filter(\.tripped).map(\.node).joined(separator: ", "))"
    }
  }
}

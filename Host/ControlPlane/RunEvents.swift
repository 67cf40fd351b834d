// What a run tells the event log. Pages draw from these without asking again.
import JSONValue
import Model
import Supervisor
import WorkerProtocol

enum RunEvents {
  static func queued(_ order: RunOrder) -> HostEvent {
    HostEvent(
      at: TimeStamp.now(), type: "run.queued", project: order.project, subject: order.run,
      body: [
        "pipeline": .string(order.pipeline), "version": .int(Int64(order.version)), "status": "queued",
        "cause": .string(order.cause.rawValue), "actor": .string(order.actor.name),
      ])
  }

  static func started(_ report: RunReport, order: RunOrder) -> HostEvent {
    event("run.started", report, order, ["nodes": value(report.nodes)])
  }

  static func progress(_ nodes: [NodeReport], order: RunOrder) -> HostEvent {
    HostEvent(
      at: TimeStamp.now(), type: "run.progress", project: order.project, subject: order.run,
      body: ["pipeline": .string(order.pipeline), "nodes": value(nodes)])
  }

  static func log(_ lines: [LogLine], after sent: Int, order: RunOrder) -> HostEvent {
    let numbered = lines.enumerated().map { index, line -> JSONValue in
      var object = value(line).object ?? [:]
      object["line"] = .int(Int64(sent + index + 1))
      return .object(object)
    }
    return HostEvent(
      at: TimeStamp.now(), type: "run.log", project: order.project, subject: order.run,
      body: ["lines": .array(numbered)])
  }

  static func metric(_ point: MetricPoint, order: RunOrder) -> HostEvent {
    HostEvent(
      at: TimeStamp.now(), type: "run.metric", project: order.project, subject: order.run,
      body: ["point": value(point)])
  }

  static func retrying(_ problem: Problem, attempt: Int, delay: Double, order: RunOrder) -> HostEvent {
    HostEvent(
      at: TimeStamp.now(), type: "run.retrying", project: order.project, subject: order.run,
      body: ["problem": value(problem), "attempt": .int(Int64(attempt)), "delay_seconds": .double(delay)])
  }

  static func notified(_ receipt: NotificationReceipt, project: String) -> HostEvent {
    HostEvent(
      at: TimeStamp.now(), type: "run.notified", project: project, subject: receipt.run,
      body: ["use": .string(receipt.use), "cause": .string(receipt.cause), "sent": .bool(receipt.isSent)])
  }

  static func finished(_ report: RunReport, project: String?) -> HostEvent {
    HostEvent(
      at: TimeStamp.now(), type: "run.finished", project: project, subject: report.run,
      body: [
        "pipeline": .string(report.pipeline.name), "version": .int(Int64(report.pipeline.version)),
        "status": .string(report.status.rawValue), "seconds": report.seconds.map { .double($0) } ?? .null,
        "nodes": value(withoutReports(report.nodes)), "problem": report.problems.first.map { value($0) } ?? .null,
      ])
  }

  /// Whoever shows a report reads the run: an event goes to every page that is open.
  private static func withoutReports(_ nodes: [NodeReport]) -> [NodeReport] {
    nodes.map { node in
      var node = node
      node.report = nil
      return node
    }
  }

  static func published(_ report: RunReport, project: String) -> [HostEvent] {
    report.outputs.compactMap { output in
      if let model = output["model"]?.string {
        return HostEvent(
          at: TimeStamp.now(), type: "model.registered", project: project, subject: model,
          body: ["version": output["version"] ?? .null, "run": .string(report.run)])
      }
      guard let dataset = output["dataset"]?.string else { return nil }
      return HostEvent(
        at: TimeStamp.now(), type: "dataset.published", project: project, subject: dataset,
        body: ["version": output["version"] ?? .null, "run": .string(report.run), "rows": output["rows"] ?? .null])
    }
  }

  private static func event(
    _ type: String, _ report: RunReport, _ order: RunOrder, _ more: [String: JSONValue]
  ) -> HostEvent {
    let body: [String: JSONValue] = [
      "pipeline": .string(report.pipeline.name), "version": .int(Int64(report.pipeline.version)),
      "status": .string(report.status.rawValue), "started_at": .string(report.startedAt),
    ]
    return HostEvent(
      at: TimeStamp.now(), type: type, project: order.project, subject: report.run,
      body: .object(body.merging(more) { _, last in last }))
  }

  private static func value(_ value: some Encodable) -> JSONValue { (try? JSONValue(encoding: value)) ?? .null }
}

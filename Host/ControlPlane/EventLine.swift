// What the host's log says of an event. Pages follow rows and log lines; the log of the host names only what ended how.
import JSONValue
import Logging
import Model
import Telemetry

struct EventLine {
  private let level: Logger.Level
  private let message: String
  private let facts: [String: String?]

  /// nil for what would fill the log without telling anything.
  init?(_ event: HostEvent) {
    guard let (level, message) = Self.words(event) else { return nil }
    self.level = level
    self.message = message
    let body = event.body
    var facts: [String: String?] = ["event": event.type, "project": event.project]
    if event.type.hasPrefix("run.") {
      facts["run"] = event.subject
      facts["pipeline"] = body["pipeline"]?.string
      facts["status"] = body["status"]?.string
      facts["cause"] = body["cause"]?.string
      facts["user"] = body["actor"]?.string
      facts["seconds"] = body["seconds"]?.double.map { "\($0)" }
      facts["code"] = body["problem"]?["code"]?.string
      facts["node"] = body["problem"]?["node"]?.string
      facts["plugin"] = body["problem"]?["plugin"]?.string
    } else {
      facts["subject"] = event.subject
      facts["code"] = body["code"]?.string
      let user: String? = body["by"]?.string ?? body["author"]?.string
      facts["user"] = user
      facts["run"] = body["run"]?.string
    }
    self.facts = facts
  }

  func write(to log: Logger) { log.log(level: level, "\(message)", metadata: HostLog.facts(facts)) }

  private static func words(_ event: HostEvent) -> (Logger.Level, String)? {
    let (body, subject) = (event.body, event.subject)
    let pipeline = body["pipeline"]?.string ?? ""
    let detail = body["problem"]?["detail"]?.string
    switch event.type {
    case "run.progress", "run.log", "notification.added": return nil
    case "run.queued": return (.info, "a run of \(pipeline) was ordered")
    case "run.started": return (.info, "a run of \(pipeline) began")
    case "run.retrying": return (.warning, "an attempt failed and is made again: \(detail ?? "")")
    case "run.finished":
      let status = body["status"]?.string ?? ""
      let isGood = status == "succeeded" || status == "cancelled"
      return (isGood ? .info : .warning, "a run of \(pipeline) \(ending(status))" + (detail.map { ": \($0)" } ?? ""))
    case "plugin.changed":
      if body["removed"]?.bool == true { return (.info, "the plugin \(subject) was removed") }
      if body["enabled"]?.bool == false { return (.info, "the plugin \(subject) waits to be enabled") }
      let isReady = body["ready"]?.bool == true
      return (isReady ? .info : .warning, "the plugin \(subject) changed and is \(isReady ? "ready" : "not usable")")
    case "pipeline.schedule_invalid":
      return (.warning, "the schedule of \(subject) is not followed: \(body["detail"]?.string ?? "")")
    case "pipeline.paused": return (.warning, "the schedule of \(subject) was paused after its failures")
    case "dataset.published":
      return (.info, "version \(body["version"]?.int ?? 0) of the dataset \(subject) was published")
    default: return (.info, "\(event.type) \(subject)")
    }
  }

  private static func ending(_ status: String) -> String {
    switch status {
    case "stopped": "was stopped by a gate"
    case "cancelled": "was cancelled"
    default: status
    }
  }
}

// Limits, retry, schedule, notify.
import JSONValue
import Model

extension PipelineParser {
  static let limitKeys = ["memory", "wall", "stall", "grace", "threads", "edge_memory", "batch_rows"]

  func limits(_ field: Field) -> LimitSettings {
    var limits = LimitSettings()
    guard let fields = mapping(field, "limits", allowing: Self.limitKeys) else { return limits }
    limits.memoryBytes = fields["memory"].flatMap { size($0, atLeast: 64 << 20) }
    limits.edgeBytes = fields["edge_memory"].flatMap { size($0, atLeast: 1 << 20) }
    limits.wallSeconds = fields["wall"].flatMap { duration($0, atLeast: 0.001) }
    limits.stallSeconds = fields["stall"].flatMap { duration($0, atLeast: 0.1) }
    limits.graceSeconds = fields["grace"].flatMap { duration($0) }
    limits.threads = fields["threads"].flatMap { integer($0, in: 1...1024) }
    limits.batchRows = fields["batch_rows"].flatMap { integer($0, in: 1...1_048_576) }
    return limits
  }

  func retry(_ field: Field) -> RetryPolicy {
    var policy = RetryPolicy()
    guard let fields = mapping(field, "retry", allowing: ["attempts", "on", "backoff"]) else { return policy }
    if let attempts = fields["attempts"] { policy.attempts = integer(attempts, in: 1...100) ?? 1 }
    if let on = fields["on"], let items = items(on) {
      policy.causes = Set(items.compactMap { choice($0, RetryPolicy.Cause.self) })
    }
    guard let backoff = fields["backoff"],
      let delays = mapping(backoff, "backoff", allowing: ["first", "factor", "max"])
    else { return policy }
    if let first = delays["first"].flatMap({ duration($0) }) { policy.firstDelaySeconds = first }
    if let factor = delays["factor"].flatMap({ number($0, in: 1...1000) }) { policy.factor = factor }
    policy.maxDelaySeconds =
      delays["max"].flatMap { duration($0) } ?? max(policy.maxDelaySeconds, policy.firstDelaySeconds)
    return policy
  }

  /// Its keys only: what they mean is the scheduler's business, and is checked where a pipeline is saved.
  func schedule(_ field: Field) -> JSONValue? {
    let keys = [
      "cron", "every", "from", "on", "timezone", "catch_up", "parameters", "priority", "max_active",
      "pause_after_failures",
    ]
    guard let fields = mapping(field, "schedule", allowing: keys) else { return nil }
    if fields["every"] == nil, fields["on"] == nil { _ = required("cron", fields, field) }
    if let cron = fields["cron"], let text = text(cron), !text.hasPrefix("@"), text.split(separator: " ").count != 5 {
      report(
        .wrongType, "'\(shortened(text))' is no cron expression.", cron,
        next: "Write five fields: minute, hour, day of month, month, day of week.")
    }
    if let zone = fields["timezone"] { _ = text(zone) }
    if let catchUp = fields["catch_up"] { _ = choice(catchUp, CatchUp.self) }
    return field.value.json
  }

  func notify(_ field: Field) -> [NotificationRule] {
    (items(field) ?? []).enumerated().compactMap { index, item in
      let keys = ["on", "use", "with", "connection"]
      guard let fields = mapping(item, "A notification", allowing: keys) else { return nil }
      let events = required("on", fields, item).flatMap(items)?.compactMap { choice($0, NotifiedEvent.self) }
      guard let use = required("use", fields, item), var node = component(use, node: String(index)) else { return nil }
      node.section = "notify"
      if let with = fields["with"], entries(with) != nil { node.configuration = with.value.json }
      if let connection = fields["connection"] { node.connection = text(connection) }
      return NotificationRule(events: Set(events ?? []), node: node)
    }
  }
}

private enum CatchUp: String, CaseIterable { case latest, all, none }

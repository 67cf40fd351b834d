// Reads a schedule as a document has it, and refuses what it does not understand.
package import JSONValue
package import Model

extension Schedule {
  private static let keys = [
    "cron", "every", "from", "on", "timezone", "catch_up", "parameters", "priority", "max_active",
    "pause_after_failures",
  ]

  /// Throws every finding, each with its place.
  package init(_ value: JSONValue) throws(Problems) {
    var reader = ScheduleReader(value)
    self.init(timing: nil, clock: reader.clock())
    timezone = reader.text("timezone") ?? "UTC"
    reader.refuseKeys(beyond: Self.keys)
    timing = reader.timing()
    datasets = reader.datasets()
    catchUp = reader.choice("catch_up", CatchUp.self) ?? .latest
    parameters = reader.object("parameters") ?? [:]
    priority = reader.whole("priority", -100...100) ?? 0
    maxActive = reader.whole("max_active", 1...1000) ?? 1
    pauseAfterFailures = reader.whole("pause_after_failures", 1...1000)
    reader.refuseWithoutTrigger()
    guard reader.findings.isEmpty else { throw Problems(reader.findings) }
  }

  private init(timing: Timing?, clock: WallClock) {
    self.timing = timing
    self.clock = clock
  }
}

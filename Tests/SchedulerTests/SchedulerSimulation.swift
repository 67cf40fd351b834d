// Thousands of random events and crashes, by seed: what must hold at every step and at the end.
import JSONValue
import Model
import Scheduler
import Testing

/// Less work comes than the host can do, or a backlog would outgrow the hundred slots that `all` keeps.
struct SchedulerSimulation {
  private let documents = [
    ("all", #"{"every": "2h", "catch_up": "all", "max_active": 3}"#),
    (
      "zoned",
      #"{"cron": "0 * * * *", "timezone": "Europe/Berlin", "catch_up": "all", "priority": 2, "max_active": 2}"#
    ),
    ("latest", #"{"every": "2h", "priority": 1}"#),
    ("none", #"{"cron": "0 */2 * * *", "catch_up": "none"}"#),
    ("listener", #"{"on": {"dataset": "orders"}, "priority": -1}"#),
  ]

  @Test(arguments: UInt64(1)...8)
  func `no slot is lost or doubled, limits hold, and every order starts, however the host crashes`(
    seed: UInt64
  ) throws {
    let pipelines = try documents.map { name, schedule in
      ScheduledPipeline(
        key: PipelineKey(project: "default", name: name), version: 1,
        schedule: try Schedule(JSONValue(parsing: schedule)))
    }
    var host = SimulatedHost(seed: seed, pipelines: pipelines)
    for _ in 0..<3000 { host.step() }
    host.drain()
    #expect(host.crashes > 100)
    #expect(host.refusals > 0)
    #expect(host.triggered == host.versions)
    #expect(Set(host.started).count == host.started.count)
    #expect(Set(host.started) == host.ordered)
    for pipeline in pipelines {
      let slots = host.slots[pipeline.key] ?? []
      #expect(Set(slots).count == slots.count)
      guard let schedule = pipeline.schedule, schedule.catchUp == .all else { continue }
      #expect(slots == schedule.slots(after: host.begin, through: host.now, limit: .max).map(\.text))
    }
  }
}

// The scheduler's decisions, one rule at a time.
import JSONValue
import Model
import Scheduler
import Synchronization
import Testing

struct SchedulerTests {
  private let start = Instant("2026-11-27T05:00:00Z")!
  private let key = PipelineKey(project: "default", name: "p")

  private func scheduler(activeMax: Int = 4) -> Scheduler {
    let counter = RunCounter()
    return Scheduler(activeMax: activeMax) { counter.next() }
  }

  private func pipeline(_ schedule: String?, name: String = "p", paused: Bool = false) throws -> ScheduledPipeline {
    ScheduledPipeline(
      key: PipelineKey(project: "default", name: name), version: 1,
      schedule: try schedule.map { try Schedule(JSONValue(parsing: $0)) }, isPaused: paused)
  }

  private func order(_ run: String, pipeline: String = "p", priority: Int = 0, notBefore: String? = nil) -> RunOrder {
    RunOrder(
      run: run, project: "default", pipeline: pipeline, version: 1, actor: Actor(.user, "ada"), cause: .manual,
      priority: priority, queuedAt: "2026-11-27T05:00:00Z", notBefore: notBefore)
  }

  @Test func `a slot is ordered, remembered and started, in that order, and the next one is awaited`() throws {
    var scheduler = scheduler()
    let saved = scheduler.handle(.pipelineSaved(try pipeline(#"{"cron": "0 6 * * *"}"#)), now: start)
    #expect(saved == [.rememberSlot(key, start), .wakeAt(start + 3600)])
    let due = scheduler.handle(.tick, now: start + 3600)
    let order = try #require(due.orders.first)
    #expect(order.causedBy == "slot:2026-11-27T06:00:00Z")
    #expect(order.actor == Actor(.schedule, "p"))
    #expect(
      due == [.enqueue(order), .rememberSlot(key, start + 3600), .start(order), .wakeAt(start + 3600 + 86_400)])
    #expect(scheduler.handle(.tick, now: start + 3601).orders.isEmpty)
  }

  @Test(arguments: [("none", 0), ("latest", 1), ("all", 7)])
  func `a host that was away catches up as the schedule says`(_ catchUp: String, _ count: Int) throws {
    var scheduler = scheduler()
    let pipeline = try pipeline(#"{"every": "1h", "max_active": 9, "catch_up": "\#(catchUp)"}"#)
    let memory = SchedulerMemory(pipelines: [pipeline], lastSlots: [key: start], activeMax: 4)
    let orders = scheduler.handle(.hostRestarted(memory), now: start + 7.5 * 3600).orders
    #expect(orders.count == count)
    if count > 0 { #expect(orders.last?.causedBy == "slot:2026-11-27T12:00:00Z") }
  }

  @Test func `catching up on all goes back a hundred slots and no further`() throws {
    var scheduler = scheduler()
    let pipeline = try pipeline(#"{"every": "1m", "catch_up": "all"}"#)
    let memory = SchedulerMemory(pipelines: [pipeline], lastSlots: [key: start], activeMax: 4)
    let orders = scheduler.handle(.hostRestarted(memory), now: start + 86_400).orders
    #expect(orders.count == Schedule.catchUpSlotsMax)
    #expect(orders.last?.causedBy == "slot:2026-11-28T05:00:00Z")
  }

  @Test func `slots that find the queue full stay due and are not lost`() throws {
    var scheduler = scheduler(activeMax: 0)
    let pipeline = try pipeline(#"{"every": "1m", "catch_up": "all", "max_active": 1000}"#)
    _ = scheduler.handle(.pipelineSaved(pipeline), now: start)
    #expect(scheduler.handle(.tick, now: start + 60 * 60).orders.count == 60)
    let rest = scheduler.handle(.tick, now: start + 140 * 60)
    #expect(rest.orders.count == 40)
    #expect(rest.contains(.rememberSlot(key, start + 100 * 60)))
    let freed = scheduler.handle(.limitsChanged(activeMax: 1000), now: start + 140 * 60)
    #expect(freed.orders.count == 40)
    #expect(freed.starts.count == 140)
  }

  @Test func `while a slot waits the latest is held back and then run once`() throws {
    var scheduler = scheduler()
    _ = scheduler.handle(.pipelineSaved(try pipeline(#"{"every": "1h"}"#)), now: start)
    let first = try #require(scheduler.handle(.tick, now: start + 3600).starts.first)
    #expect(scheduler.handle(.tick, now: start + 7200).orders.count == 1)
    #expect(scheduler.handle(.tick, now: start + 10_800).orders.isEmpty)
    #expect(scheduler.handle(.tick, now: start + 14_400).orders.isEmpty)
    let after = scheduler.handle(.runFinished(run: first.run, status: .succeeded), now: start + 14_500)
    #expect(after.starts.map(\.causedBy) == ["slot:2026-11-27T07:00:00Z"])
    #expect(after.orders.map(\.causedBy) == ["slot:2026-11-27T09:00:00Z"])
  }

  @Test func `priority, then time, then the run's id decide, within the limits`() throws {
    var scheduler = scheduler(activeMax: 0)
    for (run, priority) in [("c", 0), ("a", 0), ("b", 5), ("d", -5)] {
      _ = scheduler.handle(.runOrdered(order(run, pipeline: "p-\(run)", priority: priority)), now: start)
    }
    #expect(scheduler.handle(.limitsChanged(activeMax: 3), now: start).starts.map(\.run) == ["b", "a", "c"])
    #expect(scheduler.handle(.runFinished(run: "a", status: .failed), now: start).starts.map(\.run) == ["d"])
  }

  @Test func `a busy pipeline holds up its own runs only`() throws {
    var scheduler = scheduler()
    #expect(scheduler.handle(.runOrdered(order("a")), now: start).starts.map(\.run) == ["a"])
    #expect(scheduler.handle(.runOrdered(order("b", priority: 9)), now: start).starts.isEmpty)
    #expect(scheduler.handle(.runOrdered(order("c", pipeline: "q")), now: start).starts.map(\.run) == ["c"])
  }

  @Test func `a back-off is waited for`() throws {
    var scheduler = scheduler()
    let later = order("a", notBefore: "2026-11-27T05:01:00Z")
    #expect(scheduler.handle(.runOrdered(later), now: start) == [.wakeAt(start + 60)])
    #expect(scheduler.handle(.tick, now: start + 60) == [.start(later)])
  }

  @Test func `a new version of a dataset starts those who wait for it, once`() throws {
    var scheduler = scheduler()
    _ = scheduler.handle(.pipelineSaved(try pipeline(#"{"on": {"dataset": "orders"}}"#)), now: start)
    let event = SchedulerEvent.datasetPublished(
      project: "default", dataset: "orders", version: 3, run: nil, by: nil)
    #expect(scheduler.handle(event, now: start).orders.map(\.causedBy) == ["dataset:orders@3"])
    #expect(scheduler.handle(event, now: start).orders.isEmpty)
    let elsewhere = SchedulerEvent.datasetPublished(
      project: "other", dataset: "orders", version: 4, run: nil, by: nil)
    #expect(scheduler.handle(elsewhere, now: start).orders.isEmpty)
  }

  @Test func `pipelines that publish for each other run once and not for ever`() throws {
    var scheduler = scheduler()
    let other = PipelineKey(project: "default", name: "q")
    _ = scheduler.handle(.pipelineSaved(try pipeline(#"{"on": {"dataset": ["x", "z"]}}"#)), now: start)
    _ = scheduler.handle(.pipelineSaved(try pipeline(#"{"on": {"dataset": "y"}}"#, name: "q")), now: start)
    func published(_ dataset: String, _ run: String?, _ by: PipelineKey?) -> [RunOrder] {
      scheduler.handle(
        .datasetPublished(project: "default", dataset: dataset, version: 1, run: run, by: by), now: start
      ).orders
    }
    let first = try #require(published("x", nil, nil).first)
    #expect(published("z", first.run, key).isEmpty)
    let second = try #require(published("y", first.run, key).first)
    #expect(second.pipeline == "q")
    #expect(published("x", second.run, other).isEmpty)
  }

  @Test func `failures in a row pause the schedule, and resuming begins anew`() throws {
    var scheduler = scheduler()
    let pipeline = try pipeline(#"{"every": "1h", "pause_after_failures": 2}"#)
    _ = scheduler.handle(.pipelineSaved(pipeline), now: start)
    for hour in 1...2 {
      let run = try #require(scheduler.handle(.tick, now: start + Double(hour) * 3600).starts.first)
      let after = scheduler.handle(.runFinished(run: run.run, status: .failed), now: start + Double(hour) * 3600 + 1)
      #expect(after.contains(.pause(key)) == (hour == 2))
    }
    #expect(scheduler.handle(.tick, now: start + 36_000).isEmpty)
    #expect(scheduler.handle(.pipelineSaved(pipeline), now: start + 36_000).orders.isEmpty)
    #expect(scheduler.handle(.tick, now: start + 39_600).orders.count == 1)
  }

  @Test func `what is removed starts no more`() throws {
    var scheduler = scheduler(activeMax: 0)
    _ = scheduler.handle(.pipelineSaved(try pipeline(#"{"every": "1h"}"#)), now: start)
    #expect(scheduler.handle(.tick, now: start + 3600).orders.count == 1)
    #expect(scheduler.handle(.pipelineRemoved(key), now: start + 3601).isEmpty)
    #expect(scheduler.handle(.limitsChanged(activeMax: 4), now: start + 7200).isEmpty)
  }
}

/// Run ids in the order they are given out.
final class RunCounter: Sendable {
  private let count = Mutex(0)
  func next() -> String { "run-\(count.withLock { $0 += 1; return 1_000_000 + $0 })" }
}

extension [SchedulerDecision] {
  var orders: [RunOrder] { compactMap { if case .enqueue(let order) = $0 { order } else { nil } } }
  var starts: [RunOrder] { compactMap { if case .start(let order) = $0 { order } else { nil } } }
}

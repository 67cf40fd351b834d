// Carries out what the scheduler decides. Each decision is stored before it is acted on, so that a host that is killed
// at any moment loses no order and runs none twice.
import CWorker
import Foundation
import Glibc
import ArtifactStore
import JSONValue
package import MetadataStore
package import Model
import Registry
import Scheduler
import Supervisor
import Synchronization
import Telemetry
import WorkerProtocol

package struct RunLoad: Sendable {
  package var running: Int
  package var queued: Int
  package var limit: Int
}

package final class RunControl: Sendable {
  private struct State {
    var scheduler: Scheduler
    /// By run: becomes readable when the run is to stop.
    var cancels: [String: Int32] = [:]
    /// By run, from its start until its order is marked as done.
    var unsettled: [String: DispatchGroup] = [:]
    var isStopping = false
    /// Forgets the next wake-up.
    var cancelWake: (@Sendable () -> Void)?
  }

  let metadata: MetadataStore
  let artifacts: ArtifactStore
  let home: String
  let workers: Workers
  let plugins: PluginShelf
  let vault: Vault
  let events: EventLog
  let telemetry: Telemetry
  var registry: Registry { Registry(metadata: metadata, artifacts: artifacts) }
  private let runsMax: Int
  private let state: Mutex<State>
  /// Decisions are carried out here, one after the other.
  private let decisions = DispatchQueue(label: "ote.run-control")
  private let running = DispatchGroup()

  init(
    metadata: MetadataStore, artifacts: ArtifactStore, home: String, workers: Workers, plugins: PluginShelf,
    vault: Vault, events: EventLog, telemetry: Telemetry, runsMax: Int
  ) {
    self.metadata = metadata
    self.artifacts = artifacts
    self.home = home
    self.workers = workers
    self.plugins = plugins
    self.vault = vault
    self.events = events
    self.telemetry = telemetry
    self.runsMax = runsMax
    state = Mutex(State(scheduler: Scheduler(activeMax: runsMax, newRun: { RunIdentifier.make() })))
  }

  package var load: RunLoad {
    state.withLock {
      RunLoad(running: $0.scheduler.queue.active.count, queued: $0.scheduler.queue.waiting.count, limit: runsMax)
    }
  }

  // MARK: life

  /// Takes over the queue of the host before, settles what it had started, and begins to schedule.
  func start() throws(Problem) {
    try Supervisor(metadata: metadata, artifacts: artifacts, home: home, workers: workers).recover()
    var left: [RunOrder] = []
    for order in try metadata.startedOrders() {
      // Killed between the order's start and the run's first mark in the store: it waits as before.
      if try metadata.run(order.run).status == .queued {
        try metadata.markWaiting(order.run)
      } else {
        left.append(order)
      }
    }
    for order in left {
      tellLineage(order)
      try tellEndIfLost(order)
      try orderAgainIfLost(order)
    }
    handle(.hostRestarted(try memory(active: [])))
    for order in left { settle(order) }
  }

  /// What the store knows: all that a scheduler needs to go on.
  private func memory(active: [RunOrder]) throws(Problem) -> SchedulerMemory {
    var memory = SchedulerMemory(active: active, activeMax: runsMax)
    memory.pipelines = try metadata.pipelineRecords(PipelineQuery(limit: 100_000)).map(scheduled)
    let slots = try metadata.lastSlots()
    for pipeline in memory.pipelines {
      memory.lastSlots[pipeline.key] = slots[pipeline.key.name].flatMap { Instant($0) }
    }
    memory.waiting = try metadata.queuedOrders()
    return memory
  }

  /// Asks running work to stop and waits for it. The next host orders it again.
  func stop(graceSeconds: Double = 20) {
    let cancels = state.withLock { state in
      state.isStopping = true
      state.cancelWake?()
      return Array(state.cancels.values)
    }
    for cancel in cancels { ote_eventfd_signal(cancel) }
    _ = running.wait(timeout: .now() + graceSeconds)
  }

  // MARK: what others ask for

  /// Stores the order; it starts when its turn comes. False when the same cause has ordered this pipeline before.
  @discardableResult
  package func order(_ order: RunOrder) throws(Problem) -> Bool {
    // A run that goes on has told its end already, but its order may not be marked as done yet: that takes no time.
    if order.resumes == order.run { _ = state.withLock { $0.unsettled[order.run] }?.wait(timeout: .now() + 5) }
    telemetry.traces?.noteOrder(ofRun: order.run)
    guard try metadata.enqueue(order) else { return false }
    events.append(RunEvents.queued(order))
    handle(.runOrdered(order))
    return true
  }

  /// Stops a run, or takes it out of the queue. OTE-6015 where it has ended.
  package func cancel(_ run: String) throws(Problem) {
    if let cancel = state.withLock({ $0.cancels[run] }) {
      ote_eventfd_signal(cancel)
      return
    }
    guard let order = try metadata.order(ofRun: run), try metadata.removeOrder(run) else {
      throw Problem(.wrongState, "run \(run) is not queued or running")
    }
    handle(.runWithdrawn(run: run))
    events.append(RunEvents.finished(try metadata.run(run), project: order.project))
  }

  package func pipelineSaved(_ record: PipelineRecord) {
    handle(
      record.archivedAt == nil
        ? .pipelineSaved(scheduled(record)) : .pipelineRemoved(scheduled(record).key))
  }

  /// A schedule that is not valid is not followed, and everyone is told: the designer refuses one, but a document can
  /// come from another place or an older version.
  private func scheduled(_ record: PipelineRecord) -> ScheduledPipeline {
    var pipeline = ScheduledPipeline(
      key: PipelineKey(project: record.project, name: record.name), version: record.version, schedule: nil,
      isPaused: record.isPaused)
    do {
      pipeline.schedule = try record.schedule.map { value throws(Problems) in try Schedule(value) }
    } catch {
      let problem = error.all.first ?? Problem(.scheduleInvalid, "the schedule of \(record.name) is not valid")
      events.append(
        HostEvent(
          at: TimeStamp.now(), type: "pipeline.schedule_invalid", project: record.project, subject: record.name,
          body: ["code": .string(problem.code.rawValue), "detail": .string(problem.detail)]))
    }
    return pipeline
  }

  // MARK: decisions

  private func handle(_ event: SchedulerEvent) {
    decisions.async { [self] in
      var waiting = [event]
      while let event = waiting.popLast() {
        let made = state.withLock { state in
          state.isStopping ? [] : state.scheduler.handle(event, now: Self.now)
        }
        do throws(Problem) {
          for decision in made { try carryOut(decision, &waiting) }
        } catch {
          // What the scheduler believes and what the store holds differ from here on: the store is right.
          return reload()
        }
      }
    }
  }

  /// Begins again with what the store holds, as after a restart, but with the runs that go on here. While the store
  /// does not answer, nothing new is started; it is asked again in a second.
  private func reload() {
    do throws(Problem) {
      let active = try metadata.startedOrders().filter { order in
        state.withLock { $0.cancels[order.run] != nil }
      }
      handle(.hostRestarted(try memory(active: active)))
    } catch {
      decisions.asyncAfter(deadline: .now() + 1) { [self] in
        if !state.withLock({ $0.isStopping }) { reload() }
      }
    }
  }

  private static var now: Instant { Instant(Date().timeIntervalSince1970) }

  private func carryOut(_ decision: SchedulerDecision, _ events: inout [SchedulerEvent]) throws(Problem) {
    switch decision {
    case .enqueue(let order):
      if try metadata.enqueue(order) {
        self.events.append(RunEvents.queued(order))
      } else {
        events.append(.runWithdrawn(run: order.run))
      }
    case .rememberSlot(let key, let slot): try metadata.rememberSlot(slot.text, of: key.name)
    case .start(let order): try start(order)
    case .pause(let key):
      try metadata.setPaused(true, of: key.name)
      self.events.append(
        HostEvent(at: TimeStamp.now(), type: "pipeline.paused", project: key.project, subject: key.name))
    case .wakeAt(let instant): wake(at: instant)
    }
  }

  private func wake(at instant: Instant) {
    // A timer source may be cancelled from any thread.
    nonisolated(unsafe) let timer = DispatchSource.makeTimerSource(queue: decisions)
    timer.schedule(wallDeadline: .now() + max(0.01, instant - Self.now))
    timer.setEventHandler { [weak self] in self?.handle(.tick) }
    let cancel: @Sendable () -> Void = { timer.cancel() }
    state.withLock { state in
      state.cancelWake?()
      state.cancelWake = cancel
    }
    timer.resume()
  }

  // MARK: running

  private func start(_ order: RunOrder) throws(Problem) {
    guard try metadata.markStarted(order.run) else { return handle(.runWithdrawn(run: order.run)) }
    let cancel = ote_eventfd()
    let settled = DispatchGroup()
    settled.enter()
    state.withLock {
      $0.cancels[order.run] = cancel
      $0.unsettled[order.run] = settled
    }
    running.enter()
    // The kernel ends a worker with the thread that started it, so the thread lives as long as the run.
    let thread = Thread { [self] in
      RunExecution(self, order, cancel: cancel).run()
      state.withLock { $0.cancels[order.run] = nil }
      close(cancel)
      if !state.withLock({ $0.isStopping }) { settle(order) }
      decisions.async { [self] in
        state.withLock { $0.unsettled[order.run] = nil }
        settled.leave()
      }
      running.leave()
    }
    thread.name = "run \(order.run)"
    thread.stackSize = 8 << 20
    thread.start()
  }

  /// What the run published may start others; then the order is done. Told twice after a crash between the two, the
  /// store refuses the second order of the same dataset version.
  private func settle(_ order: RunOrder) {
    guard let report = try? metadata.run(order.run), report.status.isFinished else { return }
    for output in report.outputs where report.status == .succeeded {
      guard let dataset = output["dataset"]?.string, let version = output["version"]?.int else { continue }
      handle(
        .datasetPublished(
          project: order.project, dataset: dataset, version: Int(version), run: order.run,
          by: PipelineKey(project: order.project, name: order.pipeline)))
    }
    handle(.runFinished(run: order.run, status: report.status))
    decisions.async { [self] in try? metadata.markDone(order.run) }
  }

  /// The host before may have been killed between the end of a run and telling of it, or within the run.
  private func tellEndIfLost(_ order: RunOrder) throws(Problem) {
    let report = try metadata.run(order.run)
    let filter = EventFilter(types: ["run.queued", "run.finished"], subject: order.run)
    guard report.status.isFinished, try metadata.events(after: 0, limit: 1000, filter).last?.type != "run.finished"
    else { return }
    events.append(
      [RunEvents.finished(report, project: order.project)]
        + (report.status == .succeeded ? RunEvents.published(report, project: order.project) : []))
  }

  /// What follows lineage must not wait for the end of a run whose host was killed.
  private func tellLineage(_ order: RunOrder) {
    guard var lineage = RunLineage(telemetry.lineage, metadata, order), let report = try? metadata.run(order.run),
      report.problems.contains(where: { $0.code == .hostKilled })
    else { return }
    lineage.takeUp(report)
    lineage.ended(report)
  }

  /// A run whose host was killed or stopped is ordered again, once: the new order names the lost run as its cause.
  private func orderAgainIfLost(_ order: RunOrder) throws(Problem) {
    let report = try metadata.run(order.run)
    guard report.problems.contains(where: { $0.code == .hostKilled }) || report.status == .cancelled,
      try !metadata.runEntries(RunEntryQuery(pipeline: order.pipeline, cause: .order(.retry), limit: 100)).contains(
        where: {
          $0.causedBy == order.run
        })
    else { return }
    var again = order
    again.run = RunIdentifier.make()
    again.cause = .retry
    again.causedBy = order.run
    again.queuedAt = TimeStamp.now()
    again.resumes = nil
    again.fromNode = nil
    if try metadata.enqueue(again) { events.append(RunEvents.queued(again)) }
  }
}

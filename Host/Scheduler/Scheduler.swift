// Decides which run is ordered and which starts, from what has happened. Same state and event, same decisions.
import Model

package struct Scheduler: Sendable {
  package private(set) var queue = RunQueue()
  package private(set) var activeMax: Int
  var pipelines: [PipelineKey: PipelineState] = [:]
  /// The pipelines whose datasets led to a run, itself included: none of them is started by it again.
  private var chains: [String: Set<PipelineKey>] = [:]
  private let newRun: @Sendable () -> String

  package init(activeMax: Int, newRun: @escaping @Sendable () -> String) {
    self.activeMax = activeMax
    self.newRun = newRun
  }

  package mutating func handle(_ event: SchedulerEvent, now: Instant) -> [SchedulerDecision] {
    var decisions: [SchedulerDecision] = []
    take(event, now, &decisions)
    // Room in the queue lets in slots that were held back, so both go on until neither has more.
    var count = -1
    while count != decisions.count {
      count = decisions.count
      for key in pipelines.keys.sorted() { admitSlots(of: key, now, &decisions) }
      startRuns(now, &decisions)
    }
    if let wake = nextWake(after: now) { decisions.append(.wakeAt(wake)) }
    return decisions
  }

  private mutating func take(_ event: SchedulerEvent, _ now: Instant, _ decisions: inout [SchedulerDecision]) {
    switch event {
    case .tick: break
    case .runOrdered(let order): queue.add(order)
    case .runWithdrawn(let run):
      _ = queue.end(run)
      chains[run] = nil
    case .runStarted(let run): queue.begin(run: run)
    case .runFinished(let run, let status): finish(run, status, &decisions)
    case .datasetPublished(let project, let dataset, let version, let run, let publisher):
      let chain = (run.flatMap { chains[$0] } ?? []).union(publisher.map { [$0] } ?? [])
      trigger(project, dataset, version, chain, now, &decisions)
    case .pipelineSaved(let pipeline): save(pipeline, now, &decisions)
    case .pipelineRemoved(let key):
      pipelines[key] = nil
      queue.withdrawAll(of: key)
    case .limitsChanged(let limit): activeMax = limit
    case .hostRestarted(let memory): restore(memory, now, &decisions)
    }
  }

  private mutating func restore(_ memory: SchedulerMemory, _ now: Instant, _ decisions: inout [SchedulerDecision]) {
    queue = RunQueue()
    pipelines = [:]
    chains = [:]
    activeMax = memory.activeMax
    memory.active.forEach { queue.begin($0) }
    memory.waiting.forEach { queue.add($0) }
    for pipeline in memory.pipelines.sorted(by: { $0.key < $1.key }) {
      pipelines[pipeline.key] = PipelineState(pipeline, lastSlot: memory.lastSlots[pipeline.key] ?? now)
      if memory.lastSlots[pipeline.key] == nil, pipeline.schedule != nil {
        decisions.append(.rememberSlot(pipeline.key, now))
      }
    }
  }

  /// A new schedule, and one that was paused, has no past: it begins now.
  private mutating func save(_ pipeline: ScheduledPipeline, _ now: Instant, _ decisions: inout [SchedulerDecision]) {
    if let old = pipelines[pipeline.key], old.pipeline.schedule == pipeline.schedule, !old.pipeline.isPaused {
      pipelines[pipeline.key]?.pipeline = pipeline
      return
    }
    pipelines[pipeline.key] = PipelineState(pipeline, lastSlot: now)
    if pipeline.schedule != nil { decisions.append(.rememberSlot(pipeline.key, now)) }
  }

  private mutating func finish(_ run: String, _ status: RunStatus, _ decisions: inout [SchedulerDecision]) {
    chains[run] = nil
    guard let order = queue.end(run), order.cause == .schedule || order.cause == .dataset,
      var state = pipelines[order.key]
    else { return }
    if status == .failed { state.failures += 1 } else if status == .succeeded { state.failures = 0 }
    if let limit = state.pipeline.schedule?.pauseAfterFailures, state.failures >= limit, !state.pipeline.isPaused {
      state.pipeline.isPaused = true
      state.failures = 0
      decisions.append(.pause(order.key))
    }
    pipelines[order.key] = state
  }

  /// A pipeline in the chain that led here is not started: it would run for ever on what it caused itself.
  private mutating func trigger(
    _ project: String, _ dataset: String, _ version: Int, _ chain: Set<PipelineKey>, _ now: Instant,
    _ decisions: inout [SchedulerDecision]
  ) {
    let cause = "dataset:\(dataset)@\(version)"
    for key in pipelines.keys.sorted() where key.project == project && !chain.contains(key) {
      guard let state = pipelines[key], !state.pipeline.isPaused, let schedule = state.pipeline.schedule,
        schedule.datasets.contains(dataset), !queue.holds(cause: cause, of: key)
      else { continue }
      let order = state.order(newRun(), .dataset, cause, now)
      chains[order.run] = chain.union([key])
      queue.add(order)
      decisions.append(.enqueue(order))
    }
  }

  private mutating func admitSlots(of key: PipelineKey, _ now: Instant, _ decisions: inout [SchedulerDecision]) {
    guard var state = pipelines[key], state.isDue(now) else { return }
    let admitted = state.admit(now, waiting: queue.waitingSlots(of: key))
    let last = state.lastSlot
    pipelines[key] = state
    for slot in admitted.slots {
      let cause = "slot:\(slot.text)"
      guard !queue.holds(cause: cause, of: key) else { continue }
      let order = state.order(newRun(), .schedule, cause, now)
      queue.add(order)
      decisions.append(.enqueue(order))
    }
    if admitted.isRemembered { decisions.append(.rememberSlot(key, last)) }
  }

  private mutating func startRuns(_ now: Instant, _ decisions: inout [SchedulerDecision]) {
    let limits = pipelines.mapValues { $0.pipeline.schedule?.maxActive ?? 1 }
    while let order = queue.takeNext(now: now, activeMax: activeMax, limit: { limits[$0] ?? 1 }) {
      decisions.append(.start(order))
    }
  }

  /// Slots that are held back need no clock: the run that makes room for them says so.
  private func nextWake(after now: Instant) -> Instant? {
    let slots = pipelines.values.compactMap { $0.pipeline.isPaused ? nil : $0.nextSlot }.filter { $0 > now }
    return (slots + [queue.nextStart(after: now)].compactMap(\.self)).min()
  }
}

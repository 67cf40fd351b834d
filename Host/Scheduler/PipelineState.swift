// What the scheduler remembers of one pipeline: its newest slot, the next one, and failures in a row.
import Model

struct PipelineState: Sendable {
  /// How late a slot may be when `catch_up: none` still runs it.
  static let lateSecondsMax = 60.0

  var pipeline: ScheduledPipeline
  var failures = 0
  private(set) var lastSlot: Instant
  /// Kept, since looking for it costs more than all else on a tick.
  private(set) var nextSlot: Instant?

  init(_ pipeline: ScheduledPipeline, lastSlot: Instant) {
    self.pipeline = pipeline
    self.lastSlot = lastSlot
    nextSlot = pipeline.schedule?.next(after: lastSlot)
  }

  func isDue(_ now: Instant) -> Bool { !pipeline.isPaused && nextSlot.map { $0 <= now } ?? false }

  /// The slots to order now. What is neither ordered nor passed over stays due for later.
  mutating func admit(_ now: Instant, waiting: Int) -> (slots: [Instant], isRemembered: Bool) {
    guard let schedule = pipeline.schedule else { return ([], false) }
    let most = Schedule.catchUpSlotsMax
    let due = schedule.newestSlots(after: lastSlot, through: now, limit: schedule.catchUp == .all ? most : 1)
    guard let newest = due.last else { return ([], false) }
    switch schedule.catchUp {
    case .none:
      advance(to: newest, schedule)
      return (now - newest <= Self.lateSecondsMax && waiting == 0 ? [newest] : [], true)
    case .latest:
      // While one waits, the newest is not yet known.
      if waiting > 0 { return ([], false) }
      advance(to: newest, schedule)
      return ([newest], true)
    case .all:
      let admitted = Array(due.prefix(max(0, most - waiting)))
      guard let last = admitted.last else { return ([], false) }
      advance(to: last, schedule)
      return (admitted, true)
    }
  }

  private mutating func advance(to slot: Instant, _ schedule: Schedule) {
    lastSlot = slot
    nextSlot = schedule.next(after: slot)
  }

  func order(_ run: String, _ cause: RunOrder.Cause, _ causedBy: String, _ now: Instant) -> RunOrder {
    RunOrder(
      run: run, project: pipeline.key.project, pipeline: pipeline.key.name, version: pipeline.version,
      parameters: pipeline.schedule?.parameters ?? [:],
      actor: Actor(cause == .schedule ? .schedule : .trigger, pipeline.key.name), cause: cause, causedBy: causedBy,
      priority: pipeline.schedule?.priority ?? 0, queuedAt: now.text)
  }
}

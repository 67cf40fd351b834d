// What the scheduler hears, and what it answers.
package import Model

package struct PipelineKey: Sendable, Hashable, Comparable {
  package var project: String
  package var name: String
  package init(project: String, name: String) {
    self.project = project
    self.name = name
  }

  package static func < (left: PipelineKey, right: PipelineKey) -> Bool {
    (left.project, left.name) < (right.project, right.name)
  }
}

/// A pipeline as it was saved: what the scheduler must know of it.
package struct ScheduledPipeline: Sendable, Hashable {
  package var key: PipelineKey
  package var version: Int
  package var schedule: Schedule?
  package var isPaused: Bool
  package init(key: PipelineKey, version: Int, schedule: Schedule?, isPaused: Bool = false) {
    self.key = key
    self.version = version
    self.schedule = schedule
    self.isPaused = isPaused
  }
}

/// What a host that starts again reads from its store.
package struct SchedulerMemory: Sendable {
  package var pipelines: [ScheduledPipeline]
  /// The newest remembered slot of each; a pipeline without one begins with the moment of the restart.
  package var lastSlots: [PipelineKey: Instant]
  /// Ordered and not started.
  package var waiting: [RunOrder]
  /// Started and, as far as the host knows, still going on. A run that ended with the old host is in neither list.
  package var active: [RunOrder]
  package var activeMax: Int
  package init(
    pipelines: [ScheduledPipeline] = [], lastSlots: [PipelineKey: Instant] = [:], waiting: [RunOrder] = [],
    active: [RunOrder] = [], activeMax: Int
  ) {
    self.pipelines = pipelines
    self.lastSlots = lastSlots
    self.waiting = waiting
    self.active = active
    self.activeMax = activeMax
  }
}

package enum SchedulerEvent: Sendable {
  case tick
  /// A person, a request or a retry ordered it, and the store has it.
  case runOrdered(RunOrder)
  /// A waiting run was cancelled, or the store refused the order since its cause was already there. For a refused
  /// order, a `start` in the same decisions must not be carried out.
  case runWithdrawn(run: String)
  case runStarted(run: String)
  case runFinished(run: String, status: RunStatus)
  /// To be told before the run that published it is told as finished, and once more after a restart for the
  /// newest version of each dataset: the cause names the version, so the store refuses it the second time.
  case datasetPublished(project: String, dataset: String, version: Int, run: String?, by: PipelineKey?)
  case pipelineSaved(ScheduledPipeline)
  case pipelineRemoved(PipelineKey)
  case limitsChanged(activeMax: Int)
  case hostRestarted(SchedulerMemory)
}

/// To be carried out in order. A crash between two of them loses nothing: an order comes before its slot is
/// remembered, and the slot's name in `causedBy` makes the store refuse it when it comes again.
package enum SchedulerDecision: Sendable, Hashable {
  case enqueue(RunOrder)
  case rememberSlot(PipelineKey, Instant)
  case start(RunOrder)
  /// Its runs failed as often in a row as `pause_after_failures` says.
  case pause(PipelineKey)
  /// The next moment something may be due; send `tick` then.
  case wakeAt(Instant)
}

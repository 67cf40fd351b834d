// A run as a list shows it, and what a list can be asked for.

package struct RunSummary: Codable, Sendable, Hashable {
  package var run: String
  package var pipeline: PipelineIdentity
  package var status: RunStatus
  package var startedAt: String
  package var finishedAt: String?
  package var seconds: Double?
  package var attempts: Int
  /// The code and detail of its first problem.
  package var problem: String?
  package var detail: String?

  package init(
    run: String, pipeline: PipelineIdentity, status: RunStatus, startedAt: String, finishedAt: String? = nil,
    seconds: Double? = nil, attempts: Int = 0, problem: String? = nil, detail: String? = nil
  ) {
    self.run = run
    self.pipeline = pipeline
    self.status = status
    self.startedAt = startedAt
    self.finishedAt = finishedAt
    self.seconds = seconds
    self.attempts = attempts
    self.problem = problem
    self.detail = detail
  }

  private enum CodingKeys: String, CodingKey {
    case run, pipeline, status, seconds, attempts, problem, detail
    case startedAt = "started_at"
    case finishedAt = "finished_at"
  }
}

/// Newest first.
package struct RunQuery: Sendable {
  package var limit: Int
  /// Only runs older than this one: the last id of the page before.
  package var before: String?
  package var status: RunStatus?
  package var pipeline: String?
  package init(limit: Int = 50, before: String? = nil, status: RunStatus? = nil, pipeline: String? = nil) {
    self.limit = limit
    self.before = before
    self.status = status
    self.pipeline = pipeline
  }
}

/// A run whose last saved status is queued or running: in progress, or orphaned by a host that ended.
package struct UnfinishedRun: Sendable, Hashable {
  package var run: String
  package var status: RunStatus
  package var startedAt: String
  /// What its host wrote at the start to be recognised by, for one its process id and start time.
  package var owner: String?
  package init(run: String, status: RunStatus, startedAt: String, owner: String?) {
    self.run = run
    self.status = status
    self.startedAt = startedAt
    self.owner = owner
  }
}

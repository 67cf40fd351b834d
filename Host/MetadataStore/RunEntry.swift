// A run as the control plane lists it: its summary, whose it is, and why it was started.
package import Model

package struct RunEntry: Codable, Sendable, Hashable {
  package var summary: RunSummary
  package var project: String
  /// The rest is absent for runs of the command line.
  package var actor: Actor?
  package var cause: RunOrder.Cause?
  package var causedBy: String?
  package var priority: Int?
  package var queuedAt: String?
  package var resumes: String?

  private enum CodingKeys: String, CodingKey {
    case summary, project, actor, cause, priority, resumes
    case causedBy = "caused_by"
    case queuedAt = "queued_at"
  }
}

/// Newest first.
package struct RunEntryQuery: Sendable {
  /// Runs of the command line were never ordered.
  package enum Cause: Sendable { case order(RunOrder.Cause), commandLine }

  /// nil: all projects.
  package var projects: [String]?
  /// Empty: any.
  package var statuses: [RunStatus]
  package var pipeline: String?
  package var cause: Cause?
  /// The start of the run's id, or part of the pipeline's name.
  package var text: String?
  /// Only runs that began then or later: a time in UTC, or the beginning of one.
  package var since: String?
  package var limit: Int
  /// Only runs older than this one: the last id of the page before. One that is not there is OTE-6001.
  package var before: String?
  package init(
    projects: [String]? = nil, statuses: [RunStatus] = [], pipeline: String? = nil, cause: Cause? = nil,
    text: String? = nil, since: String? = nil, limit: Int = 50, before: String? = nil
  ) {
    self.projects = projects
    self.statuses = statuses
    self.pipeline = pipeline
    self.cause = cause
    self.text = text
    self.since = since
    self.limit = limit
    self.before = before
  }
}

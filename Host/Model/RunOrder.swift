// A run that somebody ordered: what the queue holds until a worker takes it, and what provenance shows later.
package import JSONValue

package struct RunOrder: Codable, Sendable, Hashable {
  package enum Cause: String, Codable, Sendable { case manual, api, schedule, dataset, retry, upload }
  package var run: String
  package var project: String
  package var pipeline: String
  package var version: Int
  package var parameters: [String: JSONValue]
  package var actor: Actor
  package var cause: Cause
  /// The dataset version, schedule slot or run that caused it.
  package var causedBy: String?
  /// Higher runs first; 0 is usual, -100 to 100.
  package var priority: Int
  package var queuedAt: String
  /// Not before: a retry's back-off.
  package var notBefore: String?
  /// The run to go on with from its materialised nodes.
  package var resumes: String?
  /// The node to start again from, where a retry names one.
  package var fromNode: String?

  package init(
    run: String, project: String, pipeline: String, version: Int, parameters: [String: JSONValue] = [:], actor: Actor,
    cause: Cause, causedBy: String? = nil, priority: Int = 0, queuedAt: String, notBefore: String? = nil,
    resumes: String? = nil, fromNode: String? = nil
  ) {
    self.run = run
    self.project = project
    self.pipeline = pipeline
    self.version = version
    self.parameters = parameters
    self.actor = actor
    self.cause = cause
    self.causedBy = causedBy
    self.priority = priority
    self.queuedAt = queuedAt
    self.notBefore = notBefore
    self.resumes = resumes
    self.fromNode = fromNode
  }

  private enum CodingKeys: String, CodingKey {
    case run, project, pipeline, version, parameters, actor, cause, priority, resumes
    case causedBy = "caused_by"
    case queuedAt = "queued_at"
    case notBefore = "not_before"
    case fromNode = "from_node"
  }
}

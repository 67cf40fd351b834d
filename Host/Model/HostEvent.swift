// What happened, in order: the one log that live pages, webhooks and later readers follow.
package import JSONValue

package struct HostEvent: Codable, Sendable, Hashable {
  /// Ascending without gaps within a store: a reader names the last one it has.
  package var id: Int64
  package var at: String
  /// `run.queued`, `run.started`, `run.progress`, `run.finished`, `pipeline.saved`, `dataset.published`,
  /// `model.registered`, `model.changed`, `connection.changed`,
  /// `plugin.changed`, `comment.added`, `notification.added`, ...
  package var type: String
  package var project: String?
  /// What it is about: a run id, a pipeline's or dataset's name.
  package var subject: String
  /// For one person only, where set.
  package var user: String?
  package var body: JSONValue

  package init(
    id: Int64 = 0, at: String, type: String, project: String?, subject: String, user: String? = nil,
    body: JSONValue = [:]
  ) {
    self.id = id
    self.at = at
    self.type = type
    self.project = project
    self.subject = subject
    self.user = user
    self.body = body
  }
}

/// A line of the audit log. `hash` covers the line and the hash before it, so that no line can be changed or removed.
package struct AuditEntry: Codable, Sendable, Hashable {
  package var id: Int64
  package var at: String
  package var actor: Actor
  /// `user.create`, `pipeline.save`, `run.cancel`, `sign_in.failed`, ...
  package var action: String
  package var subject: String
  package var project: String?
  package var detail: JSONValue
  package var previous: String
  package var hash: String

  package init(
    id: Int64, at: String, actor: Actor, action: String, subject: String, project: String?, detail: JSONValue,
    previous: String, hash: String
  ) {
    self.id = id
    self.at = at
    self.actor = actor
    self.action = action
    self.subject = subject
    self.project = project
    self.detail = detail
    self.previous = previous
    self.hash = hash
  }
}

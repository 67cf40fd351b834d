// What a document says is to be told at the end of a run, and what came of telling it.
package import JSONValue

package enum NotifiedEvent: String, Codable, Sendable, CaseIterable {
  case succeeded, failed, stopped, cancelled
  /// A gate tripped, whatever became of the run.
  case gate
}

/// An entry of `notify`.
package struct NotificationRule: Sendable, Hashable {
  package var events: Set<NotifiedEvent>
  /// The notifier, with its configuration.
  package var node: PipelineNode
  package init(events: Set<NotifiedEvent>, node: PipelineNode) {
    self.events = events
    self.node = node
  }
}

/// The same, resolved: all that a worker needs to tell it.
package struct PlannedNotification: Sendable {
  package var events: Set<NotifiedEvent>
  package var node: PlanNode
  package var plugin: PlanPlugin
  package var connection: String?
  package init(events: Set<NotifiedEvent>, node: PlanNode, plugin: PlanPlugin, connection: String? = nil) {
    self.events = events
    self.node = node
    self.plugin = plugin
    self.connection = connection
  }
}

/// Kept by the id of its event: an event that was told is not told again.
package struct NotificationReceipt: Codable, Sendable, Hashable {
  package var event: String
  package var run: String
  package var use: String
  package var connection: String?
  /// Why it was told: failed, gate, ...
  package var cause: String
  package var isSent: Bool
  package var attempts: Int
  /// What the notifier answered.
  package var receipt: JSONValue?
  package var problem: Problem?
  package var at: String

  package init(event: String, run: String, use: String, connection: String?, cause: String, at: String) {
    self.event = event
    self.run = run
    self.use = use
    self.connection = connection
    self.cause = cause
    self.at = at
    isSent = false
    attempts = 0
  }

  private enum CodingKeys: String, CodingKey {
    case event, run, use, connection, cause, attempts, receipt, problem, at
    case isSent = "sent"
  }
}

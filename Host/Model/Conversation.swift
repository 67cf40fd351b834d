// What people say to each other about things, and what the host tells a person.

/// `pipeline:NAME`, `pipeline:NAME#NODE`, `run:ID`, `run:ID#NODE` or `dataset:NAME`.
package struct Comment: Codable, Sendable, Hashable {
  package var id: String
  package var project: String
  package var subject: String
  package var author: String
  package var text: String
  package var mentions: [String]
  package var createdAt: String
  package var editedAt: String?
  package var isResolved: Bool

  package init(
    id: String, project: String, subject: String, author: String, text: String, mentions: [String],
    createdAt: String, editedAt: String? = nil, isResolved: Bool = false
  ) {
    self.id = id
    self.project = project
    self.subject = subject
    self.author = author
    self.text = text
    self.mentions = mentions
    self.createdAt = createdAt
    self.editedAt = editedAt
    self.isResolved = isResolved
  }

  private enum CodingKeys: String, CodingKey {
    case id, project, subject, author, text, mentions
    case createdAt = "created_at"
    case editedAt = "edited_at"
    case isResolved = "resolved"
  }
}

package struct UserNotification: Codable, Sendable, Hashable {
  package var id: Int64
  package var user: String
  /// `run.failed`, `run.stopped`, `mention`, `quality.alert`, `plugin.unusable`.
  package var kind: String
  package var project: String?
  /// As in a comment.
  package var subject: String
  package var text: String
  package var createdAt: String
  package var isRead: Bool

  package init(
    id: Int64, user: String, kind: String, project: String?, subject: String, text: String, createdAt: String,
    isRead: Bool = false
  ) {
    self.id = id
    self.user = user
    self.kind = kind
    self.project = project
    self.subject = subject
    self.text = text
    self.createdAt = createdAt
    self.isRead = isRead
  }

  private enum CodingKeys: String, CodingKey {
    case id, user, kind, project, subject, text
    case createdAt = "created_at"
    case isRead = "read"
  }
}

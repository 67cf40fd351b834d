// What the host tells a person.
import GRDB
package import Model

extension MetadataStore {
  /// Answers the numbers they got. People who are gone meanwhile are left out.
  @discardableResult
  package func addNotifications(_ notifications: [UserNotification]) throws(Problem) -> [UserNotification] {
    try write { database in
      try notifications.compactMap { notification in
        try database.perform(
          """
          INSERT INTO notification (user, kind, project, subject, text, created_at, is_read)
          SELECT name, ?, ?, ?, ?, ?, 0 FROM user WHERE name = ?
          """,
          [
            notification.kind, notification.project, notification.subject, notification.text,
            notification.createdAt, notification.user,
          ])
        guard database.changesCount == 1 else { return nil }
        var added = notification
        added.id = database.lastInsertedRowID
        return added
      }
    }
  }

  /// Newest first.
  package func notifications(
    of user: String, unreadOnly: Bool = false, limit: Int = 50, before: Int64? = nil
  ) throws(Problem) -> [UserNotification] {
    var filter = RowFilter()
    filter.add("user = ?", [user])
    if unreadOnly { filter.add("is_read = 0") }
    filter.add("id < ?", ifSet: before)
    let arguments = filter.arguments + [max(0, limit)]
    return try read { database in
      try database.rows("SELECT * FROM notification \(filter.clause) ORDER BY id DESC LIMIT ?", arguments) {
        UserNotification(
          id: $0["id"], user: $0["user"], kind: $0["kind"], project: $0["project"], subject: $0["subject"],
          text: $0["text"], createdAt: $0["created_at"], isRead: $0["is_read"])
      }
    }
  }

  package func markNotificationsRead(of user: String, upTo id: Int64) throws(Problem) {
    try write {
      try $0.perform("UPDATE notification SET is_read = 1 WHERE user = ? AND id <= ? AND is_read = 0", [user, id])
    }
  }

  package func unreadCount(of user: String) throws(Problem) -> Int {
    try read { try $0.row("SELECT count(*) FROM notification WHERE user = ? AND is_read = 0", [user])?[0] ?? 0 }
  }
}

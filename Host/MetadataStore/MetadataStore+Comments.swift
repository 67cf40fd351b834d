// What people say about pipelines, runs and datasets.
import GRDB
import JSONValue
package import Model

extension MetadataStore {
  package func addComment(_ comment: Comment) throws(Problem) {
    try write {
      try $0.perform(
        "INSERT INTO comment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
          comment.id, comment.project, comment.subject, comment.author, comment.text, SQL.list(comment.mentions),
          comment.createdAt, comment.editedAt, comment.isResolved,
        ])
    }
  }

  /// The oldest first; those on the subject's nodes too.
  package func comments(on subject: String) throws(Problem) -> [Comment] {
    try read {
      try $0.rows(
        """
        SELECT * FROM comment WHERE subject = ?1 OR (subject >= ?1 || '#' AND subject < ?1 || '$')
        ORDER BY created_at, id
        """, [subject], CommentRows.comment)
    }
  }

  package func comment(_ id: String) throws(Problem) -> Comment? {
    try read { try $0.row("SELECT * FROM comment WHERE id = ?", [id]).map(CommentRows.comment) }
  }

  /// How many are not resolved, for the subjects that have any.
  package func commentCounts(on subjects: [String]) throws(Problem) -> [String: Int] {
    try read { database in
      let pairs = try database.rows(
        """
        SELECT subject, count(*) AS count FROM comment WHERE subject IN (SELECT value FROM json_each(?))
        AND is_resolved = 0 GROUP BY subject
        """, [SQL.list(subjects)]
      ) { ($0["subject"] as String, $0["count"] as Int) }
      return Dictionary(uniqueKeysWithValues: pairs)
    }
  }

  package func editComment(_ id: String, text: String, mentions: [String]) throws(Problem) {
    try write {
      try $0.change(
        "UPDATE comment SET text = ?, mentions = ?, edited_at = \(SQL.now) WHERE id = ?",
        [text, SQL.list(mentions), id], missing: "there is no comment \(id)")
    }
  }

  package func resolveComment(_ id: String, _ isResolved: Bool = true) throws(Problem) {
    try write {
      try $0.change(
        "UPDATE comment SET is_resolved = ? WHERE id = ?", [isResolved, id], missing: "there is no comment \(id)")
    }
  }

  package func deleteComment(_ id: String) throws(Problem) {
    try write {
      try $0.change("DELETE FROM comment WHERE id = ?", [id], missing: "there is no comment \(id)")
    }
  }
}

private enum CommentRows {
  static func comment(_ row: Row) throws -> Comment {
    let mentions = try JSONValue(parsing: row["mentions"] as String).array ?? []
    return Comment(
      id: row["id"], project: row["project"], subject: row["subject"], author: row["author"], text: row["text"],
      mentions: mentions.compactMap(\.string), createdAt: row["created_at"], editedAt: row["edited_at"],
      isResolved: row["is_resolved"])
  }
}

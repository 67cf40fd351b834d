// The audit log: a chain of lines, each with the hash of the one before, that only grows.
import GRDB
package import JSONValue
package import Model

/// Newest first.
package struct AuditQuery: Sendable {
  package var actor: String?
  package var action: String?
  /// nil: all, also what belongs to no project.
  package var projects: [String]?
  package var subject: String?
  package var limit: Int
  /// Only lines before this one.
  package var before: Int64?
  package init(
    actor: String? = nil, action: String? = nil, projects: [String]? = nil, subject: String? = nil, limit: Int = 50,
    before: Int64? = nil
  ) {
    self.actor = actor
    self.action = action
    self.projects = projects
    self.subject = subject
    self.limit = limit
    self.before = before
  }
}

/// The end of the chain, kept beside it: shows when lines are missing at the end.
package struct AuditAnchor: Sendable, Hashable {
  package var id: Int64
  package var hash: String
}

extension MetadataStore {
  /// `hash` gets the hash before and the line with an empty hash.
  @discardableResult
  package func appendAudit(
    actor: Actor, action: String, subject: String, project: String? = nil, detail: JSONValue = [:],
    hash: (_ previous: String, _ entry: AuditEntry) -> String
  ) throws(Problem) -> AuditEntry {
    try write { database in
      let anchor = try AuditRows.anchor(database)
      let now: String = try database.row("SELECT \(SQL.now)")?[0] ?? ""
      let previous = anchor?.hash ?? ""
      var entry = AuditEntry(
        id: (anchor?.id ?? 0) + 1, at: now, actor: actor, action: action, subject: subject, project: project,
        detail: detail, previous: previous, hash: "")
      entry.hash = hash(previous, entry)
      try database.perform(
        "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
          entry.id, entry.at, actor.kind.rawValue, actor.name, action, subject, project, detail.text, previous,
          entry.hash,
        ])
      try database.perform("INSERT OR REPLACE INTO audit_anchor VALUES (1, ?, ?)", [entry.id, entry.hash])
      return entry
    }
  }

  package func auditEntries(_ query: AuditQuery = AuditQuery()) throws(Problem) -> [AuditEntry] {
    var filter = RowFilter()
    filter.add("actor = ?", ifSet: query.actor)
    filter.add("action = ?", ifSet: query.action)
    filter.add("project", in: query.projects)
    filter.add("subject = ?", ifSet: query.subject)
    filter.add("id < ?", ifSet: query.before)
    let arguments = filter.arguments + [max(0, query.limit)]
    return try read {
      try $0.rows("SELECT * FROM audit \(filter.clause) ORDER BY id DESC LIMIT ?", arguments, AuditRows.entry)
    }
  }

  package func auditAnchor() throws(Problem) -> AuditAnchor? { try read(AuditRows.anchor) }

  /// Hands on all lines, the oldest first, at most `size` at a time. What `body` throws ends it.
  package func auditSequence(
    batch size: Int = 1000, _ body: ([AuditEntry]) throws(Problem) -> Void
  ) throws(Problem) {
    var last: Int64 = 0
    while true {
      let after = last
      let entries = try read {
        try $0.rows("SELECT * FROM audit WHERE id > ? ORDER BY id LIMIT ?", [after, max(1, size)], AuditRows.entry)
      }
      guard let end = entries.last else { return }
      try body(entries)
      last = end.id
    }
  }
}

private enum AuditRows {
  static func anchor(_ database: Database) throws -> AuditAnchor? {
    try database.row("SELECT id, hash FROM audit_anchor").map { AuditAnchor(id: $0["id"], hash: $0["hash"]) }
  }

  static func entry(_ row: Row) throws -> AuditEntry {
    guard let kind = Actor.Kind(rawValue: row["actor_kind"]) else { throw RunRows.unknownWord(row["actor_kind"]) }
    return AuditEntry(
      id: row["id"], at: row["at"], actor: Actor(kind, row["actor"]), action: row["action"], subject: row["subject"],
      project: row["project"], detail: try JSONValue(parsing: row["detail"] as String), previous: row["previous"],
      hash: row["hash"])
  }
}

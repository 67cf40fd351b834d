// The log of events: numbered without gaps, read on from any number that is still kept.
import GRDB
import JSONValue
package import Model

/// What a reader of the log may see and wants to.
package struct EventFilter: Sendable {
  /// Events of no project are in every answer. nil: all projects.
  package var projects: [String]?
  /// Events for one person only are left out for others. nil: all.
  package var user: String?
  /// Empty: all.
  package var types: [String]
  package var subject: String?
  package init(projects: [String]? = nil, user: String? = nil, types: [String] = [], subject: String? = nil) {
    self.projects = projects
    self.user = user
    self.types = types
    self.subject = subject
  }
}

extension MetadataStore {
  /// Answers the numbers they got, in the same order.
  package func appendEvents(_ events: [HostEvent]) throws(Problem) -> [Int64] {
    try write { database in
      try events.map { event in
        try database.perform(
          "INSERT INTO event (at, type, project, subject, user, body) VALUES (?, ?, ?, ?, ?, ?)",
          [event.at, event.type, event.project, event.subject, event.user, event.body.text])
        return database.lastInsertedRowID
      }
    }
  }

  /// The oldest first.
  package func events(
    after id: Int64, limit: Int = 500, _ filter: EventFilter = EventFilter()
  ) throws(Problem) -> [HostEvent] {
    var rows = RowFilter()
    rows.add("id > ?", [id])
    if let projects = filter.projects {
      rows.add("(project IS NULL OR project IN (SELECT value FROM json_each(?)))", [SQL.list(projects)])
    }
    rows.add("(user IS NULL OR user = ?)", ifSet: filter.user)
    if !filter.types.isEmpty { rows.add("type", in: filter.types) }
    rows.add("subject = ?", ifSet: filter.subject)
    let arguments = rows.arguments + [max(0, limit)]
    return try read { database in
      try database.rows("SELECT * FROM event \(rows.clause) ORDER BY id LIMIT ?", arguments) {
        HostEvent(
          id: $0["id"], at: $0["at"], type: $0["type"], project: $0["project"], subject: $0["subject"],
          user: $0["user"], body: try JSONValue(parsing: $0["body"] as String))
      }
    }
  }

  /// 0 where there never was one. Kept when events are trimmed.
  package func lastEventID() throws(Problem) -> Int64 {
    try read { try $0.row("SELECT seq FROM sqlite_sequence WHERE name = 'event'")?[0] ?? 0 }
  }

  /// The oldest that is kept; nil where none is.
  package func firstEventID() throws(Problem) -> Int64? {
    try read { try $0.row("SELECT min(id) FROM event")?[0] }
  }

  package func trimEvents(keeping count: Int) throws(Problem) {
    try write {
      try $0.perform("DELETE FROM event WHERE id <= (SELECT max(id) FROM event) - ?", [max(0, count)])
    }
  }
}

// Lists of runs across projects, read from an index in the order they are shown.
import GRDB
import JSONValue
package import Model

extension MetadataStore {
  package func runEntries(_ query: RunEntryQuery = RunEntryQuery()) throws(Problem) -> [RunEntry] {
    try read { database in
      let (sql, arguments) = try RunEntryRows.question(query, in: database)
      return try database.rows(sql, arguments, RunEntryRows.entry)
    }
  }

  /// `id` may be the start of an id, as long as only one run begins with it.
  package func runEntry(_ id: String) throws(Problem) -> RunEntry {
    try read { database in
      let id = try RunRows.resolve(id, in: database)
      guard let row = try database.row("SELECT * FROM run WHERE id = ?", [id]) else { throw RunRows.notFound(id) }
      return try RunEntryRows.entry(row)
    }
  }
}

enum RunEntryRows {
  /// Beyond this many pairs of project and status the runs are read by start and the others left out.
  private static let branchMax = 24

  /// One branch for each project and status, each in the order of an index: SQLite merges them without sorting.
  static func question(_ query: RunEntryQuery, in database: Database) throws -> (String, StatementArguments) {
    var start: (at: String, id: String)?
    if let before = query.before {
      let id = try RunRows.resolve(before, in: database)
      start = try database.row("SELECT started_at FROM run WHERE id = ?", [id]).map { ($0[0], id) }
    }
    let projects: [String?] = query.projects.map { Array(Set($0)).sorted() } ?? [nil]
    let statuses: [RunStatus?] = query.statuses.isEmpty ? [nil] : Array(Set(query.statuses))
    let order = "ORDER BY started_at DESC, id DESC LIMIT ?"
    if query.pipeline != nil || projects.isEmpty || projects.count * statuses.count > branchMax {
      var filter = shared(query, start)
      filter.add("+project", in: query.projects)
      if !query.statuses.isEmpty { filter.add("+status", in: query.statuses.map(\.rawValue)) }
      return ("SELECT * FROM run \(filter.clause) \(order)", filter.arguments + [max(0, query.limit)])
    }
    var branches: [String] = []
    var arguments = StatementArguments()
    for project in projects {
      for status in statuses {
        var filter = shared(query, start)
        filter.add("project = ?", ifSet: project)
        filter.add("status = ?", ifSet: status?.rawValue)
        branches.append("SELECT * FROM run \(filter.clause)")
        arguments += filter.arguments
      }
    }
    return ("\(branches.joined(separator: " UNION ALL ")) \(order)", arguments + [max(0, query.limit)])
  }

  private static func shared(_ query: RunEntryQuery, _ start: (at: String, id: String)?) -> RowFilter {
    var filter = RowFilter()
    filter.add("pipeline = ?", ifSet: query.pipeline)
    // The plus keeps SQLite from looking for an index of these: it would have to sort afterwards.
    filter.add("+cause = ?", ifSet: query.cause?.rawValue)
    if let text = query.text, !text.isEmpty {
      filter.add("(substr(id, 1, length(?)) = ? OR instr(lower(pipeline), lower(?)) > 0)", [text, text, text])
    }
    filter.add("started_at >= ?", ifSet: query.since)
    if let start { filter.add("(started_at, id) < (?, ?)", [start.at, start.id]) }
    return filter
  }

  static func entry(_ row: Row) throws -> RunEntry {
    let cause: String? = row["cause"]
    return RunEntry(
      summary: try RunRows.summary(row), project: row["project"],
      actor: try SQL.json(row["actor"])?.decode(Actor.self), cause: cause.flatMap(RunOrder.Cause.init),
      causedBy: row["caused_by"], priority: row["priority"], queuedAt: row["queued_at"], resumes: row["resumes"])
  }
}

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
  /// Beyond this many pairs of project and status one walk over all runs is cheaper.
  private static let branchMax = 24
  private static let order = "ORDER BY started_at DESC, id DESC"

  static func question(_ query: RunEntryQuery, in database: Database) throws -> (String, StatementArguments) {
    var start: (at: String, id: String)?
    if let before = query.before {
      start = try database.row("SELECT started_at FROM run WHERE id = ?", [before]).map { ($0[0], before) }
      if start == nil { throw Problem(.requestInvalid, "there is no run \(before), behind which the page would begin") }
    }
    let pairs = max(1, query.projects?.count ?? 1) * max(1, query.statuses.count)
    let isBranched = query.pipeline == nil && query.cause == nil && (query.text ?? "").isEmpty && pairs <= branchMax
    return isBranched ? branches(query, start) : walk(query, start)
  }

  /// One branch for each project and status, each in the order of an index: SQLite merges them without sorting.
  private static func branches(
    _ query: RunEntryQuery, _ start: (at: String, id: String)?
  ) -> (String, StatementArguments) {
    let projects: [String?] = query.projects.map { Array(Set($0)).sorted() } ?? [nil]
    let statuses: [RunStatus?] = query.statuses.isEmpty ? [nil] : Array(Set(query.statuses))
    var branches: [String] = []
    var arguments = StatementArguments()
    for project in projects.isEmpty ? [""] : projects {
      for status in statuses {
        var filter = RowFilter()
        filter.add("project = ?", ifSet: project)
        filter.add("status = ?", ifSet: status?.rawValue)
        filter.add("started_at >= ?", ifSet: query.since)
        if let start { filter.add("(started_at, id) < (?, ?)", [start.at, start.id]) }
        branches.append("SELECT * FROM run \(filter.clause)")
        arguments += filter.arguments
      }
    }
    return ("\(branches.joined(separator: " UNION ALL ")) \(order) LIMIT ?", arguments + [max(0, query.limit)])
  }

  /// The index holds all that is asked for, so that the runs themselves are read for one page only. A filter that finds
  /// nothing walks the whole index: 10 ms for 100,000 runs.
  private static func walk(
    _ query: RunEntryQuery, _ start: (at: String, id: String)?
  ) -> (String, StatementArguments) {
    var filter = RowFilter()
    filter.add("pipeline = ?", ifSet: query.pipeline)
    // The plus keeps SQLite from looking for an index of these: it would have to sort afterwards.
    filter.add("+project", in: query.projects)
    if !query.statuses.isEmpty { filter.add("+status", in: query.statuses.map(\.rawValue)) }
    switch query.cause {
    case .commandLine: filter.add("+cause IS NULL")
    case .order(let cause): filter.add("+cause = ?", [cause.rawValue])
    case nil: break
    }
    if let text = query.text, !text.isEmpty {
      filter.add(
        "(id >= ? AND id < ? || char(1114111) OR pipeline IN (\(pipelinesWith) WHERE instr(lower(name), lower(?)) > 0))",
        [text, text, text])
    }
    filter.add("started_at >= ?", ifSet: query.since)
    if let start { filter.add("(started_at, id) < (?, ?)", [start.at, start.id]) }
    let index = query.pipeline == nil ? "run_by_start" : "run_by_pipeline"
    let found = "SELECT rowid FROM run INDEXED BY \(index) \(filter.clause) \(order) LIMIT ?"
    return ("SELECT * FROM run WHERE rowid IN (\(found)) \(order)", filter.arguments + [max(0, query.limit)])
  }

  /// The names of all pipelines that ever ran, one step in the index each.
  private static let pipelinesWith = """
    WITH RECURSIVE step(name) AS (
      SELECT min(pipeline) FROM run
      UNION ALL SELECT (SELECT min(pipeline) FROM run WHERE pipeline > name) FROM step WHERE name IS NOT NULL)
    SELECT name FROM step
    """

  static func entry(_ row: Row) throws -> RunEntry {
    let cause: String? = row["cause"]
    return RunEntry(
      summary: try RunRows.summary(row), project: row["project"],
      actor: try SQL.json(row["actor"])?.decode(Actor.self), cause: cause.flatMap(RunOrder.Cause.init),
      causedBy: row["caused_by"], priority: row["priority"], queuedAt: row["queued_at"], resumes: row["resumes"])
  }
}

// Saved connections: every revision is kept, so that an earlier one can come back.
import GRDB
package import JSONValue
package import Model

extension MetadataStore {
  /// By project and name. `projects` nil: of all.
  package func connections(of projects: [String]? = nil) throws(Problem) -> [SavedConnection] {
    var filter = RowFilter()
    filter.add("project", in: projects)
    return try read { database in
      try database.rows(
        "SELECT * FROM connection \(filter.clause) ORDER BY project, name", filter.arguments,
        ConnectionRows.connection)
    }
  }

  package func connection(_ name: String, of project: String) throws(Problem) -> SavedConnection {
    try read { try ConnectionRows.find(name, of: project, in: $0) }
  }

  /// Adds it, or saves it as the next revision of what is there. `ifRevision` is what the person saw, 0 for one that must
  /// be new; where it is another by now, OTE-6005 or OTE-6006. `restores` names the revision that this one brings back.
  package func putConnection(
    _ name: String, of project: String, use: String, config: JSONValue, by user: String?, ifRevision: Int? = nil,
    restores: Int? = nil
  ) throws(Problem) -> SavedConnection {
    try write { database in
      guard try database.row("SELECT 1 FROM project WHERE name = ?", [project]) != nil else {
        throw ProjectRows.missing(project)
      }
      let current: Int? = try database.row(
        "SELECT revision FROM connection WHERE project = ? AND name = ?", [project, name])?[0]
      if let ifRevision, ifRevision != current ?? 0 {
        throw ifRevision == 0
          ? Problem(.nameTaken, "the project \(project) has a connection '\(name)' already")
          : Problem(.editConflict, "somebody changed the connection '\(name)' meanwhile")
      }
      try database.perform(
        """
        INSERT INTO connection (project, name, use, config, revision, updated_at, updated_by)
        VALUES (?, ?, ?, ?, 1, \(SQL.now), ?) ON CONFLICT DO UPDATE SET use = excluded.use, config = excluded.config,
          revision = revision + 1, updated_at = excluded.updated_at, updated_by = excluded.updated_by,
          works = NULL, health = NULL, checked_at = NULL
        """, [project, name, use, config.text, user])
      let saved = try ConnectionRows.find(name, of: project, in: database)
      try database.perform(
        "INSERT INTO connection_revision VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [project, name, saved.revision, use, config.text, saved.updatedAt, user, restores])
      return saved
    }
  }

  /// Newest first.
  package func connectionRevisions(_ name: String, of project: String) throws(Problem) -> [ConnectionRevision] {
    try read { database in
      _ = try ConnectionRows.find(name, of: project, in: database)
      return try database.rows(
        "SELECT * FROM connection_revision WHERE project = ? AND name = ? ORDER BY revision DESC", [project, name],
        ConnectionRows.revision)
    }
  }

  /// What a check of that revision found; a later revision has another answer coming.
  package func noteHealth(
    _ health: ConnectionHealth, ofConnection name: String, revision: Int, of project: String
  ) throws(Problem) {
    try write {
      try $0.perform(
        """
        UPDATE connection SET works = ?, health = ?, checked_at = ? WHERE project = ? AND name = ? AND revision = ?
        """, [health.works, health.message, health.checkedAt, project, name, revision])
    }
  }

  package func removeConnection(_ name: String, of project: String, others: [String] = []) throws(Problem) {
    try write { database in
      _ = try ConnectionRows.find(name, of: project, in: database)
      guard others.isEmpty else {
        throw Problem(
          .stillReferred, "the connection '\(name)' cannot be removed: \(others.joined(separator: "; "))")
      }
      try database.perform("DELETE FROM connection WHERE project = ? AND name = ?", [project, name])
    }
  }

  /// nil takes it away. Holds from the next request on of whoever looks it up then.
  package func setBudget(
    _ budget: ConnectionBudget?, ofConnection name: String, of project: String
  ) throws(Problem) -> SavedConnection {
    try write { database in
      let text = try budget.map { try JSONValue(encoding: $0).text }
      try database.perform(
        "UPDATE connection SET budget = ? WHERE project = ? AND name = ?", [text, project, name])
      return try ConnectionRows.find(name, of: project, in: database)
    }
  }

  /// The budgets of those that have one, with what is used of them on that day (UTC).
  package func allowances(
    _ names: Set<String>, of project: String, day: String
  ) throws(Problem) -> [String: ConnectionAllowance] {
    try read { try ConnectionRows.allowances(names, of: project, day: day, in: $0) }
  }

  package func allowances(
    _ names: Set<String>, run: String, day: String
  ) throws(Problem) -> [String: ConnectionAllowance] {
    try read { database in
      let project: String = try database.row("SELECT project FROM run WHERE id = ?", [run])?[0] ?? Project.standard
      return try ConnectionRows.allowances(names, of: project, day: day, in: database)
    }
  }

  /// Beside runs, which tell theirs when they end.
  package func addUsage(_ usage: ConnectionUsage, of project: String) throws(Problem) {
    try write { try ConnectionRows.add(usage, project: project, in: $0) }
  }

  /// Oldest first.
  package func connectionUsage(_ name: String, of project: String) throws(Problem) -> [ConnectionUsage] {
    try read { database in
      try database.rows(
        "SELECT * FROM connection_use WHERE project = ? AND connection = ? ORDER BY day", [project, name],
        ConnectionRows.usage)
    }
  }
}

enum ConnectionRows {
  static func find(_ name: String, of project: String, in database: Database) throws -> SavedConnection {
    let row = try database.row("SELECT * FROM connection WHERE project = ? AND name = ?", [project, name])
    if let row { return try connection(row) }
    let names = try database.rows("SELECT name FROM connection WHERE project = ? ORDER BY name", [project]) {
      $0[0] as String
    }
    let near = nearestName(to: name, in: names).map { "; did you mean '\($0)'?" }
    let list = (1...12).contains(names.count) ? "; known: \(names.joined(separator: ", "))" : ""
    throw Problem(
      .connectionNotFound, "the project '\(project)' has no connection '\(name)'\(near ?? list)")
  }

  static func allowances(
    _ names: Set<String>, of project: String, day: String, in database: Database
  ) throws -> [String: ConnectionAllowance] {
    var found: [String: ConnectionAllowance] = [:]
    for name in names {
      let row = try database.row(
        "SELECT budget FROM connection WHERE project = ? AND name = ? AND budget IS NOT NULL", [project, name])
      guard let budget = try row.flatMap(budget) else { continue }
      let used = try database.row(
        "SELECT * FROM connection_use WHERE project = ? AND connection = ? AND day = ?", [project, name, day])
      found[name] = ConnectionAllowance(
        connection: name, budget: budget, before: used.map(usage) ?? ConnectionUsage(connection: name, day: day))
    }
    return found
  }

  /// Adds to the day's figures; what is not told stays unknown.
  static func add(_ usage: ConnectionUsage, project: String, in database: Database) throws {
    let sums = ["requests", "input_tokens", "output_tokens", "cost"].map {
      "\($0) = CASE WHEN excluded.\($0) IS NULL THEN \($0) ELSE coalesce(\($0), 0) + excluded.\($0) END"
    }
    try database.perform(
      """
      INSERT INTO connection_use VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET \(sums.joined(separator: ", "))
      """,
      [
        project, usage.connection, usage.day, usage.requests, usage.inputTokens, usage.outputTokens, usage.cost,
      ])
  }

  static func connection(_ row: Row) throws -> SavedConnection {
    var connection = SavedConnection(
      name: row["name"], project: row["project"], use: row["use"],
      config: try JSONValue(parsing: row["config"] as String), revision: row["revision"],
      updatedAt: row["updated_at"])
    connection.updatedBy = row["updated_by"]
    connection.budget = try budget(row)
    if let works: Bool = row["works"], let at: String = row["checked_at"] {
      connection.health = ConnectionHealth(works: works, message: row["health"], checkedAt: at)
    }
    return connection
  }

  static func budget(_ row: Row) throws -> ConnectionBudget? {
    try (row["budget"] as String?).map { try JSONValue(parsing: $0).decode() }
  }

  static func revision(_ row: Row) throws -> ConnectionRevision {
    ConnectionRevision(
      revision: row["revision"], use: row["use"], config: try JSONValue(parsing: row["config"] as String),
      savedAt: row["saved_at"], savedBy: row["saved_by"], restores: row["restores"])
  }

  static func usage(_ row: Row) -> ConnectionUsage {
    var usage = ConnectionUsage(connection: row["connection"], day: row["day"])
    usage.requests = row["requests"]
    usage.inputTokens = row["input_tokens"]
    usage.outputTokens = row["output_tokens"]
    usage.cost = row["cost"]
    return usage
  }
}

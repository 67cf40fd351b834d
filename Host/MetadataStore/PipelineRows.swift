// Pipelines as rows of two tables: the versions of a document, and whose it is.
import GRDB
import JSONValue
import Model

enum PipelineRows {
  /// The newest version and the last run by index, whatever the number of either.
  static let select = """
    SELECT o.*, p.version, p.digest, r.id AS run, r.status, r.started_at, r.seconds FROM pipeline_owner o
    JOIN pipeline p ON p.name = o.name AND p.version = (SELECT max(version) FROM pipeline WHERE name = o.name)
    LEFT JOIN run r ON r.id =
      (SELECT id FROM run WHERE pipeline = o.name ORDER BY started_at DESC, id DESC LIMIT 1)
    """

  /// Puts a name that nobody owns into the project.
  static func own(_ name: String, project: String, in database: Database) throws {
    guard try database.row("SELECT 1 FROM project WHERE name = ?", [project]) != nil else {
      throw ProjectRows.missing(project)
    }
    try database.perform(
      "INSERT INTO pipeline_owner (name, project, updated_at) VALUES (?, ?, \(SQL.now)) ON CONFLICT DO NOTHING",
      [name, project])
  }

  static func add(
    _ name: String, digest: String, document: String, author: String?, message: String?, in database: Database
  ) throws -> Int {
    try database.perform(
      """
      INSERT INTO pipeline (name, version, digest, document, registered_at, author, message)
      SELECT ?1, coalesce(max(version), 0) + 1, ?2, ?3, \(SQL.now), ?4, ?5 FROM pipeline WHERE name = ?1
      """, [name, digest, document, author, message])
    return try database.row("SELECT max(version) FROM pipeline WHERE name = ?", [name])?[0] ?? 1
  }

  static func newest(_ name: String, in database: Database) throws -> RegisteredPipeline? {
    try database.row("SELECT * FROM pipeline WHERE name = ? ORDER BY version DESC LIMIT 1", [name]).map(registered)
  }

  static func registered(_ row: Row) -> RegisteredPipeline {
    RegisteredPipeline(
      identity: PipelineIdentity(name: row["name"], version: row["version"], digest: row["digest"]),
      document: row["document"], registeredAt: row["registered_at"])
  }

  static func record(_ row: Row) throws -> PipelineRecord {
    let labels = try JSONValue(parsing: row["labels"] as String).object ?? [:]
    var lastRun: PipelineRecord.LastRun?
    if let run: String = row["run"] {
      lastRun = PipelineRecord.LastRun(
        run: run, status: try RunRows.status(row), startedAt: row["started_at"], seconds: row["seconds"])
    }
    return PipelineRecord(
      name: row["name"], project: row["project"], title: row["title"], description: row["description"],
      labels: labels.compactMapValues(\.string), version: row["version"], digest: row["digest"],
      schedule: try SQL.json(row["schedule"]), isPaused: row["paused"], layout: try SQL.json(row["layout"]),
      archivedAt: row["archived_at"], updatedAt: row["updated_at"], updatedBy: row["updated_by"], lastRun: lastRun)
  }

  static func conflict(_ name: String, _ newest: Int?, _ expected: Int) -> Problem {
    let now = newest.map { "the newest version of \(name) is \($0)" } ?? "there is no pipeline \(name)"
    return Problem(.editConflict, expected == 0 ? "\(now); you began a new one" : "\(now); you edited \(expected)")
  }
}

extension SQL {
  static func json(_ text: String?) throws -> JSONValue? { try text.map { try JSONValue(parsing: $0) } }
}

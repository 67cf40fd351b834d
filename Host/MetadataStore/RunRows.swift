// A run report as rows of several tables, and back.
import GRDB
import JSONValue
import Model

enum RunRows {
  static func save(_ report: RunReport, owner: String?, in database: Database) throws {
    let first = report.problems.first
    try database.perform(
      """
      INSERT INTO run (id, pipeline, pipeline_version, pipeline_digest, status, started_at, finished_at, seconds,
        attempts, parameters, owner, problem, detail, peak_memory, cpu_seconds, project)
      VALUES (?, ?2, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
        coalesce((SELECT project FROM pipeline_owner WHERE name = ?2), 'default'))
      ON CONFLICT (id) DO UPDATE SET status = excluded.status, started_at = excluded.started_at, finished_at = excluded.finished_at,
        seconds = excluded.seconds, attempts = excluded.attempts, parameters = excluded.parameters,
        owner = coalesce(excluded.owner, owner), problem = excluded.problem, detail = excluded.detail,
        peak_memory = excluded.peak_memory, cpu_seconds = excluded.cpu_seconds
      """,
      [
        report.run, report.pipeline.name, report.pipeline.version, report.pipeline.digest, report.status.rawValue,
        report.startedAt, report.finishedAt, report.seconds, report.attempts,
        JSONValue.object(report.parameters).text, owner, first?.code.rawValue, first?.detail,
        report.resources?.peakMemoryBytes, report.resources?.cpuSeconds,
      ])
    for table in ["run_node", "run_report", "finding", "gate", "run_input", "run_model", "run_output", "problem"] {
      try database.perform("DELETE FROM \(table) WHERE run = ?", [report.run])
    }
    try RunPartRows.insert(report, in: database)
    try LineageRows.note(report, in: database)
  }

  static func project(of report: RunReport, in database: Database) throws -> String {
    try database.row("SELECT project FROM run WHERE id = ?", [report.run])?[0] ?? Project.standard
  }

  static func load(_ id: String, in database: Database) throws -> RunReport {
    guard let row = try database.row("SELECT * FROM run WHERE id = ?", [id]) else { throw notFound(id) }
    let summary = try summary(row)
    var report = RunReport(
      run: summary.run, pipeline: summary.pipeline, status: summary.status, startedAt: summary.startedAt,
      finishedAt: summary.finishedAt, seconds: summary.seconds, attempts: summary.attempts,
      parameters: try JSONValue(parsing: row["parameters"] as String).object ?? [:])
    if let peak = row["peak_memory"] as Int64?, let cpu = row["cpu_seconds"] as Double? {
      report.resources = RunResources(peakMemoryBytes: peak, cpuSeconds: cpu)
    }
    try RunPartRows.load(into: &report, from: database)
    return report
  }

  static func summary(_ row: Row) throws -> RunSummary {
    RunSummary(
      run: row["id"],
      pipeline: PipelineIdentity(
        name: row["pipeline"], version: row["pipeline_version"], digest: row["pipeline_digest"]),
      status: try status(row), startedAt: row["started_at"], finishedAt: row["finished_at"],
      seconds: row["seconds"], attempts: row["attempts"], problem: row["problem"], detail: row["detail"])
  }

  static func status(_ row: Row) throws -> RunStatus {
    guard let status = RunStatus(rawValue: row["status"]) else { throw unknownWord(row["status"]) }
    return status
  }

  static func unknownWord(_ word: String) -> Problem {
    Problem(.storeUnreadable, "the store holds the word \(word), which this version does not know")
  }

  /// The id itself, or the one run that begins with it.
  static func resolve(_ prefix: String, in database: Database) throws -> String {
    let found: [String] =
      if prefix.isEmpty {
        []
      } else {
        // A range instead of LIKE: it uses the primary key, and % in the text means nothing.
        try database.rows(
          "SELECT id FROM run WHERE id >= ?1 AND id < ?1 || char(1114111) ORDER BY id LIMIT 4", [prefix]
        ) { $0[0] }
      }
    guard let id = found.first else { throw notFound(prefix) }
    guard found.count == 1 || id == prefix else {
      throw Problem(
        .runNotFound, "\(prefix) is the start of several run ids: \(found.prefix(3).joined(separator: ", "))",
        next: "Write more of the id.")
    }
    return id
  }

  static func notFound(_ id: String) -> Problem { Problem(.runNotFound, "there is no run \(id)") }
}

// Evaluations: kept when their run ends, found by run, pipeline and model.
import GRDB
import JSONValue
package import Model

/// Newest first.
package struct EvaluationQuery: Sendable {
  /// nil: all projects.
  package var projects: [String]?
  package var model: String?
  package var version: Int?
  package var pipeline: String?
  package var run: String?
  package var limit: Int
  /// The last id of the page before.
  package var before: Int64?

  package init(
    projects: [String]? = nil, model: String? = nil, version: Int? = nil, pipeline: String? = nil, run: String? = nil,
    limit: Int = 50, before: Int64? = nil
  ) {
    self.projects = projects
    self.model = model
    self.version = version
    self.pipeline = pipeline
    self.run = run
    self.limit = limit
    self.before = before
  }
}

extension MetadataStore {
  package func evaluations(_ query: EvaluationQuery = EvaluationQuery()) throws(Problem) -> [Evaluation] {
    var filter = RowFilter()
    filter.add("project", in: query.projects)
    filter.add("pipeline = ?", ifSet: query.pipeline)
    filter.add("run = ?", ifSet: query.run)
    filter.add("id < ?", ifSet: query.before)
    if let model = query.model {
      filter.add(
        "id IN (SELECT evaluation FROM evaluation_model WHERE model = ? AND (? IS NULL OR version = ?))",
        [model, query.version, query.version])
    }
    let arguments = filter.arguments + [max(0, query.limit)]
    return try read { database in
      try database.rows(
        "SELECT * FROM evaluation \(filter.clause) ORDER BY id DESC LIMIT ?", arguments, EvaluationRows.evaluation)
    }
  }

  package func evaluation(_ id: Int64) throws(Problem) -> Evaluation {
    try read { database in
      guard let row = try database.row("SELECT * FROM evaluation WHERE id = ?", [id]) else {
        throw Problem(.evaluationNotFound, "there is no evaluation \(id)")
      }
      return try EvaluationRows.evaluation(row)
    }
  }
}

enum EvaluationRows {
  /// Replaces what an earlier attempt of the run found at that node. `versions` are what the run has just registered.
  static func save(_ draft: EvaluationDraft, in database: Database) throws {
    try database.perform("DELETE FROM evaluation WHERE run = ? AND node = ?", [draft.run, draft.node])
    try database.perform(
      """
      INSERT INTO evaluation VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6,
        coalesce((SELECT project FROM run WHERE id = ?1), 'default'), ?7, ?8, ?9, ?10, \(SQL.now))
      """,
      [
        draft.run, draft.node, draft.use, draft.kind, draft.title, draft.pipeline,
        try JSONValue(encoding: draft.models).text, try JSONValue(encoding: draft.datasets).text,
        try draft.rows.map { try JSONValue(encoding: $0).text }, draft.report.text,
      ])
    let id = database.lastInsertedRowID
    for model in draft.models {
      guard let name = model.model, let version = model.version else { continue }
      try database.perform(
        "INSERT INTO evaluation_model VALUES (?, ?, ?) ON CONFLICT DO NOTHING", [id, name, version])
    }
  }

  static func evaluation(_ row: Row) throws -> Evaluation {
    let rows: String? = row["rows"]
    let draft = EvaluationDraft(
      run: row["run"], node: row["node"], use: row["use"], kind: row["kind"], pipeline: row["pipeline"],
      models: try JSONValue(parsing: row["models"] as String).decode([EvaluatedModel].self),
      datasets: try JSONValue(parsing: row["datasets"] as String).decode([DatasetMention].self),
      rows: try rows.map { try JSONValue(parsing: $0).decode(DatasetMention.self) },
      report: try JSONValue(parsing: row["report"] as String))
    return Evaluation(draft, id: row["id"], project: row["project"], createdAt: row["created_at"])
  }
}

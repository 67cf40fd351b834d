// Dataset versions and artifacts: published once per run and node, never changed afterwards.
import GRDB
import JSONValue
package import Model

extension MetadataStore {
  /// Gives the draft the next version number of its name. The same run, node and name publishes once:
  /// a second call answers the first version.
  package func publish(_ draft: DatasetDraft) throws(Problem) -> DatasetVersion {
    try write { try DatasetRows.publish(draft, in: $0) }
  }

  /// The newest version of each dataset, by name.
  package func datasets() throws(Problem) -> [DatasetSummary] {
    try read { database in
      // SQLite takes the other columns from the row that holds the maximum.
      try database.rows(
        """
        SELECT dataset, max(version) AS version, count(*) AS versions, row_count, bytes, run, published_at
        FROM dataset_version GROUP BY dataset ORDER BY dataset
        """
      ) {
        DatasetSummary(
          dataset: $0["dataset"], version: $0["version"], versions: $0["versions"], rows: $0["row_count"],
          bytes: $0["bytes"], run: $0["run"], publishedAt: $0["published_at"])
      }
    }
  }

  /// All versions, newest first. A name that nobody published is OTE-4004.
  package func versions(of dataset: String) throws(Problem) -> [DatasetVersion] {
    try read { database in
      let versions = try database.rows(
        "SELECT * FROM dataset_version WHERE dataset = ? ORDER BY version DESC", [dataset], DatasetRows.version)
      guard !versions.isEmpty else { throw try DatasetRows.notFound(dataset, nil, in: database) }
      return versions
    }
  }

  /// One version, the newest where none is named. OTE-4004 where there is none.
  package func dataset(_ name: String, version: Int? = nil) throws(Problem) -> DatasetVersion {
    try read { database in
      let row = try database.row(
        "SELECT * FROM dataset_version WHERE dataset = ?1 AND (?2 IS NULL OR version = ?2) ORDER BY version DESC LIMIT 1",
        [name, version])
      guard let row else { throw try DatasetRows.notFound(name, version, in: database) }
      return try DatasetRows.version(row)
    }
  }

  /// Of all versions together; the same bytes count once.
  package func datasetBytes() throws(Problem) -> Int64 {
    try read { database in
      let row = try database.row(
        "SELECT coalesce(sum(bytes), 0) AS bytes FROM (SELECT DISTINCT digest, bytes FROM dataset_version)", [])
      return row?["bytes"] ?? 0
    }
  }

  /// Notes an artifact of a run. The same run, node, kind and name is noted once: a second call answers the first.
  package func record(_ artifact: ArtifactRecord) throws(Problem) -> ArtifactRecord {
    try write { database in
      try database.perform(
        """
        INSERT INTO artifact (run, node, kind, name, digest, bytes, stored_at) VALUES (?, ?, ?, ?, ?, ?, \(SQL.now))
        ON CONFLICT DO NOTHING
        """,
        [artifact.run, artifact.node, artifact.kind, artifact.name, artifact.digest, artifact.bytes])
      let row = try database.row(
        "SELECT * FROM artifact WHERE run = ? AND node = ? AND kind = ? AND name = ?",
        [artifact.run, artifact.node, artifact.kind, artifact.name])
      return row.map(DatasetRows.artifact) ?? artifact
    }
  }

  /// What a run put into the artifact store.
  package func artifacts(ofRun run: String) throws(Problem) -> [ArtifactRecord] {
    try read { database in
      try database.rows(
        "SELECT * FROM artifact WHERE run = ? ORDER BY node, kind, name", [run], DatasetRows.artifact)
    }
  }
}

enum DatasetRows {
  static func publish(_ draft: DatasetDraft, in database: Database) throws -> DatasetVersion {
    let mine = "SELECT * FROM dataset_version WHERE run = ? AND node = ? AND dataset = ?"
    if let row = try database.row(mine, [draft.run, draft.node, draft.name]) { return try version(row) }
    try database.perform(
      """
      INSERT INTO dataset_version (dataset, version, digest, row_count, bytes, schema, statistics, run, node,
        published_at)
      SELECT ?1, coalesce(max(version), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, \(SQL.now)
      FROM dataset_version WHERE dataset = ?1
      """,
      [
        draft.name, draft.digest, draft.rows, draft.bytes, draft.schema.text, draft.statistics?.text, draft.run,
        draft.node,
      ])
    try database.perform(
      """
      INSERT INTO dataset_owner (name, project, tags, updated_at)
      VALUES (?1, coalesce((SELECT project FROM run WHERE id = ?2), 'default'), '[]', \(SQL.now))
      ON CONFLICT DO NOTHING
      """, [draft.name, draft.run])
    try LineageRows.notePublished(by: draft.run, in: database)
    guard let row = try database.row(mine, [draft.run, draft.node, draft.name]) else {
      throw Problem(.storeUnreadable, "the version of \(draft.name) just published is not there")
    }
    return try version(row)
  }

  static func version(_ row: Row) throws -> DatasetVersion {
    let statistics: String? = row["statistics"]
    let draft = DatasetDraft(
      name: row["dataset"], digest: row["digest"], rows: row["row_count"], bytes: row["bytes"],
      schema: try JSONValue(parsing: row["schema"] as String),
      statistics: try statistics.map { try JSONValue(parsing: $0) }, run: row["run"], node: row["node"])
    return DatasetVersion(draft, version: row["version"], publishedAt: row["published_at"])
  }

  static func artifact(_ row: Row) -> ArtifactRecord {
    ArtifactRecord(
      digest: row["digest"], kind: row["kind"], name: row["name"], bytes: row["bytes"], run: row["run"],
      node: row["node"])
  }

  static func notFound(_ name: String, _ version: Int?, in database: Database) throws -> Problem {
    let newest: Int? = try database.row("SELECT max(version) FROM dataset_version WHERE dataset = ?", [name])?[0]
    guard let newest, let version else { return Problem(.datasetNotFound, "there is no dataset \(name)") }
    return Problem(.datasetNotFound, "dataset \(name) has no version \(version); the newest is \(newest)")
  }
}

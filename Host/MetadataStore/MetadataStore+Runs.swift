// Runs: saved whole in one transaction, listed newest first, found by the start of their id.
import GRDB
package import Model

extension MetadataStore {
  /// Creates the run, or replaces what is stored of it. `owner` tells a later start whose run it was.
  package func save(_ report: RunReport, owner: String? = nil) throws(Problem) {
    try write { try RunRows.save(report, owner: owner, in: $0) }
  }

  /// Publishes dataset versions and saves the report that names them, in one transaction: both or neither.
  package func finish(
    publishing drafts: [DatasetDraft], report: ([DatasetVersion]) -> RunReport
  ) throws(Problem) -> [DatasetVersion] {
    try write { database in
      let versions = try drafts.map { try DatasetRows.publish($0, in: database) }
      try RunRows.save(report(versions), owner: nil, in: database)
      return versions
    }
  }

  /// The whole report. `id` may be the start of an id, as long as only one run begins with it.
  package func run(_ id: String) throws(Problem) -> RunReport {
    try read { database in try RunRows.load(try RunRows.resolve(id, in: database), in: database) }
  }

  /// Newest first. To page on, pass the last id of a page as `before`.
  package func runs(_ query: RunQuery = RunQuery()) throws(Problem) -> [RunSummary] {
    try read { database in
      var conditions: [String] = []
      var arguments: StatementArguments = []
      if let status = query.status {
        conditions.append("status = ?")
        arguments += [status.rawValue]
      }
      if let pipeline = query.pipeline {
        conditions.append("pipeline = ?")
        arguments += [pipeline]
      }
      if let before = query.before {
        let id = try RunRows.resolve(before, in: database)
        conditions.append("(started_at, id) < ((SELECT started_at FROM run WHERE id = ?), ?)")
        arguments += [id, id]
      }
      let filter = conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND "))"
      arguments += [max(0, query.limit)]
      return try database.rows(
        "SELECT * FROM run \(filter) ORDER BY started_at DESC, id DESC LIMIT ?", arguments, RunRows.summary)
    }
  }

  /// Runs that are queued or running as far as the store knows: in progress, or orphaned. Not those that wait in the
  /// queue: no host has them yet.
  package func unfinishedRuns() throws(Problem) -> [UnfinishedRun] {
    try read { database in
      try database.rows(
        """
        SELECT id, status, started_at, owner FROM run WHERE status IN ('queued', 'running')
        AND id NOT IN (SELECT run FROM run_order WHERE state = 'queued') ORDER BY started_at, id
        """
      ) {
        UnfinishedRun(
          run: $0["id"], status: try RunRows.status($0), startedAt: $0["started_at"], owner: $0["owner"])
      }
    }
  }
}

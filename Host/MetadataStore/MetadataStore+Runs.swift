// Runs: saved whole in one transaction, listed newest first, found by the start of their id.
import GRDB
package import JSONValue
package import Model

/// What a run leaves. Versions get their numbers when it is stored, so what names them is made then.
package struct RunEnd {
  package var datasets: [DatasetDraft]
  package var models: [ModelDraft]
  /// Of a model beside the dataset versions of the same run; nil leaves the drafts as they are.
  package var lineage: ((ModelDraft, [DatasetVersion]) -> JSONValue)?
  package var usage: [ConnectionUsage]
  package var report: ([DatasetVersion], [ModelVersion]) -> RunReport
  package var evaluations: ([DatasetVersion], [ModelVersion]) -> [EvaluationDraft]

  package init(
    datasets: [DatasetDraft] = [], models: [ModelDraft] = [], usage: [ConnectionUsage] = [],
    report: @escaping ([DatasetVersion], [ModelVersion]) -> RunReport,
    evaluations: @escaping ([DatasetVersion], [ModelVersion]) -> [EvaluationDraft] = { _, _ in [] }
  ) {
    self.datasets = datasets
    self.models = models
    self.usage = usage
    self.report = report
    self.evaluations = evaluations
  }
}

extension MetadataStore {
  /// Creates the run, or replaces what is stored of it. `owner` tells a later start whose run it was.
  package func save(_ report: RunReport, owner: String? = nil) throws(Problem) {
    try write { try RunRows.save(report, owner: owner, in: $0) }
  }

  /// Makes everything that a run leaves visible in one transaction: all of it, or nothing.
  package func finish(_ end: RunEnd) throws(Problem) -> RunReport {
    try write { database in
      let datasets = try end.datasets.map { try DatasetRows.publish($0, in: database) }
      let models = try end.models.map { draft in
        var draft = draft
        if let lineage = end.lineage { draft.lineage = lineage(draft, datasets) }
        return try ModelRows.register(draft, in: database)
      }
      let report = end.report(datasets, models)
      try RunRows.save(report, owner: nil, in: database)
      for evaluation in end.evaluations(datasets, models) { try EvaluationRows.save(evaluation, in: database) }
      for usage in end.usage {
        try ConnectionRows.add(usage, project: try RunRows.project(of: report, in: database), in: database)
      }
      return report
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

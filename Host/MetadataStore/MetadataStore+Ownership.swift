// Saving pipelines for people who edit at the same time, and listing whose they are.
import GRDB
package import JSONValue
package import Model

extension MetadataStore {
  /// A new version, or the newest where the text is the same: a comment is worth a version too. `ifVersion` is the
  /// version the person edited (0: a new pipeline); where another has come in between, OTE-6005.
  package func savePipeline(
    _ draft: PipelineDraft, actor: String, message: String? = nil, ifVersion: Int? = nil
  ) throws(Problem) -> RegisteredPipeline {
    try write { database in
      let newest = try PipelineRows.newest(draft.name, in: database)
      if let ifVersion, ifVersion != newest?.identity.version ?? 0 {
        throw PipelineRows.conflict(draft.name, newest?.identity.version, ifVersion)
      }
      try PipelineRows.own(draft.name, project: draft.project, in: database)
      let owner: String? = try database.row("SELECT project FROM pipeline_owner WHERE name = ?", [draft.name])?[0]
      guard owner == draft.project else {
        throw Problem(.nameTaken, "the name \(draft.name) is taken by a pipeline of another project")
      }
      try database.perform(
        """
        UPDATE pipeline_owner SET title = ?, description = ?, labels = ?, schedule = ?, updated_at = \(SQL.now),
          updated_by = ? WHERE name = ?
        """,
        [
          draft.title, draft.description, JSONValue.object(draft.labels.mapValues(JSONValue.string)).text,
          draft.schedule?.text, actor, draft.name,
        ])
      if let newest, newest.identity.digest == draft.digest, newest.document == draft.document { return newest }
      _ = try PipelineRows.add(
        draft.name, digest: draft.digest, document: draft.document, author: actor, message: message, in: database)
      guard let saved = try PipelineRows.newest(draft.name, in: database) else {
        throw Problem(.storeUnreadable, "the version of \(draft.name) just saved is not there")
      }
      return saved
    }
  }

  package func pipelineRecord(_ name: String) throws(Problem) -> PipelineRecord? {
    try read { database in
      try database.row("\(PipelineRows.select) WHERE o.name = ?", [name]).map(PipelineRows.record)
    }
  }

  package func pipelineRecords(_ query: PipelineQuery = PipelineQuery()) throws(Problem) -> [PipelineRecord] {
    var filter = RowFilter()
    filter.add("o.project", in: query.projects)
    filter.add("o.name || ' ' || coalesce(o.title, '')", contains: query.text)
    if let label = query.label {
      let parts = label.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      filter.add("EXISTS (SELECT 1 FROM json_each(o.labels) WHERE key = ?)", [parts[0]])
      if parts.count > 1 {
        filter.add("(SELECT value FROM json_each(o.labels) WHERE key = ?) = ?", [parts[0], parts[1]])
      }
    }
    if !query.includesArchived { filter.add("o.archived_at IS NULL") }
    filter.add("o.name > ?", ifSet: query.after)
    let arguments = filter.arguments + [max(0, query.limit)]
    return try read { database in
      try database.rows(
        "\(PipelineRows.select) \(filter.clause) ORDER BY o.name LIMIT ?", arguments, PipelineRows.record)
    }
  }

  /// Newest first.
  package func pipelineVersions(_ name: String) throws(Problem) -> [PipelineVersionEntry] {
    try read { database in
      try database.rows(
        "SELECT version, digest, registered_at, author, message FROM pipeline WHERE name = ? ORDER BY version DESC",
        [name]
      ) {
        PipelineVersionEntry(
          version: $0["version"], digest: $0["digest"], at: $0["registered_at"], author: $0["author"],
          message: $0["message"])
      }
    }
  }

  /// Takes the pipeline out of lists and schedules; versions and runs stay.
  package func archivePipeline(_ name: String) throws(Problem) {
    try setPipeline(name, "archived_at = coalesce(archived_at, \(SQL.now))", [])
  }

  package func restorePipeline(_ name: String) throws(Problem) { try setPipeline(name, "archived_at = NULL", []) }

  package func setLayout(_ layout: JSONValue?, of name: String) throws(Problem) {
    try setPipeline(name, "layout = ?", [layout?.text])
  }

  /// A paused pipeline's schedule and triggers rest.
  package func setPaused(_ isPaused: Bool, of name: String) throws(Problem) {
    try setPipeline(name, "paused = ?", [isPaused])
  }

  private func setPipeline(_ name: String, _ change: String, _ arguments: StatementArguments) throws(Problem) {
    try write {
      try $0.change(
        "UPDATE pipeline_owner SET \(change) WHERE name = ?", arguments + [name],
        missing: "there is no pipeline \(name)")
    }
  }
}

// Models and their versions: numbered within their name, never changed, removed only while nothing refers to them.
import GRDB
import JSONValue
package import Model

extension MetadataStore {
  /// Gives the draft the next number of its name, and sets its alias, in one step. The same run, node and name registers
  /// once: a second call answers the first version.
  package func register(_ draft: ModelDraft) throws(Problem) -> ModelVersion {
    try write { try ModelRows.register(draft, in: $0) }
  }

  /// By name. `projects` nil: of all.
  package func models(
    of projects: [String]? = nil, text: String? = nil, named name: String? = nil, limit: Int = .max,
    after: String? = nil
  ) throws(Problem) -> [ModelSummary] {
    var filter = RowFilter()
    filter.add("m.name = ?", ifSet: name)
    filter.add("m.name > ?", ifSet: after)
    filter.add("m.project", in: projects)
    filter.add("m.name || ' ' || coalesce(m.description, '')", contains: text)
    return try read { database in
      try database.rows(
        """
        SELECT m.name, m.project, m.description, m.updated_at, v.version, v.document ->> 'format' AS format, v.bytes,
          v.run, v.created_at, (SELECT count(*) FROM model_version WHERE model = m.name) AS versions,
          (SELECT json_group_object(alias, version) FROM model_alias WHERE model = m.name) AS aliases
        FROM model m JOIN model_version v ON v.model = m.name
          AND v.version = (SELECT max(version) FROM model_version WHERE model = m.name)
        \(filter.clause) ORDER BY m.name LIMIT ?
        """, filter.arguments + [limit], ModelRows.summary)
    }
  }

  package func model(_ reference: ModelReference) throws(Problem) -> ModelVersion {
    try read { try ModelRows.find(reference, in: $0) }
  }

  /// Newest first. OTE-4008 for a name that has none.
  package func versions(ofModel name: String) throws(Problem) -> [ModelVersion] {
    try read { database in
      let versions = try database.rows(
        "SELECT * FROM model_version WHERE model = ? ORDER BY version DESC", [name]
      ) { try ModelRows.version($0, in: database) }
      guard !versions.isEmpty else { throw try ModelRows.missing(ModelReference(name), in: database) }
      return versions
    }
  }

  /// nil where nobody registered that name.
  package func project(ofModel name: String) throws(Problem) -> String? {
    try read { try $0.row("SELECT project FROM model WHERE name = ?", [name])?[0] }
  }

  package func setModelDescription(_ name: String, _ description: String?) throws(Problem) {
    try write {
      try $0.change(
        "UPDATE model SET description = ?, updated_at = \(SQL.now) WHERE name = ?", [description, name],
        missing: "there is no model \(name)")
    }
  }

  /// Points the alias at a version, and notes that it did; nil takes the alias away.
  package func setAlias(
    _ alias: String, of model: String, to version: Int?, by user: String?
  ) throws(Problem) {
    try write { database in
      let reference = ModelReference(model, version.map { .version($0) } ?? .alias(alias))
      _ = try ModelRows.find(reference, in: database)
      try ModelRows.setAlias(alias, of: model, to: version, by: user, run: nil, in: database)
    }
  }

  /// Newest first.
  package func aliasHistory(of model: String) throws(Problem) -> [AliasChange] {
    try read { database in
      try database.rows("SELECT * FROM model_alias_change WHERE model = ? ORDER BY id DESC", [model]) {
        AliasChange(
          alias: $0["alias"], version: $0["version"], previous: $0["previous"], at: $0["at"], by: $0["by"],
          run: $0["run"])
      }
    }
  }

  /// Removes a version while no alias points at it and no other version is made from it; `others` are what else the
  /// caller found to refer to it. OTE-4011 says what does.
  package func removeModelVersion(_ version: ModelVersion, others: [String] = []) throws(Problem) {
    try write { database in
      let current = try ModelRows.find(ModelReference(version.model, .version(version.version)), in: database)
      let referring = try ModelRows.referring(to: current, in: database) + others
      guard referring.isEmpty else {
        throw Problem(
          .stillReferred, "\(version.name) cannot be removed: \(referring.joined(separator: "; "))")
      }
      try database.perform(
        "DELETE FROM model_version WHERE model = ? AND version = ?", [version.model, version.version])
    }
  }
}

enum ModelRows {
  static func register(_ draft: ModelDraft, in database: Database) throws -> ModelVersion {
    let mine = "SELECT * FROM model_version WHERE run = ? AND node = ? AND model = ?"
    if let row = try database.row(mine, [draft.run, draft.node, draft.name]) { return try version(row, in: database) }
    try database.perform(
      """
      INSERT INTO model VALUES (?1, coalesce(?2, (SELECT project FROM run WHERE id = ?3), 'default'), NULL, 1, \(SQL.now))
      ON CONFLICT DO UPDATE SET last_version = last_version + 1, updated_at = excluded.updated_at
      """, [draft.name, draft.project, draft.run])
    let number: Int = try database.row("SELECT last_version FROM model WHERE name = ?", [draft.name])?[0] ?? 1
    try database.perform(
      "INSERT INTO model_version VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, \(SQL.now), ?)",
      [
        draft.name, number, draft.document.text, draft.digest, draft.bytes, draft.run, draft.node, draft.pipeline,
        draft.author, draft.lineage.text,
      ])
    if let alias = draft.alias {
      try setAlias(alias, of: draft.name, to: number, by: draft.author, run: draft.run, in: database)
    }
    return try find(ModelReference(draft.name, .version(number)), in: database)
  }

  static func setAlias(
    _ alias: String, of model: String, to version: Int?, by user: String?, run: String?, in database: Database
  ) throws {
    let previous: Int? = try database.row(
      "SELECT version FROM model_alias WHERE model = ? AND alias = ?", [model, alias])?[0]
    guard previous != version else { return }
    if let version {
      try database.perform(
        "INSERT INTO model_alias VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET version = excluded.version",
        [model, alias, version])
    } else {
      try database.perform("DELETE FROM model_alias WHERE model = ? AND alias = ?", [model, alias])
    }
    try database.perform(
      "INSERT INTO model_alias_change VALUES (NULL, ?, ?, ?, ?, \(SQL.now), ?, ?)",
      [model, alias, version, previous, user, run])
    try database.perform("UPDATE model SET updated_at = \(SQL.now) WHERE name = ?", [model])
  }

  static func find(_ reference: ModelReference, in database: Database) throws -> ModelVersion {
    let row: Row?
    switch reference.choice {
    case .newest:
      row = try database.row(
        "SELECT * FROM model_version WHERE model = ? ORDER BY version DESC LIMIT 1", [reference.name])
    case .version(let version):
      row = try database.row(
        "SELECT * FROM model_version WHERE model = ? AND version = ?", [reference.name, version])
    case .alias(let alias):
      row = try database.row(
        """
        SELECT v.* FROM model_alias a JOIN model_version v ON v.model = a.model AND v.version = a.version
        WHERE a.model = ? AND a.alias = ?
        """, [reference.name, alias])
    }
    guard let row else { throw try missing(reference, in: database) }
    return try version(row, in: database)
  }

  /// With what is there and what was probably meant.
  static func missing(_ reference: ModelReference, in database: Database) throws -> Problem {
    let names = try database.rows("SELECT DISTINCT model FROM model_version ORDER BY model") { $0[0] as String }
    guard names.contains(reference.name) else {
      let near = nearestName(to: reference.name, in: names).map { "; did you mean '\($0)'?" } ?? ""
      return Problem(.modelNotFound, "there is no model '\(reference.name)'\(near)")
    }
    switch reference.choice {
    case .alias(let alias):
      let known = try database.rows(
        "SELECT alias FROM model_alias WHERE model = ? ORDER BY alias", [reference.name]
      ) { $0[0] as String }
      let near = nearestName(to: alias, in: known).map { "; did you mean '\($0)'?" }
      let list = known.isEmpty ? "; it has none" : "; it has \(known.joined(separator: ", "))"
      return Problem(.modelNotFound, "the model '\(reference.name)' has no alias '\(alias)'\(near ?? list)")
    case .newest, .version:
      let numbers = try database.rows(
        "SELECT version FROM model_version WHERE model = ? ORDER BY version DESC LIMIT 8", [reference.name]
      ) { String($0[0] as Int) }
      return Problem(
        .modelNotFound, "there is no \(reference); the newest versions are \(numbers.joined(separator: ", "))")
    }
  }

  /// In words: aliases, and versions made from it.
  static func referring(to version: ModelVersion, in database: Database) throws -> [String] {
    let derived = try database.rows(
      """
      SELECT model, version FROM model_version WHERE (model, version) <> (?1, ?2)
        AND (document -> 'base' ->> 'artifact' = ?3
          OR (document -> 'base' ->> 'name' = ?1 AND document -> 'base' ->> 'version' = ?2))
      ORDER BY model, version
      """, [version.model, version.version, version.digest]
    ) { "\($0["model"] as String)@\($0["version"] as Int) is made from it" }
    return version.aliases.map { "the alias '\($0)' points at it" } + derived
  }

  static func version(_ row: Row, in database: Database) throws -> ModelVersion {
    var version = ModelVersion(
      model: row["model"], version: row["version"], document: try JSONValue(parsing: row["document"] as String),
      digest: row["digest"], bytes: row["bytes"], createdAt: row["created_at"],
      lineage: try JSONValue(parsing: row["lineage"] as String))
    version.run = row["run"]
    version.node = row["node"]
    version.pipeline = row["pipeline"]
    version.author = row["author"]
    version.aliases = try database.rows(
      "SELECT alias FROM model_alias WHERE model = ? AND version = ? ORDER BY alias",
      [version.model, version.version]
    ) { $0[0] }
    return version
  }

  static func summary(_ row: Row) throws -> ModelSummary {
    var summary = ModelSummary(
      model: row["name"], project: row["project"], version: row["version"], versions: row["versions"],
      bytes: row["bytes"], createdAt: row["created_at"])
    summary.description = row["description"]
    summary.format = row["format"]
    summary.run = row["run"]
    summary.updatedAt = row["updated_at"]
    let aliases = try JSONValue(parsing: row["aliases"] as String).object ?? [:]
    summary.aliases = aliases.compactMapValues { $0.int.map(Int.init) }
    return summary
  }
}

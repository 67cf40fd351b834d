// Whose datasets are, and what people write about them.
import GRDB
import JSONValue
package import Model

extension MetadataStore {
  package func datasetRecord(_ name: String) throws(Problem) -> DatasetRecord? {
    try read { database in
      try database.row("\(DatasetOwnerRows.select) WHERE o.name = ?", [name]).map(DatasetOwnerRows.record)
    }
  }

  package func datasetRecords(_ query: DatasetQuery = DatasetQuery()) throws(Problem) -> [DatasetRecord] {
    var filter = RowFilter()
    filter.add("o.project", in: query.projects)
    filter.add("o.name || ' ' || coalesce(o.description, '')", contains: query.text)
    filter.add("EXISTS (SELECT 1 FROM json_each(o.tags) WHERE value = ?)", ifSet: query.tag)
    filter.add("o.name > ?", ifSet: query.after)
    let arguments = filter.arguments + [max(0, query.limit)]
    return try read { database in
      try database.rows(
        "\(DatasetOwnerRows.select) \(filter.clause) ORDER BY o.name LIMIT ?", arguments, DatasetOwnerRows.record)
    }
  }

  /// `ifUpdatedAt` is what the person saw; where somebody else changed it since, OTE-6005.
  package func setDatasetDetails(
    _ name: String, description: String?, tags: [String], ifUpdatedAt: String? = nil
  ) throws(Problem) {
    try write { database in
      let row = try database.row("SELECT updated_at FROM dataset_owner WHERE name = ?", [name])
      guard let row else { throw Problem(.datasetNotFound, "there is no dataset \(name)") }
      if let ifUpdatedAt, ifUpdatedAt != row["updated_at"] as String {
        throw Problem(.editConflict, "somebody changed the description or tags of \(name) meanwhile")
      }
      try database.perform(
        "UPDATE dataset_owner SET description = ?, tags = ?, updated_at = \(SQL.now) WHERE name = ?",
        [description, SQL.list(tags), name])
    }
  }
}

enum DatasetOwnerRows {
  static let select = """
    SELECT o.name AS dataset, o.project, o.description, o.tags, o.updated_at, v.version, v.row_count, v.bytes, v.run,
      v.published_at, json_array_length(v.schema) AS columns,
      (SELECT count(*) FROM dataset_version WHERE dataset = o.name) AS versions
    FROM dataset_owner o JOIN dataset_version v ON v.dataset = o.name
      AND v.version = (SELECT max(version) FROM dataset_version WHERE dataset = o.name)
    """

  static func record(_ row: Row) throws -> DatasetRecord {
    let summary = DatasetSummary(
      dataset: row["dataset"], version: row["version"], versions: row["versions"], rows: row["row_count"],
      bytes: row["bytes"], run: row["run"], publishedAt: row["published_at"])
    let tags = try JSONValue(parsing: row["tags"] as String).array ?? []
    return DatasetRecord(
      summary: summary, project: row["project"], description: row["description"], tags: tags.compactMap(\.string),
      columns: row["columns"] ?? 0, updatedAt: row["updated_at"])
  }
}

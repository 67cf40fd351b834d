// One box for everything that has a name: pipelines, datasets, and runs by the start of their id.
import GRDB
package import Model

package struct Found: Codable, Sendable, Hashable {
  package enum Kind: String, Codable, Sendable { case pipeline, dataset, run }
  package var kind: Kind
  package var name: String
  package var project: String
  /// A pipeline's title, a dataset's description, a run's pipeline.
  package var title: String?
}

extension MetadataStore {
  /// At most `limit` of each kind; names that begin with the text come first.
  package func search(_ text: String, projects: [String]? = nil, limit: Int = 8) throws(Problem) -> [Found] {
    guard !text.isEmpty else { return [] }
    return try read { database in
      try SearchRows.owned(.pipeline, "pipeline_owner", "title", text, projects, limit, "archived_at IS NULL", database)
        + SearchRows.owned(.dataset, "dataset_owner", "description", text, projects, limit, "1", database)
        + SearchRows.runs(text, projects, limit, database)
    }
  }
}

private enum SearchRows {
  static func owned(
    _ kind: Found.Kind, _ table: String, _ title: String, _ text: String, _ projects: [String]?, _ limit: Int,
    _ condition: String, _ database: Database
  ) throws -> [Found] {
    var filter = RowFilter()
    filter.add(condition)
    filter.add("project", in: projects)
    filter.add("name || ' ' || coalesce(\(title), '')", contains: text)
    return try database.rows(
      """
      SELECT name, project, \(title) AS title FROM \(table) \(filter.clause)
      ORDER BY instr(lower(name), lower(?)) <> 1, name LIMIT ?
      """, filter.arguments + [text, max(0, limit)]
    ) { Found(kind: kind, name: $0["name"], project: $0["project"], title: $0["title"]) }
  }

  static func runs(_ text: String, _ projects: [String]?, _ limit: Int, _ database: Database) throws -> [Found] {
    var filter = RowFilter()
    filter.add("id >= ? AND id < ? || char(1114111)", [text, text])
    filter.add("+project", in: projects)
    return try database.rows(
      "SELECT id, project, pipeline FROM run \(filter.clause) ORDER BY id LIMIT ?",
      filter.arguments + [max(0, limit)]
    ) { Found(kind: .run, name: $0["id"], project: $0["project"], title: $0["pipeline"]) }
  }
}

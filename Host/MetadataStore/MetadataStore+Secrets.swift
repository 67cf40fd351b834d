// Secrets as sealed bytes: the store holds them, only the vault can open them.
import Foundation
import GRDB
package import Model

/// What may be shown of a secret.
package struct SecretEntry: Codable, Sendable, Hashable {
  package var name: String
  package var project: String
  package var version: Int
  package var updatedAt: String
  package var updatedBy: String

  private enum CodingKeys: String, CodingKey {
    case name, project, version
    case updatedAt = "updated_at"
    case updatedBy = "updated_by"
  }
}

extension MetadataStore {
  /// Answers its version, counted up with every put.
  @discardableResult
  package func putSecret(
    _ name: String, of project: String, sealed: [UInt8], by user: String
  ) throws(Problem) -> Int {
    try write { database in
      guard try database.row("SELECT 1 FROM project WHERE name = ?", [project]) != nil else {
        throw ProjectRows.missing(project)
      }
      try database.perform(
        """
        INSERT INTO secret VALUES (?, ?, ?, 1, \(SQL.now), ?) ON CONFLICT DO UPDATE SET sealed = excluded.sealed,
          version = version + 1, updated_at = excluded.updated_at, updated_by = excluded.updated_by
        """, [project, name, Data(sealed), user])
      return try database.row("SELECT version FROM secret WHERE project = ? AND name = ?", [project, name])?[0] ?? 1
    }
  }

  /// nil: of all projects.
  package func secrets(of projects: [String]?) throws(Problem) -> [SecretEntry] {
    var filter = RowFilter()
    filter.add("project", in: projects)
    return try read { database in
      try database.rows(
        "SELECT name, project, version, updated_at, updated_by FROM secret \(filter.clause) ORDER BY project, name",
        filter.arguments
      ) {
        SecretEntry(
          name: $0["name"], project: $0["project"], version: $0["version"], updatedAt: $0["updated_at"],
          updatedBy: $0["updated_by"])
      }
    }
  }

  package func sealedSecret(_ name: String, of project: String) throws(Problem) -> [UInt8]? {
    try read { database in
      let sealed: Data? = try database.row(
        "SELECT sealed FROM secret WHERE project = ? AND name = ?", [project, name])?[0]
      return sealed.map { [UInt8]($0) }
    }
  }

  package func deleteSecret(_ name: String, of project: String) throws(Problem) {
    try write {
      try $0.change(
        "DELETE FROM secret WHERE project = ? AND name = ?", [project, name],
        missing: "\(project) has no secret \(name)")
    }
  }
}

// Pipeline documents: immutable, numbered from 1 within their name.
import GRDB
package import Model

/// One registered version of a pipeline document.
package struct RegisteredPipeline: Codable, Sendable, Hashable {
  package var identity: PipelineIdentity
  package var document: String
  package var registeredAt: String
}

extension MetadataStore {
  /// The version number of this document: a new one, or the old one where the same digest is registered already.
  /// Of several that differ in comments only, the one with this text.
  package func register(name: String, digest: String, document: String) throws(Problem) -> Int {
    try write { database in
      let known = try database.row(
        """
        SELECT version FROM pipeline WHERE name = ? AND digest = ? ORDER BY document = ? DESC, version DESC LIMIT 1
        """, [name, digest, document])
      if let known { return known[0] }
      try PipelineRows.own(name, project: Project.standard, in: database)
      return try PipelineRows.add(name, digest: digest, document: document, author: nil, message: nil, in: database)
    }
  }

  /// The newest version of each name, by name.
  package func pipelines() throws(Problem) -> [PipelineIdentity] {
    try read { database in
      // SQLite takes the other columns from the row that holds the maximum.
      try database.rows("SELECT name, max(version) AS version, digest FROM pipeline GROUP BY name ORDER BY name") {
        PipelineIdentity(name: $0["name"], version: $0["version"], digest: $0["digest"])
      }
    }
  }

  /// One version, the newest where none is named; nil where there is none.
  package func pipeline(_ name: String, version: Int? = nil) throws(Problem) -> RegisteredPipeline? {
    try read { database in
      try database.row(
        """
        SELECT * FROM pipeline WHERE name = ?1 AND version = coalesce(?2, (SELECT max(version) FROM pipeline
        WHERE name = ?1))
        """, [name, version]
      ).map(PipelineRows.registered)
    }
  }
}

/// Fragments that several statements share.
enum SQL {
  /// The time of day as RFC 3339 text in UTC with milliseconds.
  static let now = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
}

// Published data: named datasets, their immutable versions, and the artifacts behind them.
package import JSONValue

/// A version about to be published; the store gives it its number.
package struct DatasetDraft: Sendable, Hashable {
  package var name: String
  /// Of the artifact that holds the rows.
  package var digest: String
  package var rows: Int64?
  package var bytes: Int64
  /// [{"name", "type", "nullable"}].
  package var schema: JSONValue
  /// {column: statistics}; nil where none were taken.
  package var statistics: JSONValue?
  package var run: String
  package var node: String

  package init(
    name: String, digest: String, rows: Int64?, bytes: Int64, schema: JSONValue, statistics: JSONValue? = nil,
    run: String, node: String
  ) {
    self.name = name
    self.digest = digest
    self.rows = rows
    self.bytes = bytes
    self.schema = schema
    self.statistics = statistics
    self.run = run
    self.node = node
  }
}

package struct DatasetVersion: Codable, Sendable, Hashable {
  package var dataset: String
  package var version: Int
  package var digest: String
  package var rows: Int64?
  package var bytes: Int64
  package var schema: JSONValue
  package var statistics: JSONValue?
  package var run: String
  package var node: String
  package var publishedAt: String

  package init(_ draft: DatasetDraft, version: Int, publishedAt: String) {
    dataset = draft.name
    self.version = version
    digest = draft.digest
    rows = draft.rows
    bytes = draft.bytes
    schema = draft.schema
    statistics = draft.statistics
    run = draft.run
    node = draft.node
    self.publishedAt = publishedAt
  }

  private enum CodingKeys: String, CodingKey {
    case dataset, version, digest, rows, bytes, schema, statistics, run, node
    case publishedAt = "published_at"
  }
}

/// A dataset as a list shows it: its newest version, without schema and statistics.
package struct DatasetSummary: Codable, Sendable, Hashable {
  package var dataset: String
  package var version: Int
  package var versions: Int
  package var rows: Int64?
  package var bytes: Int64
  package var run: String
  package var publishedAt: String

  package init(
    dataset: String, version: Int, versions: Int, rows: Int64?, bytes: Int64, run: String, publishedAt: String
  ) {
    self.dataset = dataset
    self.version = version
    self.versions = versions
    self.rows = rows
    self.bytes = bytes
    self.run = run
    self.publishedAt = publishedAt
  }

  private enum CodingKeys: String, CodingKey {
    case dataset, version, versions, rows, bytes, run
    case publishedAt = "published_at"
  }
}

/// A file or folder that a run put into the artifact store.
package struct ArtifactRecord: Codable, Sendable, Hashable {
  package var digest: String
  /// dataset, model, checkpoint, report or other.
  package var kind: String
  package var name: String
  package var bytes: Int64
  package var run: String
  package var node: String
  package init(digest: String, kind: String, name: String, bytes: Int64, run: String, node: String) {
    self.digest = digest
    self.kind = kind
    self.name = name
    self.bytes = bytes
    self.run = run
    self.node = node
  }
}

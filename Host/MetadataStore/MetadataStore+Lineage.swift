// Where data comes from and where it goes: datasets and the pipelines between them.
import GRDB
import JSONValue
package import Model

package struct Lineage: Codable, Sendable, Hashable {
  package enum Kind: String, Codable, Sendable { case dataset, pipeline }

  package struct Node: Codable, Sendable, Hashable {
    package var kind: Kind
    package var name: String
    /// nil where nobody owns it: a name that only a run knows.
    package var project: String?
  }

  /// From a dataset into a pipeline that reads it, or from a pipeline into a dataset that it publishes.
  package struct Edge: Codable, Sendable, Hashable {
    package var pipeline: String
    package var dataset: String
    /// The pipeline reads it.
    package var isInput: Bool
    /// The last run that did.
    package var run: String

    private enum CodingKeys: String, CodingKey {
      case pipeline, dataset, run
      case isInput = "input"
    }
  }

  package var nodes: [Node]
  package var edges: [Edge]
}

extension MetadataStore {
  /// Both ways from the dataset. One step leads over a pipeline to the next datasets.
  package func lineage(of dataset: String, depth: Int = 3) throws(Problem) -> Lineage {
    try read { database in
      var edges = Set<Lineage.Edge>()
      for isUpstream in [true, false] {
        var seen: Set<String> = [dataset]
        var front = seen
        for _ in 0..<max(0, depth) where !front.isEmpty {
          let near = try LineageRows.edges("dataset", front, isInput: !isUpstream, in: database)
          let far = try LineageRows.edges("pipeline", Set(near.map(\.pipeline)), isInput: isUpstream, in: database)
          edges.formUnion(near + far)
          front = Set(far.map(\.dataset)).subtracting(seen)
          seen.formUnion(front)
        }
      }
      return try LineageRows.lineage(of: dataset, edges, in: database)
    }
  }
}

enum LineageRows {
  /// Keeps what the run read and published; the newest run of a pair is named.
  static func note(_ report: RunReport, in database: Database) throws {
    for input in report.inputs {
      try database.perform(
        "INSERT INTO data_flow VALUES (?, ?, 1, ?) ON CONFLICT DO UPDATE SET run = excluded.run",
        [report.pipeline.name, input.dataset, report.run])
    }
    try notePublished(by: report.run, in: database)
  }

  static func notePublished(by run: String, in database: Database) throws {
    try database.perform(
      """
      INSERT INTO data_flow SELECT pipeline, dataset, 0, run FROM dataset_version JOIN run ON run.id = run
      WHERE dataset_version.run = ? ON CONFLICT DO UPDATE SET run = excluded.run
      """, [run])
  }

  static func edges(
    _ column: String, _ names: Set<String>, isInput: Bool, in database: Database
  ) throws -> [Lineage.Edge] {
    guard !names.isEmpty else { return [] }
    return try database.rows(
      "SELECT * FROM data_flow WHERE \(column) IN (SELECT value FROM json_each(?)) AND is_input = ?",
      [SQL.list(names.sorted()), isInput]
    ) {
      Lineage.Edge(pipeline: $0["pipeline"], dataset: $0["dataset"], isInput: $0["is_input"], run: $0["run"])
    }
  }

  static func lineage(of dataset: String, _ edges: Set<Lineage.Edge>, in database: Database) throws -> Lineage {
    func nodes(_ kind: Lineage.Kind, _ names: Set<String>) throws -> [Lineage.Node] {
      try database.rows(
        """
        SELECT value AS name, project FROM json_each(?) LEFT JOIN \(kind.rawValue)_owner ON name = value
        ORDER BY value
        """, [SQL.list(names.sorted())]
      ) { Lineage.Node(kind: kind, name: $0["name"], project: $0["project"]) }
    }
    let datasets = try nodes(.dataset, Set(edges.map(\.dataset)).union([dataset]))
    let pipelines = try nodes(.pipeline, Set(edges.map(\.pipeline)))
    let ordered = edges.sorted {
      ($0.pipeline, $0.isInput ? 0 : 1, $0.dataset) < ($1.pipeline, $1.isInput ? 0 : 1, $1.dataset)
    }
    return Lineage(nodes: datasets + pipelines, edges: ordered)
  }
}

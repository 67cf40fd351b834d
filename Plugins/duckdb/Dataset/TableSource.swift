// The `table` source: a dataset version as a table.
import JSONValue
import PluginKit

final class TableSource: Source {
  struct Configuration: Decodable {
    var dataset: String
    var version: Int?
  }

  private let configuration: Configuration
  private var node: ParquetNode?

  init(configuration: Configuration, host: Host) throws { self.configuration = configuration }

  func bind(_ run: Run) throws -> Schema? { try resolved(run).schema }

  func open(_ scan: ScanRequest, _ run: Run) throws -> any BatchStream {
    Relation(try NarrowedNode.narrow(try resolved(run), to: scan), run)
  }

  private func resolved(_ run: Run) throws -> ParquetNode {
    if let node { return node }
    let name = "dataset:\(configuration.dataset)" + (configuration.version.map { "@\($0)" } ?? "")
    let answer = try run.fetch(name)
    guard let path = answer["path"]?.string else {
      throw PluginError(.internal, "the host answered no path for \(name)")
    }
    let node = try ParquetNode(path)
    self.node = node
    return node
  }
}

/// Parquet files of ours: a file, or all below a folder.
final class ParquetNode: PlanNode {
  let schema: Schema
  let files: [String]
  private let sql: String

  init(_ path: String) throws {
    let files = LocalFile.isFolder(path) ? LocalFile.files(below: path).filter { $0.hasSuffix(".parquet") } : [path]
    if files.isEmpty { throw PluginError(.notFound, "there is no Parquet file in \(path)") }
    self.files = files
    let sql = "read_parquet(\(SQLText.list(files)))"
    self.sql = sql
    do {
      schema = try Probe.shared.ask { try $0.prepare("SELECT * FROM \(sql)").schema() }
    } catch let error as EngineError {
      throw error.problem(nil)
    }
  }

  var rereadable: Bool { true }
  func relation(in session: Session) throws -> String { sql }
}

extension TableSource {
  static let descriptor = ComponentDescriptor(
    "table", title: "Dataset version", summary: "Reads a dataset that an earlier run published.",
    docs: """
      The newest version, or the one named. Which version was read is noted as an input of the run. Only the columns,
      row groups and rows that the nodes downstream need are read.
      """,
    outputs: [.table()],
    config: [
      "type": "object", "required": ["dataset"], "additionalProperties": false,
      "properties": [
        "dataset": [
          "type": "string", "title": "Dataset", "minLength": 1, "x-order": 1, "x-widget": "dataset",
          "description": "The name it was published under.",
        ],
        "version": [
          "type": "integer", "title": "Version", "minimum": 1, "x-order": 2, "description": "Default: the newest.",
        ],
      ],
    ],
    examples: [
      Example("The newest version", config: ["dataset": "flights_enriched"]),
      Example("One version for ever", config: ["dataset": "flights_enriched", "version": 3]),
    ],
    pushdown: ["columns", "filters", "limit"], fuses: true, deterministic: true)
}

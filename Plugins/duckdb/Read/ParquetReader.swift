// Parquet files.
import PluginKit

struct ParquetReader {
  private let files: [FileEntry]
  private let configuration: ReadConfiguration
  private let connection: Connection

  init(_ files: [FileEntry], _ configuration: ReadConfiguration, _ connection: Connection) {
    self.files = files
    self.configuration = configuration
    self.connection = connection
  }

  func reader() throws -> ReadPlan.Reader {
    var options = ["union_by_name=\(configuration.unionByName ?? false)"]
    if let source = configuration.addSource { options.append("filename=\(source.sqlLiteral)") }
    let scan = "read_parquet(\(SQLText.list(files.map(\.path))), \(options.joined(separator: ", ")))"
    return ReadPlan.Reader(
      relation: try castColumns(of: scan, configuration, connection), addsSource: configuration.addSource != nil)
  }
}

/// The relation with the configured types put over the ones that the file has.
func castColumns(
  of relation: String, _ configuration: ReadConfiguration, _ connection: Connection
) throws -> String {
  guard configuration.columns?.isEmpty == false else { return relation }
  let found = try connection.prepare("SELECT * FROM \(relation)").schema().fields.map { (name: $0.name, type: "") }
  let casts = try configuration.overridden(found).filter { !$0.type.isEmpty }.map {
    "CAST(\($0.name.sqlName) AS \($0.type)) AS \($0.name.sqlName)"
  }
  return "(SELECT * REPLACE (\(casts.joined(separator: ", "))) FROM \(relation))"
}

// Excel workbooks (.xlsx), by DuckDB's excel extension: one sheet of each file.
import PluginKit

struct ExcelReader {
  private let files: [FileEntry]
  private let configuration: ReadConfiguration
  private let connection: Connection

  init(_ files: [FileEntry], _ configuration: ReadConfiguration, _ connection: Connection) {
    self.files = files
    self.configuration = configuration
    self.connection = connection
  }

  func reader() throws -> ReadPlan.Reader {
    var options: [String] = []
    if let header = configuration.header { options.append("header=\(header)") }
    if let sheet = configuration.sheet { options.append("sheet=\(sheet.sqlLiteral)") }
    if let range = configuration.range { options.append("range=\(range.sqlLiteral)") }
    let scans = files.map { file in
      let arguments = ([file.path.sqlLiteral] + options).joined(separator: ", ")
      let source = configuration.addSource.map { ", \(file.path.sqlLiteral) AS \($0.sqlName)" } ?? ""
      return "SELECT *\(source) FROM read_xlsx(\(arguments))"
    }
    let all = "(\(scans.joined(separator: " UNION ALL BY NAME ")))"
    return ReadPlan.Reader(
      relation: try castColumns(of: all, configuration, connection), addsSource: configuration.addSource != nil)
  }
}

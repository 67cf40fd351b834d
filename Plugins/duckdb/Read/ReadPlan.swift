// How some files are read: learned once from their contents, then used for every run over them.
import JSONValue
import PluginKit

struct ReadPlan {
  /// The files it was learned from.
  var files: [FileEntry]
  /// SQL for after FROM.
  var relation: String
  /// SQL for after FROM that answers the rejected rows once the table was read in the same session; nil where bad rows
  /// end the run.
  var rejects: String?
  /// Whether `rejects` reads reject tables that reading the table fills.
  var rejectsNeedTable = false
  var extensions: Set<String> = []
  var schema: Schema

  static let rejectsSchema = Schema([
    Field("file", .utf8), Field("line", .int64), Field("column", .utf8), Field("error", .utf8),
    Field("message", .utf8), Field("row", .utf8),
  ])

  /// Columns that the configuration names are all that is known without a file. nil where it names none.
  static func withoutFiles(_ configuration: ReadConfiguration) throws -> ReadPlan? {
    var columns = try configuration.typeOverrides().sorted { $0.key < $1.key }.map { (name: $0.key, type: $0.value) }
    guard !columns.isEmpty else { return nil }
    if let source = configuration.addSource { columns.append((name: source, type: "VARCHAR")) }
    let empty = columns.map { "CAST(NULL AS \($0.type)) AS \($0.name.sqlName)" }.joined(separator: ", ")
    return try Probe.shared.ask(needing: []) { connection in
      let relation = "(SELECT \(empty) WHERE false)"
      return ReadPlan(
        files: [], relation: relation, schema: try connection.prepare("SELECT * FROM \(relation)").schema())
    }
  }

  /// Looks at the files and learns formats, columns and types. Throws `data` with file and line for a broken file.
  static func learn(_ files: [FileEntry], _ configuration: ReadConfiguration) throws -> ReadPlan {
    let formats = try configuration.chosenFormat.map { [$0] } ?? files.map { try FileFormat.detect($0) }
    if let other = zip(formats, files).first(where: { $0.0 != formats[0] }) {
      throw PluginError.data(
        "the files have different formats: \(files[0].name) is \(formats[0].rawValue), "
          + "\(other.1.name) is \(other.0.rawValue). Read them in two nodes", file: other.1.path)
    }
    let format = formats[0]
    if configuration.rejects, ![.csv, .tsv, .jsonl].contains(format) {
      throw PluginError.configuration(
        "bad rows can be set aside in csv, tsv and jsonl only, and these files are \(format.rawValue)",
        at: "/on_bad_rows")
    }
    let needed: Set<String> = format == .excel ? ["excel"] : []
    return try Probe.shared.ask(needing: needed) { connection in
      do {
        let reader = try reader(format, files, configuration, connection)
        var plan = ReadPlan(
          files: files, relation: reader.relation, rejects: reader.rejects,
          rejectsNeedTable: reader.rejectsNeedTable, extensions: needed, schema: Schema([]))
        plan.relation = try withSource(reader, files, configuration)
        plan.schema = try connection.prepare("SELECT * FROM \(plan.relation)").schema()
        return plan
      } catch let error as EngineError {
        throw error.problem(nil).about(files)
      }
    }
  }

  /// What the reader of one format answers.
  struct Reader {
    var relation: String
    var rejects: String?
    var rejectsNeedTable = false
    /// Whether it adds the column of `add_source` with the local path.
    var addsSource = false
  }

  private static func reader(
    _ format: FileFormat, _ files: [FileEntry], _ configuration: ReadConfiguration, _ connection: Connection
  ) throws -> Reader {
    switch format {
    case .csv, .tsv: try CSVReader(files, configuration, tabs: format == .tsv, connection).reader()
    case .json: try JSONReader(files, configuration, lines: false, connection).reader()
    case .jsonl: try JSONReader(files, configuration, lines: true, connection).reader()
    case .parquet: try ParquetReader(files, configuration, connection).reader()
    case .excel: try ExcelReader(files, configuration, connection).reader()
    }
  }

  /// In the column that tells the file, a file's URI stands for the local path of its copy.
  private static func withSource(
    _ reader: Reader, _ files: [FileEntry], _ configuration: ReadConfiguration
  ) throws -> String {
    guard let column = configuration.addSource, reader.addsSource else { return reader.relation }
    let named = files.filter { $0.uri != nil }
    if named.isEmpty { return reader.relation }
    let (paths, uris) = (SQLText.list(named.map(\.path)), SQLText.list(named.map { $0.uri! }))
    let name = column.sqlName
    return "(SELECT * REPLACE (coalesce(map(\(paths), \(uris))[\(name)], \(name)) AS \(name)) FROM \(reader.relation))"
  }
}

extension PluginError {
  /// A reader that does not say which file: there is no doubt where there is only one.
  func about(_ files: [FileEntry]) -> PluginError {
    guard files.count == 1, details["file"] == nil, [.data, .io, .notFound].contains(status) else { return self }
    var copy = self
    if copy.status == .io { copy.status = .data }
    copy.details["file"] = .string(files[0].path)
    if !copy.message.contains(files[0].path) { copy.message += ", file \(files[0].path)" }
    return copy
  }
}

// Runs the COPY statements of a `write` node.
import JSONValue
import PluginKit

struct WrittenFile {
  var path: String
  /// Relative to the folder of the node: what a sink should call it.
  var name: String
  /// nil where DuckDB does not say it per file.
  var rows: Int64?
}

struct FileWriter {
  private let node: any PlanNode
  private let configuration: WriteConfiguration
  private let run: Run

  init(_ node: any PlanNode, _ configuration: WriteConfiguration, _ run: Run) {
    self.node = node
    self.configuration = configuration
    self.run = run
  }

  func write() throws -> [WrittenFile] {
    let folder = "\(try run.temporaryFolder())/files"
    LocalFile.remove(folder)
    try LocalFile.makeFolder(folder)
    if let rows = configuration.rowsPerFile { return try writeParts(of: rows, folder) }
    let needed: Set<String> = configuration.format == .excel ? ["excel"] : []
    let session = try Session(WriterNode(node, needed), run, options(folder))
    let columns = configuration.partitionBy ?? []
    if !columns.isEmpty { return try writePartitions(session, columns, folder) }
    let name = "\(configuration.baseName).\(configuration.fileExtension)"
    let rows = try copy(session, "\(folder)/\(name)", [])
    return [WrittenFile(path: "\(folder)/\(name)", name: name, rows: rows)]
  }

  private func options(_ folder: String) -> SessionOptions {
    SessionOptions(preserveOrder: configuration.preserveOrder ?? true, outputFolders: [folder])
  }

  private func copy(_ session: Session, _ path: String, _ more: [String]) throws -> Int64? {
    let options = (configuration.copyOptions + more).joined(separator: ", ")
    return try session.execute(
      "COPY (SELECT * FROM \(session.relation)) TO \(path.sqlLiteral) (\(options))"
    ).first?.first?.int
  }

  private func writePartitions(_ session: Session, _ columns: [String], _ folder: String) throws -> [WrittenFile] {
    let names = columns.map(\.sqlName).joined(separator: ", ")
    let folder = "\(folder)/parts"
    _ = try copy(
      session, folder,
      [
        "PARTITION_BY (\(names))", "FILENAME_PATTERN \("\(configuration.baseName)_{i}".sqlLiteral)",
        "OVERWRITE_OR_IGNORE true",
        "FILE_EXTENSION \(configuration.fileExtension.sqlLiteral)",
      ])
    return LocalFile.files(below: folder).map { path in
      WrittenFile(path: path, name: String(path.dropFirst(folder.count + 1)), rows: nil)
    }
  }

  /// DuckDB can cut files by bytes but not by rows: the rows are pulled, and each file takes its share.
  private func writeParts(of count: Int, _ folder: String) throws -> [WrittenFile] {
    let rows = Relation(node, run, SessionOptions(preserveOrder: configuration.preserveOrder ?? true))
    defer { rows.close() }
    let supply = RowSupply(rows)
    let needed: Set<String> = configuration.format == .excel ? ["excel"] : []
    var files: [WrittenFile] = []
    while try supply.hasMore || files.isEmpty {
      let number = String(files.count + 1)
      let name = "\(configuration.baseName)-\(String(repeating: "0", count: max(0, 5 - number.count)))\(number)"
      let path = "\(folder)/\(name).\(configuration.fileExtension)"
      let part = Relation(PartNode(supply.part(count), needed), run)
      let session = try Session(part.takeOver(), run, options(folder))
      let written = try copy(session, path, [])
      files.append(WrittenFile(path: path, name: "\(name).\(configuration.fileExtension)", rows: written))
    }
    return files
  }
}

/// Batches of one stream, handed out in parts of so many rows.
final class RowSupply {
  private let rows: any BatchStream
  private var waiting: RecordBatch?
  private var ended = false

  init(_ rows: any BatchStream) { self.rows = rows }

  /// Whether a row is left. Reads ahead by one batch.
  var hasMore: Bool {
    get throws {
      while waiting == nil, !ended {
        waiting = try rows.next()
        if waiting == nil { ended = true }
        if waiting?.rowCount == 0 { waiting = nil }
      }
      return waiting != nil
    }
  }

  func part(_ count: Int) -> any BatchStream {
    var left = count
    return GeneratedStream(schema: rows.schema) { [self] in
      guard left > 0, try hasMore, let batch = waiting else { return nil }
      waiting = batch.rowCount > left ? batch.slice(left, batch.rowCount - left) : nil
      let share = batch.rowCount > left ? batch.slice(0, left) : batch
      left -= share.rowCount
      return share
    }
  }
}

/// A node that needs an extension to be written.
final class WriterNode: PlanNode {
  private let inner: any PlanNode
  let extensions: Set<String>

  init(_ node: any PlanNode, _ extensions: Set<String>) {
    inner = node
    self.extensions = node.extensions.union(extensions)
  }

  var schema: Schema { inner.schema }
  var files: [String] { inner.files }
  var rereadable: Bool { inner.rereadable }
  func resolve() throws { try inner.resolve() }
  func relation(in session: Session) throws -> String { try inner.relation(in: session) }
  func explain(_ error: EngineError, _ run: Run) -> PluginError? { inner.explain(error, run) }
}

/// A stream of our own, to be written by another session.
final class PartNode: PlanNode {
  private let part: any BatchStream
  let extensions: Set<String>

  init(_ part: any BatchStream, _ extensions: Set<String>) {
    self.part = part
    self.extensions = extensions
  }

  var schema: Schema { part.schema }
  var rereadable: Bool { false }
  func relation(in session: Session) throws -> String { "arrow_input(\(try session.database.add(part)))" }
}

// Tables, files and folders for the tests.
import CPluginABI
import Glibc
import JSONValue
import PluginKit
import Testing

/// A folder of a test's own, removed with it.
final class Workspace {
  let path: String
  /// Kept to the end: a stream may use its run until it is released.
  private var runs: [RunStandIn] = []

  init() {
    var template = Array("/tmp/duckdb-tests-XXXXXX".utf8CString)
    path = String(cString: mkdtemp(&template))
  }

  deinit { system("rm -rf '\(path)'") }

  func run(memoryBytes: Int = 1 << 30, threads: Int = 2) -> RunStandIn {
    runs.append(RunStandIn("\(path)/run-\(runs.count)", memoryBytes: memoryBytes, threads: threads))
    return runs[runs.count - 1]
  }

  /// Writes a file and answers its path.
  @discardableResult
  func file(_ name: String, _ text: String) -> String {
    let file = fopen("\(path)/\(name)", "w")!
    fwrite(text, 1, text.utf8.count, file)
    fclose(file)
    return "\(path)/\(name)"
  }
}

func files(_ paths: [String]) -> BatchList {
  var builder = BatchBuilder(.files)
  for path in paths {
    builder[0].append("file://\(path)")
    builder[1].append(path)
    var status = stat()
    stat(path, &status)
    builder[2].append(Int64(status.st_size))
    for index in 3..<7 { builder[index].appendNull() }
  }
  return BatchList(schema: .files, batches: [builder.finish()])
}

func table(_ schema: Schema, _ rows: [[JSONValue]], batch: Int = 1_000) throws -> BatchList {
  var batches: [RecordBatch] = []
  var builder = BatchBuilder(schema)
  for row in rows {
    try builder.append(row)
    if builder.rowCount == batch { batches.append(builder.finish()) }
  }
  if builder.rowCount > 0 { batches.append(builder.finish()) }
  return BatchList(schema: schema, batches: batches)
}

func raw(_ stream: any BatchStream) -> ArrowArrayStream {
  var c = ArrowArrayStream()
  export(stream, to: &c)
  return c
}

/// All rows of a C stream, every batch fully validated; releases it.
func rows(_ stream: ArrowArrayStream) throws -> [[JSONValue]] {
  var stream = stream
  let imported = try ImportedStream(moving: &stream)
  var rows: [[JSONValue]] = []
  while let batch = try imported.next() {
    try batch.validate(full: true)
    for row in 0..<batch.rowCount { rows.append((0..<batch.columnCount).map { batch.column($0).json(row) }) }
  }
  return rows
}

func schema(_ stream: inout ArrowArrayStream) throws -> Schema {
  var c = ArrowSchema()
  #expect(stream.get_schema(&stream, &c) == 0)
  defer { c.release?(&c) }
  return try Schema(importing: &c)
}

/// The error that reading the stream ends with.
func failure(_ stream: ArrowArrayStream) -> PluginError? {
  do {
    _ = try rows(stream)
    return nil
  } catch {
    return error as? PluginError
  }
}

/// The table that `read` makes of files.
func read(_ workspace: Workspace, _ paths: [String], _ configuration: JSONValue = [:]) throws -> [[JSONValue]] {
  let (run, node) = (workspace.run(), try NodeStandIn("read", configuration))
  let out = try node.open(run, [("files", raw(files(paths)))], outputs: 2)
  var rejects = out[1]
  rejects.release(&rejects)
  return try rows(out[0])
}

/// What a query answers over one table called t.
func sql(
  _ workspace: Workspace, _ query: String, _ inputs: [(name: String, stream: any BatchStream)] = []
) throws -> [[JSONValue]] {
  let (run, node) = (workspace.run(), try NodeStandIn("sql", ["query": .string(query)]))
  return try rows(node.open(run, inputs.map { ($0.name, raw($0.stream)) })[0])
}

func numbers(_ count: Int, batch: Int = 5_500) -> GeneratedStream {
  let schema = Schema([Field("id", .int64), Field("text", .utf8)])
  var next = 0
  return GeneratedStream(schema: schema) {
    if next >= count { return nil }
    var builder = BatchBuilder(schema)
    for _ in 0..<min(batch, count - next) {
      builder[0].append(Int64(next))
      builder[1].append("text number \(next)")
      next += 1
    }
    return builder.finish()
  }
}

// One DuckDB instance that runs one chain of nodes, locked down before any of a user's SQL is seen.
import CDuckDB
import Glibc
import JSONValue
import PluginKit
import Synchronization

/// What a session may use.
struct SessionOptions {
  var preserveOrder = true
  /// Folders it may write to, absolute.
  var outputFolders: [String] = []
}

private let sessionCount = Atomic<Int>(0)

final class Session {
  let database: Database
  let connection: Connection
  let root: any PlanNode
  /// SQL for after FROM that gives the root's rows.
  private(set) var relation = ""
  private(set) var script: [String] = []
  private let run: Run
  private var schemaCount = 0
  private var watch: QueryWatch?

  init(_ root: any PlanNode, _ run: Run, _ options: SessionOptions = SessionOptions()) throws {
    self.root = root
    self.run = run
    do {
      try root.resolve()
      database = try Database(try Self.settings(run, options))
      connection = try database.connect()
      // From here on: holding an input in a table may take long.
      watch = QueryWatch(connection, run)
      try prepare(options)
    } catch let error as EngineError {
      watch?.stop()
      throw root.explain(error, run) ?? error.problem(run)
    }
  }

  deinit { rest() }

  /// No query runs from here on: the run is left alone, which may end before the session does.
  func rest() {
    watch?.stop()
    watch = nil
  }

  private static func settings(_ run: Run, _ options: SessionOptions) throws -> [(name: String, value: String)] {
    let meta = run.meta
    // Two instances must not spill into one folder: they would take the same names.
    let number = sessionCount.add(1, ordering: .relaxed).newValue
    var settings = [
      ("threads", String(max(1, meta.threads))), ("preserve_insertion_order", options.preserveOrder ? "true" : "false"),
      ("temp_directory", "\(try run.temporaryFolder())/spill-\(number)"),
    ]
    // The rest is for batches under way, for reading and writing buffers, and for the neighbours.
    if let bytes = meta.memoryBytes { settings.append(("memory_limit", "\(max(bytes / 10 * 6, 32 << 20) >> 10)KiB")) }
    return settings
  }

  private func prepare(_ options: SessionOptions) throws {
    for name in root.extensions.sorted() {
      try connection.execute("LOAD \(try Library.path(ofExtension: name).sqlLiteral)")
    }
    try connection.execute(
      "SET TimeZone = 'UTC'; SET enable_progress_bar = true; SET enable_progress_bar_print = false; "
        + "SET progress_bar_time = 0")
    let folders = options.outputFolders.map { "\($0)/" }
    try connection.execute(
      "SET allowed_paths = \(SQLText.list(root.files)); SET allowed_directories = \(SQLText.list(folders)); "
        + "SET enable_external_access = false")
    // Views come before the last lock, since choosing the schema of a name is a setting too. Defining one only binds.
    relation = try root.relation(in: self)
    try connection.execute("SET schema = 'main'; SET lock_configuration = true")
  }

  /// Runs SQL of ours and keeps it for the log.
  func define(_ sql: String) throws {
    script.append(sql)
    try connection.execute(sql)
  }

  /// A fresh schema, so that the input names of one node do not meet those of another.
  func makeSchema() throws -> String {
    schemaCount += 1
    let name = "n\(schemaCount)"
    try define("CREATE SCHEMA \(name)")
    return name
  }

  /// Tells the log what runs.
  func note(_ sql: String) {
    run.log(.debug, "duckdb query", fields: ["sql": .string((script + [sql]).joined(separator: ";\n"))])
  }

  /// Runs a statement that answers a few rows, such as COPY; reports progress and heeds the run's cancellation.
  func execute(_ sql: String) throws -> [[JSONValue]] {
    note(sql)
    return try translating { try connection.rows(sql) }
  }

  /// Gives DuckDB's errors their meaning.
  func translating<R>(_ body: () throws -> R) throws -> R {
    do {
      return try body()
    } catch let error as EngineError {
      if let known = root.explain(error, run) { throw known }
      if run.isCancelled { throw PluginError.cancelled }
      throw error.problem(run)
    }
  }
}

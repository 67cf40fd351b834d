// DuckDB as Swift objects: databases, connections, statements, results. They own their C handles.
import CDuckDB
import CPluginABI
import JSONValue
import PluginKit

/// A private in-memory database.
final class Database {
  fileprivate let handle: OpaquePointer

  /// settings: DuckDB's configuration options. Those that reach outside are shut for everyone.
  init(_ settings: [(name: String, value: String)] = []) throws {
    try Library.load()
    let shut = [
      ("autoinstall_known_extensions", "false"), ("autoload_known_extensions", "false"),
      ("allow_community_extensions", "false"), ("allow_unsigned_extensions", "false"),
    ]
    let words = (shut + settings.map { ($0.name, $0.value) }).flatMap { [$0.0, $0.1] }
    var opened: OpaquePointer?
    try withCStrings(words) { pointers in
      try EngineError.check { cduck_open(pointers, &opened, $0) }
    }
    handle = opened!
  }

  deinit { cduck_close(handle) }

  func connect() throws -> Connection {
    var opened: OpaquePointer?
    try EngineError.check { cduck_connect(handle, &opened, $0) }
    return Connection(self, opened!)
  }

  /// Moves a stream in; SQL reads it as `arrow_input(id)`.
  func add(_ stream: UnsafeMutablePointer<ArrowArrayStream>) throws -> Int64 {
    var id: Int64 = -1
    try EngineError.check { cduck_add_input(handle, stream, &id, $0) }
    return id
  }

  func add(_ stream: any BatchStream) throws -> Int64 {
    var raw = ArrowArrayStream()
    export(stream, to: &raw)
    return try add(&raw)
  }

  /// How often SQL has named the input so far.
  func references(_ id: Int64) -> Int { Int(cduck_input_references(handle, id)) }

  func clearInputs() { cduck_clear_inputs(handle) }
}

/// One connection. Its queries run one after another; `interrupt` may come from any thread.
final class Connection {
  let database: Database
  let handle: OpaquePointer

  fileprivate init(_ database: Database, _ handle: OpaquePointer) {
    self.database = database
    self.handle = handle
  }

  deinit { cduck_disconnect(handle) }

  func execute(_ sql: String) throws {
    try EngineError.check { cduck_execute(handle, sql, $0) }
  }

  func prepare(_ sql: String) throws -> Statement {
    var prepared: OpaquePointer?
    try EngineError.check { cduck_prepare(handle, sql, &prepared, $0) }
    return Statement(self, prepared!)
  }

  /// All rows of a small result.
  func rows(_ sql: String) throws -> [[JSONValue]] {
    let result = try prepare(sql).start()
    var rows: [[JSONValue]] = []
    while let batch = try result.next() {
      let columns = (0..<batch.columnCount).map { batch.column($0) }
      for row in 0..<batch.rowCount { rows.append(columns.map { $0.json(row) }) }
    }
    return rows
  }
}

/// Exactly one statement, bound.
final class Statement {
  static let select = CDUCK_STATEMENT_SELECT

  let connection: Connection
  fileprivate let handle: OpaquePointer

  fileprivate init(_ connection: Connection, _ handle: OpaquePointer) {
    self.connection = connection
    self.handle = handle
  }

  deinit { cduck_statement_free(handle) }

  var type: Int32 { cduck_statement_type(handle) }
  var parameterCount: Int { Int(cduck_statement_parameters(handle)) }

  func schema() throws -> Schema {
    try importSchema { cduck_statement_schema(handle, $0, $1) }
  }

  func start() throws -> QueryResult {
    var started: OpaquePointer?
    try EngineError.check { cduck_start(handle, &started, $0) }
    return try QueryResult(self, started!)
  }
}

/// A running query: each `next` does as much of it as one batch takes.
final class QueryResult {
  let schema: Schema
  private let statement: Statement
  private let handle: OpaquePointer

  fileprivate init(_ statement: Statement, _ handle: OpaquePointer) throws {
    self.statement = statement
    self.handle = handle
    do {
      schema = try importSchema { cduck_result_schema(handle, $0, $1) }
    } catch {
      cduck_result_free(handle)
      throw error
    }
  }

  deinit { cduck_result_free(handle) }

  func next() throws -> RecordBatch? {
    var array = ArrowArray()
    try EngineError.check { cduck_result_next(handle, &array, $0) }
    return array.release == nil ? nil : try RecordBatch(moving: &array, schema: schema)
  }
}

private func importSchema(
  _ fill: (UnsafeMutablePointer<ArrowSchema>, UnsafeMutablePointer<cduck_error>) -> Int32
) throws -> Schema {
  var schema = ArrowSchema()
  try EngineError.check { fill(&schema, $0) }
  defer { schema.release?(&schema) }
  return try Schema(importing: &schema).withUsualItemNames
}

extension Schema {
  /// DuckDB calls the items of a list "l", everybody else "item".
  fileprivate var withUsualItemNames: Schema { Schema(fields.map(\.withUsualItemNames), metadata: metadata) }
}

extension Field {
  fileprivate var withUsualItemNames: Field {
    var copy = self
    switch type {
    case .list(let item): copy.type = .list(item.asItem)
    case .largeList(let item): copy.type = .largeList(item.asItem)
    case .fixedSizeList(let item, let size): copy.type = .fixedSizeList(item.asItem, size)
    case .structure(let fields): copy.type = .structure(fields.map(\.withUsualItemNames))
    case .map(let key, let value, let sorted):
      copy.type = .map(key: key.withUsualItemNames, value: value.withUsualItemNames, sorted: sorted)
    default: break
    }
    return copy
  }

  private var asItem: Field {
    var copy = withUsualItemNames
    copy.name = "item"
    return copy
  }
}

/// Calls body with a NULL-terminated array of C strings.
private func withCStrings<R>(
  _ words: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) throws -> R
) rethrows -> R {
  let bytes = words.map { Array($0.utf8CString) }
  func descend(_ index: Int, _ pointers: inout [UnsafePointer<CChar>?]) throws -> R {
    guard index < bytes.count else { return try body(pointers + [nil]) }
    return try bytes[index].withUnsafeBufferPointer { buffer in
      pointers.append(buffer.baseAddress)
      return try descend(index + 1, &pointers)
    }
  }
  var pointers: [UnsafePointer<CChar>?] = []
  return try { try descend(0, &pointers) }()
}

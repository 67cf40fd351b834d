// The host's memory of pipelines, runs, datasets and plugins: one SQLite file, and the only SQL of the host.
import Foundation
import GRDB
import Glibc
package import Model

/// Safe from any thread and from several processes at once. Calls block until the disk has answered.
package final class MetadataStore: Sendable {
  package let path: String
  private let pool: DatabasePool
  private let file: OpenedFiles.Identity?

  /// Opens the file, creating it (not its folder) when missing and bringing an older one up to date.
  package init(path: String) throws(Problem) {
    self.path = path
    (pool, file) = try OpenedFiles.opening(path) { (mayLookInside) throws(Problem) in
      switch mayLookInside ? try StoreHeader.read(path) : .older {
      case .current:
        let pool = try Self.open(path)
        try Self.checkVersion(pool, path)
        return pool
      case .newer(let version):
        throw Self.tooNew(path, version)
      case .absent, .older:
        // Two processes must not create or migrate the same file at once.
        let lock = try StoreLock(path: path)
        defer { lock.unlock() }
        let pool = try Self.open(path)
        try Self.migrate(pool, path)
        return pool
      }
    }
  }

  deinit { if let file { OpenedFiles.closed(file) } }

  /// Ends all connections. Not needed before the process exits: what was saved is durable already.
  package func close() { try? pool.close() }

  private static func open(_ path: String) throws(Problem) -> DatabasePool {
    var configuration = Configuration()
    configuration.label = "metadata"
    configuration.busyMode = .timeout(5)
    configuration.maximumReaderCount = 4
    do {
      let pool = try DatabasePool(path: path, configuration: configuration)
      // GRDB leaves the log unsynchronised: a run that was told as published must outlive a power loss.
      try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      return pool
    } catch {
      throw Problem(store: error, path: path)
    }
  }

  private static func checkVersion(_ pool: DatabasePool, _ path: String) throws(Problem) {
    let version: Int
    do {
      version = try pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
    } catch {
      throw Problem(store: error, path: path)
    }
    if version > StoreSchema.version { throw tooNew(path, version) }
  }

  private static func migrate(_ pool: DatabasePool, _ path: String) throws(Problem) {
    try checkVersion(pool, path)
    do {
      try StoreSchema.migrator.migrate(pool)
      // The next start reads the version from the file itself, so it must have left the log.
      try pool.writeWithoutTransaction { database in _ = try database.checkpoint(.truncate) }
    } catch {
      throw Problem(store: error, path: path)
    }
  }

  /// Makes a store as an earlier version did, the first unless another migration is named: what a later one must still
  /// open.
  static func createEarlier(
    _ migration: String = StoreSchema.first, at path: String, filling statements: [String]
  ) throws {
    let pool = try open(path)
    try StoreSchema.migrator.migrate(pool, upTo: migration)
    try pool.write { database in for statement in statements { try database.execute(sql: statement) } }
    try pool.close()
  }

  private static func tooNew(_ path: String, _ version: Int) -> Problem {
    Problem(
      .storeTooNew, "\(path) has schema \(version); this version knows up to \(StoreSchema.version)",
      at: ProblemLocation(file: path))
  }
}

extension MetadataStore {
  /// One snapshot of the store; never waits for a writer.
  func read<Value>(_ body: (Database) throws -> Value) throws(Problem) -> Value {
    do {
      return try pool.read(body)
    } catch {
      throw Problem(store: error, path: path)
    }
  }

  /// One transaction: all of it, or nothing.
  func write<Value>(_ body: (Database) throws -> Value) throws(Problem) -> Value {
    do {
      return try pool.write(body)
    } catch {
      throw Problem(store: error, path: path)
    }
  }
}

extension MetadataStore {
  /// How SQLite would answer a question, one line per step: shows a missing index. Arguments may be left open.
  func plan(of sql: String) throws(Problem) -> [String] {
    try read { database in
      let statement = try database.makeStatement(sql: "EXPLAIN QUERY PLAN \(sql)")
      statement.setUncheckedArguments(StatementArguments())
      return try Row.fetchAll(statement).map { $0["detail"] }
    }
  }

  /// A number that SQLite keeps for the file or the writing connection.
  func pragma(_ name: String) throws(Problem) -> Int? {
    try write { try $0.row("PRAGMA \(name)")?[0] }
  }
}

extension Database {
  /// Runs a statement that is parsed once per connection.
  func perform(_ sql: String, _ arguments: StatementArguments = []) throws {
    try cachedStatement(sql: sql).execute(arguments: arguments)
  }

  func row(_ sql: String, _ arguments: StatementArguments = []) throws -> Row? {
    try Row.fetchOne(cachedStatement(sql: sql), arguments: arguments)
  }

  func rows<Value>(
    _ sql: String, _ arguments: StatementArguments = [], _ make: (Row) throws -> Value
  ) throws -> [Value] {
    let cursor = try Row.fetchCursor(cachedStatement(sql: sql), arguments: arguments)
    var values: [Value] = []
    while let row = try cursor.next() { values.append(try make(row)) }
    return values
  }
}

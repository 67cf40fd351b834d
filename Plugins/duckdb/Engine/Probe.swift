// A database for questions of our own: what is in this file, which columns has that dataset.
import PluginKit
import Synchronization

/// Opened once per process, since opening costs about 20 ms. Runs only SQL that this plugin wrote itself: a user's
/// query never gets here, so it may look at files.
final class Probe: @unchecked Sendable {
  static let shared = Probe()

  private let lock = Mutex(())
  private var connection: Connection?
  private var extensions: Set<String> = []

  /// Runs body with the connection, alone.
  func ask<R>(needing extensions: Set<String> = [], _ body: (Connection) throws -> R) throws -> R {
    try lock.withLock { _ in
      let connection = try opened()
      for name in extensions.subtracting(self.extensions).sorted() {
        try connection.execute("LOAD \(try Library.path(ofExtension: name).sqlLiteral)")
        self.extensions.insert(name)
      }
      do {
        return try body(connection)
      } catch let error as EngineError where error.isFatal {
        self.connection = nil
        self.extensions = []
        throw error
      }
    }
  }

  private func opened() throws -> Connection {
    if let connection { return connection }
    // One thread is the caller's own: nothing keeps running between questions.
    let database = try Database([("threads", "1"), ("memory_limit", "1GB"), ("temp_directory", "")])
    let connection = try database.connect()
    try connection.execute("SET TimeZone = 'UTC'")
    self.connection = connection
    return connection
  }
}

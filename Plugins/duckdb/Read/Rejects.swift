// The second output of `read`: rows that did not fit.
import PluginKit
import Synchronization

/// Where the table leaves its session once its last row was handed out, for the rejects to be read from.
final class RejectDesk: @unchecked Sendable {
  private let lock = Mutex(())
  private var session: Session?

  func leave(_ session: Session) { lock.withLock { _ in self.session = session } }
  func take() -> Session? {
    lock.withLock { _ in
      defer { session = nil }
      return session
    }
  }
}

/// The rejected rows. If the table was read to its end, they are there already. If not, they are found by a scan of
/// their own: waiting for the table could wait for ever where both are read by one thread.
final class RejectStream: BatchStream {
  let schema = ReadPlan.rejectsSchema
  private let desk: RejectDesk
  private let sql: () -> String?
  private let scan: () throws -> Session
  private var running: (session: Session, result: QueryResult)?
  private var hasNone = false

  /// sql: for after FROM, asked for once the table was read, nil where no file was; scan: reads the whole table in a
  /// session of its own.
  init(_ desk: RejectDesk, sql: @escaping () -> String?, scan: @escaping () throws -> Session) {
    self.desk = desk
    self.sql = sql
    self.scan = scan
  }

  func next() throws -> RecordBatch? {
    if hasNone { return nil }
    if running == nil {
      let session = try desk.take() ?? scan()
      guard let sql = sql() else {
        hasNone = true
        return nil
      }
      let result = try session.translating { try session.connection.prepare("SELECT * FROM \(sql)").start() }
      running = (session, result)
    }
    return try running.flatMap { running in try running.session.translating { try running.result.next() } }
  }

  func close() { running = nil }
}

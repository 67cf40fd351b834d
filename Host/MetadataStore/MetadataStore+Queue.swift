// The queue of ordered runs: what a restarted host finds again.
import GRDB
import JSONValue
package import Model

extension MetadataStore {
  /// Puts the run into the queue and into the lists of runs. False where the same schedule slot or dataset version has
  /// ordered a run of this pipeline already, or the run is there.
  package func enqueue(_ order: RunOrder) throws(Problem) -> Bool {
    if order.resumes == order.run { return try enqueueAgain(order) }
    return try write { database in
      try database.perform(
        "INSERT INTO run_order VALUES (?, ?, ?, ?, ?, ?, 'queued', ?) ON CONFLICT DO NOTHING",
        [
          order.run, order.pipeline, order.cause.rawValue, order.causedBy, order.priority, order.queuedAt,
          try JSONValue(encoding: order).text,
        ])
      guard database.changesCount == 1 else { return false }
      try database.perform(
        """
        INSERT INTO run (id, pipeline, pipeline_version, pipeline_digest, status, started_at, attempts, parameters,
          project, actor, cause, caused_by, priority, queued_at, resumes)
        VALUES (?1, ?2, ?3, coalesce((SELECT digest FROM pipeline WHERE name = ?2 AND version = ?3), ''), 'queued', ?4, 0,
          ?5, ?6, ?7, ?8, ?9, ?10, ?4, ?11)
        """,
        [
          order.run, order.pipeline, order.version, order.queuedAt, JSONValue.object(order.parameters).text,
          order.project, try JSONValue(encoding: order.actor).text, order.cause.rawValue, order.causedBy,
          order.priority, order.resumes,
        ])
      return true
    }
  }

  /// The same run goes on. What caused it first stays in its row, since it must not cause it again. False where the run
  /// is not over.
  private func enqueueAgain(_ order: RunOrder) throws(Problem) -> Bool {
    try write { database in
      try database.perform(
        "UPDATE run_order SET state = 'queued', priority = ?, queued_at = ?, document = ? WHERE run = ? AND state = 'done'",
        [order.priority, order.queuedAt, try JSONValue(encoding: order).text, order.run])
      guard database.changesCount == 1 else { return false }
      try database.perform(
        """
        UPDATE run SET status = 'queued', finished_at = NULL, actor = ?, cause = ?, caused_by = ?, priority = ?,
          queued_at = ?, resumes = ? WHERE id = ?
        """,
        [
          try JSONValue(encoding: order.actor).text, order.cause.rawValue, order.causedBy, order.priority,
          order.queuedAt, order.resumes, order.run,
        ])
      return true
    }
  }

  /// Higher priority first, then the older.
  package func queuedOrders() throws(Problem) -> [RunOrder] { try orders(in: "queued") }

  /// Handed to a worker and not marked as done: in progress, or lost with the host that started them.
  package func startedOrders() throws(Problem) -> [RunOrder] { try orders(in: "started") }

  /// The order of a run, in any state.
  package func order(ofRun run: String) throws(Problem) -> RunOrder? {
    try read { database in
      try database.row("SELECT document FROM run_order WHERE run = ?", [run]).map(QueueRows.order)
    }
  }

  /// False where it is not queued any more: cancelled, or started already.
  @discardableResult
  package func markStarted(_ run: String) throws(Problem) -> Bool {
    try write { database in
      try database.perform("UPDATE run_order SET state = 'started' WHERE run = ? AND state = 'queued'", [run])
      return database.changesCount == 1
    }
  }

  /// Lets it wait again where it was handed out and never began.
  package func markWaiting(_ run: String) throws(Problem) {
    try write { try $0.perform("UPDATE run_order SET state = 'queued' WHERE run = ? AND state = 'started'", [run]) }
  }

  package func markDone(_ run: String) throws(Problem) {
    try write { try $0.perform("UPDATE run_order SET state = 'done' WHERE run = ?", [run]) }
  }

  /// Cancels a run that waits. False where it does not wait: it has started, or is over.
  @discardableResult
  package func removeOrder(_ run: String) throws(Problem) -> Bool {
    try write { database in
      // The row stays: what caused the run must not cause it again.
      try database.perform("UPDATE run_order SET state = 'done' WHERE run = ? AND state = 'queued'", [run])
      guard database.changesCount == 1 else { return false }
      try database.perform(
        "UPDATE run SET status = 'cancelled', finished_at = \(SQL.now) WHERE id = ? AND status = 'queued'", [run])
      return true
    }
  }

  /// Notes the last time a schedule was due and dealt with.
  package func rememberSlot(_ slot: String, of pipeline: String) throws(Problem) {
    try write { try $0.perform("UPDATE pipeline_owner SET last_slot = ? WHERE name = ?", [slot, pipeline]) }
  }

  /// Pipeline by pipeline.
  package func lastSlots() throws(Problem) -> [String: String] {
    try read { database in
      let pairs = try database.rows("SELECT name, last_slot FROM pipeline_owner WHERE last_slot IS NOT NULL") {
        ($0["name"] as String, $0["last_slot"] as String)
      }
      return Dictionary(uniqueKeysWithValues: pairs)
    }
  }

  private func orders(in state: String) throws(Problem) -> [RunOrder] {
    try read { database in
      try database.rows(
        "SELECT document FROM run_order WHERE state = ? ORDER BY priority DESC, queued_at, run", [state],
        QueueRows.order)
    }
  }
}

enum QueueRows {
  static func order(_ row: Row) throws -> RunOrder {
    try JSONValue(parsing: row["document"] as String).decode(RunOrder.self)
  }
}

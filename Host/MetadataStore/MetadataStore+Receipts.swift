// Receipts of notifications, one for each event of a run.
import GRDB
import JSONValue
package import Model

extension MetadataStore {
  /// Replaces what an earlier try left.
  package func save(_ receipt: NotificationReceipt) throws(Problem) {
    try write { database in
      try database.perform(
        "INSERT INTO run_receipt VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET document = excluded.document, sent = excluded.sent",
        [receipt.event, receipt.run, receipt.isSent, try JSONValue(encoding: receipt).text])
    }
  }

  package func isSent(event: String) throws(Problem) -> Bool {
    try read { try $0.row("SELECT 1 FROM run_receipt WHERE event = ? AND sent", [event]) != nil }
  }

  package func receipts(ofRun run: String) throws(Problem) -> [NotificationReceipt] {
    try read { database in
      try database.rows("SELECT document FROM run_receipt WHERE run = ? ORDER BY event", [run]) {
        try JSONValue(parsing: $0["document"] as String).decode(NotificationReceipt.self)
      }
    }
  }
}

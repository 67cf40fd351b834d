// Requests that are sent again: the second gets the answer of the first.
import GRDB
package import Model

package enum KeyedRequest: Sendable, Hashable {
  /// Carry it out, then finish it.
  case new
  /// The first is being carried out now.
  case inProgress
  case answered(status: Int, location: String?, body: String?)
}

extension MetadataStore {
  /// The same key with another request is OTE-6017. Keys are a person's own and count for 24 hours.
  package func beginRequest(key: String, user: String, digest: String) throws(Problem) -> KeyedRequest {
    try write { database in
      try database.perform(
        "DELETE FROM idempotency WHERE user = ? AND key = ? AND created_at < \(Self.dayAgo)", [user, key])
      let row = try database.row("SELECT * FROM idempotency WHERE user = ? AND key = ?", [user, key])
      guard let row else {
        try database.perform(
          "INSERT INTO idempotency VALUES (?, ?, ?, NULL, NULL, NULL, \(SQL.now))", [key, user, digest])
        return .new
      }
      guard row["request_digest"] as String == digest else {
        throw Problem(.idempotencyKeyReused, "the key \(key) came with another request before")
      }
      guard let status: Int = row["status"] else { return .inProgress }
      return .answered(status: status, location: row["location"], body: row["body"])
    }
  }

  package func finishRequest(
    key: String, user: String, status: Int, location: String?, body: String?
  ) throws(Problem) {
    try write {
      try $0.perform(
        "UPDATE idempotency SET status = ?, location = ?, body = ? WHERE user = ? AND key = ?",
        [status, location, body, user, key])
    }
  }

  /// Forgets a request that came to nothing, so that it can be sent again.
  package func abandonRequest(key: String, user: String) throws(Problem) {
    try write {
      try $0.perform("DELETE FROM idempotency WHERE user = ? AND key = ? AND status IS NULL", [user, key])
    }
  }

  /// Forgets what another host was carrying out when it ended: nobody will ever finish it.
  package func abandonRequests() throws(Problem) {
    try write { try $0.perform("DELETE FROM idempotency WHERE status IS NULL") }
  }

  /// Removes what is older than 24 hours.
  package func pruneRequests() throws(Problem) {
    try write { try $0.perform("DELETE FROM idempotency WHERE created_at < \(Self.dayAgo)") }
  }

  private static let dayAgo = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-24 hours')"
}

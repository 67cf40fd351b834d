// What the catalog remembers: scans by digest, and digests of files that did not change.
import GRDB
import JSONValue
package import Model

extension MetadataStore: CatalogMemory {
  /// Nil where nothing is stored, where it expired, or where the store cannot be read: the scan is made again.
  package func outcome(of key: ScanKey) -> ScanOutcome? {
    try? read { database in
      let row = try database.row(
        """
        SELECT description, problem FROM plugin_scan WHERE digest = ? AND host_abi = ? AND scanner = ?
        AND (expires_at IS NULL OR expires_at > \(SQL.now))
        """, [key.digest, Int64(key.hostABI), key.scanner])
      return try row.map(Self.outcome)
    }
  }

  /// Failures are kept too. One that may pass by itself (a hang, whatever is retryable) is kept for ten minutes.
  package func remember(_ outcome: ScanOutcome, for key: ScanKey) {
    // A cache: if it cannot be written, the next start scans again.
    try? write { database in
      var description: String?
      var problem: String?
      var expires = "NULL"
      switch outcome {
      case .success(let value): description = try JSONValue(encoding: value).text
      case .failure(let value):
        problem = try JSONValue(encoding: value).text
        if value.retryable || value.code == .scanHung {
          expires = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+10 minutes')"
        }
      }
      try database.perform(
        "INSERT OR REPLACE INTO plugin_scan VALUES (?, ?, ?, ?, ?, \(SQL.now), \(expires))",
        [key.digest, Int64(key.hostABI), key.scanner, description, problem])
    }
  }

  /// All scans that are stored, newest first.
  package func scans() throws(Problem) -> [PluginScan] {
    try read { database in
      try database.rows("SELECT * FROM plugin_scan ORDER BY scanned_at DESC, digest") { row in
        PluginScan(
          key: ScanKey(
            digest: row["digest"], hostABI: UInt32(truncatingIfNeeded: row["host_abi"] as Int64),
            scanner: row["scanner"]),
          outcome: try Self.outcome(row), scannedAt: row["scanned_at"])
      }
    }
  }

  /// Makes the next load scan this shared object again.
  package func forgetScan(ofDigest digest: String) throws(Problem) {
    try write { try $0.perform("DELETE FROM plugin_scan WHERE digest = ?", [digest]) }
  }

  package func digest(of file: FileIdentity) -> String? {
    try? read { database in
      try database.row(
        """
        SELECT digest FROM file_digest WHERE device = ? AND inode = ? AND size = ? AND modified = ? AND changed = ?
        """, file.arguments)?[0]
    }
  }

  package func remember(digest: String, of file: FileIdentity) {
    // A cache: if it cannot be written, the next start hashes again.
    try? write {
      try $0.perform("INSERT OR REPLACE INTO file_digest VALUES (?, ?, ?, ?, ?, ?)", file.arguments + [digest])
    }
  }

  private static func outcome(_ row: Row) throws -> ScanOutcome {
    if let text: String = row["description"] {
      return .success(try PluginDescription(json: JSONValue(parsing: text)))
    }
    let text: String = row["problem"] ?? "null"
    return .failure(try JSONValue(parsing: text).decode(Problem.self))
  }
}

extension FileIdentity {
  fileprivate var arguments: StatementArguments {
    [
      Int64(bitPattern: device), Int64(bitPattern: inode), size, modifiedNanoseconds, changedNanoseconds,
    ]
  }
}

// Links the lines of the audit log by hashes, so that a line changed, removed or moved afterwards is found.
import JSONValue
package import Model

package enum AuditChain {
  /// What the first line has as the hash before it: the store writes the same.
  package static let start = ""

  /// The entry with its place in the chain: after the line whose hash is `previous`.
  package static func link(_ entry: AuditEntry, after previous: String) -> AuditEntry {
    var linked = entry
    linked.previous = previous
    linked.hash = hash(of: linked)
    return linked
  }

  /// SHA-256 over the hash before and the line in its canonical form.
  package static func hash(of entry: AuditEntry) -> String { Digest.hex("\(entry.previous)\n\(line(of: entry))") }

  /// Sorted keys, no white space: the same bytes for the same entry, whoever writes them.
  package static func line(of entry: AuditEntry) -> String {
    let value: JSONValue = [
      "id": .int(entry.id), "at": .string(entry.at),
      "actor": ["kind": .string(entry.actor.kind.rawValue), "name": .string(entry.actor.name)],
      "action": .string(entry.action), "subject": .string(entry.subject),
      "project": entry.project.map { .string($0) } ?? .null, "detail": entry.detail,
    ]
    return value.text
  }

  /// Every line of a log, from its first. `newest` is the last line as known from elsewhere.
  package static func verify(_ log: some Sequence<AuditEntry>, newest: AuditAnchor? = nil) throws(Problem) {
    var reading = AuditReading(newest: newest)
    for entry in log { try reading.take(entry) }
    try reading.finish()
  }
}

/// A line's id and hash, kept outside the log (in a backup, by an auditor).
package struct AuditAnchor: Sendable, Hashable, Codable {
  package var id: Int64
  package var hash: String
  package init(id: Int64, hash: String) {
    self.id = id
    self.hash = hash
  }
}

// Writes the audit log and checks its chain.
import Accounts
package import JSONValue
package import MetadataStore
package import Model

package struct AuditLog: Sendable {
  private let metadata: MetadataStore
  package init(_ metadata: MetadataStore) { self.metadata = metadata }

  /// A change that cannot be noted must not happen: call it before the change is answered.
  package func note(
    _ actor: Actor, _ action: String, _ subject: String, project: String? = nil, detail: JSONValue = [:]
  ) throws(Problem) {
    _ = try metadata.appendAudit(
      actor: actor, action: action, subject: subject, project: project, detail: detail
    ) { previous, entry in AuditChain.link(entry, after: previous).hash }
  }

  package struct Verdict: Sendable {
    package var entries: Int
    package var last: String?
    package var problem: Problem?
  }

  /// Reads the whole log.
  package func verify() throws(Problem) -> Verdict {
    let anchor = try metadata.auditAnchor()
    var reading = AuditReading(
      after: Accounts.AuditAnchor(id: 0, hash: ""),
      newest: anchor.map { Accounts.AuditAnchor(id: $0.id, hash: $0.hash) })
    do throws(Problem) {
      try metadata.auditSequence { (batch) throws(Problem) in
        for entry in batch { try reading.take(entry) }
      }
      let last = try reading.finish()
      return Verdict(entries: reading.count, last: last.hash.isEmpty ? nil : last.hash)
    } catch {
      guard error.code == .auditBroken else { throw error }
      return Verdict(entries: reading.count, last: nil, problem: error)
    }
  }
}

// Verifies an audit log line by line while it is read, and says where and how it breaks.
package import Model

package struct AuditReading: Sendable {
  private var last: AuditAnchor
  private let newest: AuditAnchor?
  /// Lines verified so far.
  package private(set) var count = 0

  /// `after` is the line before the first one to be read; `newest` the last line as known from elsewhere.
  package init(
    after: AuditAnchor = AuditAnchor(id: 0, hash: AuditChain.start), newest: AuditAnchor? = nil
  ) {
    last = after
    self.newest = newest
  }

  package mutating func take(_ entry: AuditEntry) throws(Problem) {
    if entry.id <= last.id { throw broken("line \(entry.id) stands after line \(last.id): lines were reordered") }
    if entry.id > last.id + 1 {
      let gap = entry.id == last.id + 2 ? "line \(last.id + 1) is" : "lines \(last.id + 1) to \(entry.id - 1) are"
      throw broken("\(gap) missing before line \(entry.id)")
    }
    guard AuditChain.hash(of: entry) == entry.hash else {
      throw broken("line \(entry.id) was changed: its hash is not that of its text")
    }
    guard entry.previous == last.hash else {
      throw broken("line \(entry.id) does not follow line \(last.id): one of the two was replaced")
    }
    if let newest, newest.id == entry.id, newest.hash != entry.hash {
      throw broken("line \(entry.id) was replaced: its hash is not the one that was kept")
    }
    last = AuditAnchor(id: entry.id, hash: entry.hash)
    count += 1
  }

  /// Throws when lines at the end are gone. Answers the last line, for the next anchor.
  @discardableResult
  package func finish() throws(Problem) -> AuditAnchor {
    if let newest, newest.id > last.id {
      throw broken("the log ends at line \(last.id), though line \(newest.id) was written: the end was cut off")
    }
    return last
  }

  private func broken(_ detail: String) -> Problem { Problem(.auditBroken, detail) }
}

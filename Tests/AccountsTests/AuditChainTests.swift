// Whatever is done to a line afterwards is found, and named.
import JSONValue
import Model
import Testing

@testable import Accounts

private func log(_ count: Int) -> [AuditEntry] {
  var previous = AuditChain.start
  return (1...count).map { id in
    let entry = AuditChain.link(
      AuditEntry(
        id: Int64(id), at: "2026-01-01T00:00:00Z", actor: Actor(.user, "ada"), action: "run.cancel", subject: "r\(id)",
        project: nil, detail: ["n": .int(Int64(id))], previous: "", hash: ""), after: previous)
    previous = entry.hash
    return entry
  }
}
private func complaint(_ log: [AuditEntry], newest: AuditAnchor? = nil) -> String? {
  do { try AuditChain.verify(log, newest: newest) } catch { return error.detail }
  return nil
}

@Test func `an untouched log verifies`() {
  let log = log(5)
  #expect(complaint(log, newest: AuditAnchor(id: 5, hash: log[4].hash)) == nil)
}

@Test func `a changed, missing or moved line is named`() {
  var changed = log(5)
  changed[2].subject = "x"
  #expect(complaint(changed)?.contains("line 3 was changed") == true)
  changed[2] = AuditChain.link(changed[2], after: changed[2].previous)
  #expect(complaint(changed)?.contains("line 4 does not follow line 3") == true)
  var missing = log(5)
  missing.remove(at: 1)
  #expect(complaint(missing)?.contains("line 2 is missing") == true)
  var moved = log(5)
  moved.append(moved.remove(at: 4))
  moved.insert(moved[3], at: 5)
  #expect(complaint(moved)?.contains("reordered") == true)
}

@Test func `an end that was cut off or rewritten is found by the kept hash`() {
  let log = log(5)
  let kept = AuditAnchor(id: 5, hash: log[4].hash)
  #expect(complaint(Array(log.dropLast()), newest: kept)?.contains("cut off") == true)
  var rewritten = log
  rewritten[4].subject = "x"
  rewritten[4] = AuditChain.link(rewritten[4], after: log[3].hash)
  #expect(complaint(rewritten, newest: kept)?.contains("was replaced") == true)
}

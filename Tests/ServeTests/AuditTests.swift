// The audit chain, seen from outside.
import JSONValue
import TestSupport
import Testing

struct AuditTests {
  @Test func `the chain holds until somebody changes a line in the file`() throws {
    let host = try ServedHost(TestHost())
    _ = try host.person("ann", role: "viewer")
    let whole = try host.expect(200, "POST", "/audit/verify")
    #expect(whole["holds"]?.bool == true)
    #expect((whole["entries"]?.int ?? 0) >= 3)
    let entries = try host.expect(200, "GET", "/audit")["items"]?.array ?? []
    let made = try #require(entries.first { $0["action"]?.string == "user.create" }?["id"]?.int)
    try StoreFile(host).change(
      "DROP TRIGGER audit_is_not_changed; UPDATE audit SET subject = 'user:bob' WHERE id = \(made)")
    let broken = try host.expect(200, "POST", "/audit/verify")
    #expect(broken["holds"]?.bool == false)
    #expect(broken["reason"]?.string?.contains("line \(made) was changed") == true, "\(broken.text)")
  }

  @Test func `a line that is missing at the end is found`() throws {
    let host = try ServedHost(TestHost())
    _ = try host.person("ann", role: "viewer")
    try StoreFile(host).change(
      "DROP TRIGGER audit_is_not_removed; DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)")
    #expect(try host.expect(200, "POST", "/audit/verify")["holds"]?.bool == false)
  }
}

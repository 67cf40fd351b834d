// ote secrets and ote audit: what an admin does without the web UI.
import Foundation
import JSONValue
import Model
import TestSupport
import Testing

struct SecretCommandTests {
  @Test
  func `a secret is set from standard input, listed without its value, removed, and all of it is in the audit log`()
    throws
  {
    let host = TestHost()
    let set = try host.ote(
      "secrets", "set", "DB_PASSWORD", input: try host.folder.write("correct horse\n", to: "value"))
    #expect(set.code == 0, "\(set.errors)")
    let listed = try host.ote("secrets", "list", "--json")
    #expect(try listed.json().array?.map { $0["name"]?.string } == ["DB_PASSWORD"])
    #expect(!(set.output + set.errors + listed.output).contains("horse"))
    let removed = try host.ote("secrets", "remove", "DB_PASSWORD")
    #expect(removed.code == 0, "\(removed.errors)")
    #expect(try host.ote("secrets", "list", "--json").json() == [])
    let verdict = try host.ote("audit", "verify", "--json").json()
    #expect(verdict["entries"] == 2)
    #expect(verdict["last"]?.string?.isEmpty == false)
  }

  @Test func `a secret without a value or of an unknown project is refused and not set`() throws {
    let host = TestHost()
    let empty = try host.ote("secrets", "set", "KEY", input: try host.folder.write("", to: "empty"))
    #expect(empty.code == 1)
    #expect(empty.errors.contains("OTE-1020"), "\(empty.errors)")
    let stray = try host.ote(
      "secrets", "set", "KEY", "--project", "nowhere", input: try host.folder.write("x", to: "value"))
    #expect(stray.code == 1)
    #expect(stray.errors.contains("nowhere"), "\(stray.errors)")
    #expect(try host.ote("secrets", "list", "--json").json() == [])
    let absent = try host.ote("secrets", "remove", "KEY")
    #expect(absent.code == 1)
    #expect(absent.errors.contains("OTE-6004"), "\(absent.errors)")
  }

  @Test func `an audit log that somebody changed is reported with its line`() throws {
    let host = TestHost()
    let value = try host.folder.write("value", to: "value")
    for name in ["A", "B", "C"] { _ = try host.ote("secrets", "set", name, input: value) }
    // The store refuses changes by its own triggers; whoever owns the file can drop them.
    let tamper = """
      import sqlite3, sys
      store = sqlite3.connect(sys.argv[1])
      for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'").fetchall():
          store.execute(f"DROP TRIGGER {name}")
      store.execute("UPDATE audit SET subject = 'secret:default/Z' WHERE id = 2")
      store.commit()
      """
    let changed = try RunningProgram(
      "/usr/bin/python3", ["-c", tamper, "\(host.store)/metadata.sqlite"], environment: [:]
    ).finish()
    #expect(changed.code == 0, "\(changed.errors)")
    let verdict = try host.ote("audit", "verify")
    #expect(verdict.code == 1)
    #expect(verdict.errors.contains("OTE-6013") && verdict.errors.contains("line 2"), "\(verdict.errors)")
  }
}

// Connections on the command line: checked before they are saved, kept when a change does not work, and used by nodes.
import Foundation
import JSONValue
import Model
import TestSupport
import Testing

struct ConnectionTests {
  private func host() throws -> TestHost {
    let host = try TestHost("well-behaved", "answers-forms")
    try host.permit("answers-forms", secrets: ["TOKEN"])
    return host
  }

  private func add(_ host: TestHost, _ fields: String...) throws -> ProgramResult {
    try host.start(
      ["connections", "add", "feed", "--use", "answers-forms/source", "--json"] + fields.flatMap { ["--set", $0] }
    ).finish()
  }

  private func shown(_ host: TestHost) throws -> JSONValue {
    try host.ote("connections", "show", "feed", "--json").json()
  }

  @Test func `a connection is tried before it is saved`() throws {
    let host = try host()
    let refused = try add(host, "path=doubts")
    #expect(refused.code == 1)
    #expect(refused.errors.contains("OTE-6022") && refused.errors.contains("no table"))
    #expect(try host.ote("connections", "list", "--json").json() == [])
    let added = try add(host, "path=here", "rows=7").json()
    #expect(added["connection"]?["revision"] == 1)
    #expect(added["check"]?["works"] == true && added["check"]?["message"] == "7 rows")
    #expect(try shown(host)["health"]?["works"] == true)
  }

  @Test func `a change that does not work leaves what was there, and an earlier revision comes back`() throws {
    let host = try host()
    #expect(try add(host, "path=here", "rows=7").code == 0)
    #expect(try add(host, "path=crashes").code == 1)
    #expect(try shown(host)["config"] == ["path": "here", "rows": 7])
    #expect(try add(host, "rows=9").code == 0)
    #expect(try shown(host)["config"] == ["path": "here", "rows": 9])
    let forced = try host.ote("connections", "add", "feed", "--set", "path=doubts", "--no-check")
    #expect(forced.code == 0, "\(forced.errors)")
    #expect(try host.ote("connections", "check", "feed").code == 1)
    #expect(try shown(host)["health"]?["works"] == false)
    #expect(try host.ote("connections", "rollback", "feed").code == 0)
    #expect(try shown(host)["config"] == ["path": "here", "rows": 9])
    #expect(try host.ote("connections", "rollback", "feed", "--revision", "1").code == 0)
    let now = try shown(host)
    #expect(now["config"] == ["path": "here", "rows": 7] && now["revision"] == 5)
    #expect(now["revisions"]?[0]?["restores"] == 1)
    #expect(try host.ote("connections", "rollback", "feed", "--revision", "9").errors.contains("OTE-4009"))
  }

  @Test func `a node takes its fields beneath its own`() throws {
    let host = try host()
    #expect(try add(host, "path=here", "rows=30").code == 0)
    func document(_ with: String) -> String {
      """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: connected}
      nodes:
        rows: {use: answers-forms/source, connection: feed, with: {\(with)}}
        out: {use: well-behaved/sink, in: rows}
      """
    }
    #expect(try host.run(document("")).node("rows")?.rowsOut == 30)
    #expect(try host.run(document("rows: 20")).node("rows")?.rowsOut == 20)
    let refused = try host.ote("connections", "remove", "feed")
    #expect(refused.errors.contains("OTE-4011") && refused.errors.contains("the pipeline 'connected' names it"))
    let unknown = try host.ote("pipelines", "validate", try host.document(document("").replacing("feed", with: "fed")))
    #expect(unknown.errors.contains("OTE-4009") && unknown.errors.contains("did you mean 'feed'?"))
  }

  @Test func `a secret stands in it by name only`() throws {
    let host = try host()
    let plain = try add(host, "path=here", "token=hunter2")
    #expect(plain.code == 1 && plain.errors.contains("secret in plain text"))
    let missing = try add(host, "path=tells", "token=${secrets.TOKEN}")
    #expect(missing.code == 1 && missing.errors.contains("OTE-6022"))
    try host.setSecret("TOKEN", "c4n4ry-\(UUID().uuidString)")
    #expect(try add(host, "path=here", "token=${secrets.TOKEN}").code == 0)
    #expect(try shown(host)["config"]?["token"] == "${secrets.TOKEN}")
    let granted = try add(host, "path=here", "token=${secrets.OTHER}")
    #expect(granted.code == 1 && granted.errors.contains("does not grant"))
  }

  @Test func `what the nodes must add is left open, and nothing is tried`() throws {
    let host = try host()
    let saved = try add(host, "rows=3").json()
    #expect(saved["check"]?["works"] == nil)
    #expect(saved["check"]?["message"] == "not tried: config.path comes from the pipelines")
    #expect(try add(host, "rows=many").errors.contains("OTE-1030"))
    #expect(try host.ote("connections", "remove", "feed").code == 0)
    // What was done stands in the audit log: two entries.
    #expect(try host.ote("audit", "verify", "--json").json()["entries"] == 2)
    #expect(try host.ote("connections", "show", "feed").errors.contains("OTE-4009"))
  }
}

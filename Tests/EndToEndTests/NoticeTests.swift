// A failing run is told to real receivers: a webhook that checks signatures, and a mail server with TLS and passwords.
import Foundation
import JSONValue
import Model
import TestSupport
import Testing

struct NoticeTests {
  private static let receivers = Result { try PythonServer(fixture: "notify/receivers.py") }
  /// Nobody else's hook, nobody else's mail box.
  private let key = UUID().uuidString.lowercased()
  private var address: String { "\(key)@example.org" }

  private func received(_ path: String) throws -> JSONValue {
    try JSONValue(parsing: Array(Self.receivers.get().ask("GET", path).body))
  }

  private func hooks() throws -> [JSONValue] { try received("/seen/\(key)").array ?? [] }
  private func mails() throws -> [JSONValue] { try received("/mails/\(key)%40example.org").array ?? [] }

  /// The secrets that the receivers know, granted.
  private func host() throws -> TestHost {
    let host = try TestHost("well-behaved", "fails-in-commit", "webhook", "smtp")
    try host.setSecret("HOOK", "hush")
    try host.setSecret("MAIL", "open sesame")
    try host.permit("webhook", secrets: ["HOOK"])
    try host.permit("smtp", secrets: ["MAIL"])
    return host
  }

  private func failing(_ host: TestHost, _ notify: String) throws -> String {
    """
    apiVersion: opentrusteval/v1
    kind: Pipeline
    metadata: {name: tells}
    nodes:
      rows: {use: well-behaved/source}
      out: {use: fails-in-commit/sink, in: rows, with: {path: "\(host.unusedPath())"}}
    notify:
      - {on: [failed], \(notify)}
    """
  }

  private func hook(_ query: String = "") throws -> String {
    let address = "http://127.0.0.1:\(try Self.receivers.get().port)/hook/\(key)\(query)"
    return "use: webhook/notify, with: {url: \"\(address)\", secret: \"${secrets.HOOK}\"}"
  }

  private func mail(_ host: TestHost) throws -> String {
    let server = try received("/smtp")
    let authority = try host.folder.write(try #require(server["certificate"]?.string), to: "authority.pem")
    return """
      use: smtp/notify, with: {host: 127.0.0.1, port: \(try #require(server["starttls"]?.int)), security: starttls, \
      user: ote, password: "${secrets.MAIL}", from: "ote@example.org", to: ["\(address)"], authorities: "\(authority)"}
      """
  }

  private func receipts(_ result: RunResult) -> [JSONValue] {
    result.events.filter { $0["event"] == "notified" }.compactMap { $0["receipt"] }
  }

  @Test func `a failing run is told to a webhook once, signed with the granted secret`() throws {
    let host = try host()
    let result = try host.run(failing(host, hook()))
    #expect(result.problem?.plugin == "fails-in-commit")
    let told = try hooks()
    #expect(told.count == 1)
    #expect(told.first?["genuine"] == true)
    #expect(told.first?["body"]?["run"]?.string == result.report.run && told.first?["body"]?["status"] == "failed")
    #expect(told.first?["body"]?["problem"]?["code"] == "OTE-3013")
    #expect(receipts(result).map { $0["sent"] } == [true])
    #expect(told.first?["headers"]?["idempotency-key"] == receipts(result).first?["event"])
  }

  @Test func `the receipt stands in the run`() throws {
    let host = try host()
    let result = try host.run(failing(host, hook()))
    let server = try ServedHost(host)
    defer { _ = try? server.stop() }
    let kept = try server.expect(200, "GET", "/runs/\(result.report.run)/notifications")
    let items = kept.array ?? kept["items"]?.array ?? []
    #expect(items == receipts(result))
    #expect(items.first?["receipt"]?["http_status"] == 200)
  }

  @Test func `a webhook that is busy for a moment is tried again with the same key, and told once`() throws {
    let host = try host()
    let result = try host.run(failing(host, hook("?statuses=503,200")))
    let asked = try hooks()
    #expect(asked.count == 2)
    #expect(Set(asked.compactMap { $0["headers"]?["idempotency-key"]?.string }).count == 1)
    #expect(receipts(result).map { $0["receipt"]?["tries"] } == [2])
  }

  @Test func `a failing run is mailed once, over TLS, signed in with the granted secret`() throws {
    let host = try host()
    let result = try host.run(failing(host, mail(host)))
    let mails = try mails()
    #expect(mails.count == 1)
    #expect(mails.first?["tls"] == true && mails.first?["user"] == "ote")
    #expect(mails.first?["plain"]?.string?.contains(result.report.run) == true)
    #expect(mails.first?["plain"]?.string?.contains("OTE-3013: The target refused the commit.") == true)
    #expect(receipts(result).map { $0["sent"] } == [true])
  }

  @Test func `a mail server that refuses the password is told in the receipt, and nothing changes for the run`() throws
  {
    let host = try host()
    try host.setSecret("MAIL", "open barley")
    let ended = try host.startRun(failing(host, mail(host))).finish()
    let result = try RunResult(ended)
    #expect(result.problem?.plugin == "fails-in-commit" && result.report.problems.count == 1)
    let problem = receipts(result).first?["problem"]
    #expect(receipts(result).first?["sent"] == false)
    #expect(problem?["code"] == "OTE-3015" && problem?["plugin"] == "smtp" && problem?["origin"] == "user")
    #expect(problem?["next"]?.string?.contains("password") == true)
    #expect(try mails().isEmpty)
    #expect(!(ended.output + ended.errors).contains("open barley"))
  }

  @Test func `a notifier without its grant is a warning that names the secret, and nobody is told`() throws {
    let host = try host()
    try host.permit("webhook", secrets: [])
    let result = try host.run(failing(host, hook()))
    #expect(result.status == .failed && receipts(result).isEmpty)
    let warnings = result.events.filter { $0["event"] == "warning" }.compactMap { $0["warning"]?["message"]?.string }
    #expect(warnings.count == 1)
    #expect(warnings.first?.contains("does not grant it the secret 'HOOK'") == true, "\(warnings)")
    #expect(try hooks().isEmpty)
  }
}

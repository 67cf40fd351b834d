// Events by mail, against aiosmtpd; what arrives is read by Python's own email package.
import Foundation
import JSONValue
import PluginKit
import PluginTesting
import TestSupport
import Testing

@testable import SMTPPlugin

enum MailServer {
  private static let shared = Result { try PythonServer(fixture: "notify/receivers.py") }
  private static let folder = TemporaryFolder()

  static func get(_ path: String) throws -> JSONValue {
    try JSONValue(parsing: Array(try shared.get().ask("GET", path).body))
  }

  static func port(_ kind: String) throws -> JSONValue { try #require(try get("/smtp")[kind]) }

  static let authority = Result {
    try folder.write(try #require(try get("/smtp")["certificate"]?.string), to: "ca.pem")
  }

  static func mails(_ address: String) throws -> [JSONValue] {
    try get("/mails/\(address.replacing("@", with: "%40"))").array ?? []
  }
}

struct SMTPTests {
  private static let event: JSONValue = [
    "id": "run-7/failed", "type": "run.failed", "at": "2026-11-28T18:00:00Z", "run": "run-7", "pipeline": "flüge",
    "status": "failed",
    "problems": [["code": "OTE-3001", "message": "no <b>file</b> & nothing", "next": "Look there."]],
    "url": "https://ote.test/runs/7",
  ]

  private let address = "\(UUID().uuidString.lowercased())@example.org"

  private func bench() -> PluginBench {
    let bench = PluginBench(plugin)
    bench.secrets = ["mail": "open sesame", "wrong": "open barley"]
    return bench
  }

  private func configuration(_ more: [String: JSONValue] = [:]) throws -> [String: JSONValue] {
    let usual: [String: JSONValue] = [
      "host": "127.0.0.1", "port": try MailServer.port("starttls"), "security": "starttls", "user": "ote",
      "password": ["$secret": "mail"], "from": "Ote, \"the\" host <ote@example.org>", "to": [.string(address)],
      "subject": "[OTE]", "authorities": .string(try MailServer.authority.get()),
    ]
    return usual.merging(more) { $1 }.filter { !$0.value.isNull }
  }

  private func notify(
    _ bench: PluginBench, _ more: [String: JSONValue] = [:], event: JSONValue = event
  ) throws -> JSONValue {
    try bench.instance("notify", .object(try configuration(more))).notify(event)
  }

  private func header(_ mail: JSONValue, _ name: String) -> [String] {
    (mail["headers"]?.array ?? []).filter { $0[0]?.string?.lowercased() == name.lowercased() }.compactMap {
      $0[1]?.string
    }
  }

  @Test(arguments: ["starttls", "tls"])
  func `a mail arrives whole over TLS, signed in`(security: String) throws {
    let receipt = try notify(bench(), ["security": .string(security), "port": try MailServer.port(security)])
    #expect(receipt["told"] == true)
    let mails = try MailServer.mails(address)
    #expect(mails.count == 1)
    let mail = mails[0]
    #expect(mail["user"] == "ote")
    #expect(mail["from"] == "ote@example.org")
    #expect(mail["to"] == [.string(address)])
    #expect(mail["defects"] == [])
    #expect(header(mail, "Subject") == ["[OTE] flüge: run.failed (failed)"])
    #expect(header(mail, "To") == [address])
    #expect(header(mail, "From")[0].contains("ote@example.org"))
    #expect(header(mail, "Message-ID") == ["<\(receipt["message_id"]?.string ?? "")>"])
    #expect(header(mail, "Auto-Submitted") == ["auto-generated"])
    let plain = try #require(mail["plain"]?.string)
    #expect(plain.contains("OTE-3001: no <b>file</b> & nothing Look there."))
    #expect(plain.contains("https://ote.test/runs/7"))
    let html = try #require(mail["html"]?.string)
    #expect(html.contains("no &lt;b&gt;file&lt;/b&gt; &amp; nothing"))
    #expect(html.contains("<a href=\"https://ote.test/runs/7\">"))
    // Nothing on the wire is longer than mail allows.
    let lines = Array(try #require(mail["raw"]?.string).utf8).split(separator: UInt8(ascii: "\n"))
    #expect(lines.allSatisfy { $0.count <= 100 })
  }

  @Test func `several people get one mail`() throws {
    let other = "b\(address)"
    _ = try notify(bench(), ["to": [.string("Ädä <\(address)>"), .string(other)]])
    #expect(try MailServer.mails(address).count == 1)
    #expect(try MailServer.mails(other)[0]["to"]?.array?.count == 2)
    #expect(header(try MailServer.mails(other)[0], "To")[0].contains("Ädä"))
  }

  @Test func `the same event is mailed once, also by a later process`() throws {
    let first = bench()
    _ = try notify(first)
    #expect(try notify(first)["again"] == true)
    let second = bench()
    second.setState(first.seen.state)
    #expect(try notify(second)["again"] == true)
    #expect(try MailServer.mails(address).count == 1)
    _ = try notify(first, event: ["id": "another"])
    #expect(try MailServer.mails(address).count == 2)
  }

  @Test func `what an event says breaks out of no header`() throws {
    let evil = "x\r\nBcc: victim@example.org\r\n\r\nbody ü"
    _ = try notify(
      bench(),
      event: ["id": .string(evil), "type": .string(evil), "pipeline": .string(evil), "url": "javascript:alert(1)"])
    let mail = try MailServer.mails(address)[0]
    #expect(header(mail, "Bcc").isEmpty)
    #expect(mail["to"] == [.string(address)])
    #expect(header(mail, "Subject")[0].contains("Bcc: victim@example.org"))
    #expect(mail["html"]?.string?.contains("<a ") == false)
  }

  @Test func `lines that are a full stop survive`() throws {
    _ = try notify(bench(), event: ["id": "dots", "problems": [["message": "\r\n.\r\n..\r\nend"]]])
    #expect(try MailServer.mails(address)[0]["plain"]?.string?.contains("..") == true)
  }

  @Test func `a wrong password is refused at once, and stays secret`() throws {
    let bench = bench()
    let failure = #expect(throws: PluginError.self) { try notify(bench, ["password": ["$secret": "wrong"]]) }
    #expect(failure?.status == .authentication)
    #expect(failure?.retryable == false)
    let told = "\(failure?.message ?? "") \(bench.seen.logs)"
    #expect(!told.contains("barley"))
    #expect(bench.seen.state.isEmpty)
  }

  @Test func `a certificate that nobody vouches for is refused`() throws {
    let failure = #expect(throws: PluginError.self) { try notify(bench(), ["authorities": nil]) }
    #expect(failure?.status == .authentication)
    #expect(failure?.details["next"]?.string?.contains("authority") == true)
  }

  @Test func `a server without STARTTLS gets no password`() throws {
    let failure = #expect(throws: PluginError.self) {
      try notify(bench(), ["port": try MailServer.port("plain")])
    }
    #expect(failure?.status == .unsupported)
  }

  @Test func `to this machine it may be plain`() throws {
    _ = try notify(
      bench(), ["security": "none", "port": try MailServer.port("plain"), "user": nil, "password": nil])
    #expect(try MailServer.mails(address)[0]["tls"] == false)
  }

  @Test func `a recipient who is refused is told, and nobody gets half a mail`() throws {
    let failure = #expect(throws: PluginError.self) {
      try notify(bench(), ["to": [.string(address), .string("refused-\(address)")]])
    }
    #expect(failure?.details["smtp_status"] == 550)
    #expect(failure?.status == .denied)
    #expect(try MailServer.mails(address).isEmpty)
  }

  @Test func `a server that says later is asked again`() throws {
    let bench = bench()
    #expect(try notify(bench, ["to": [.string("later-\(address)")]])["tries"] == 3)
    #expect(bench.seen.logs.count { $0.contains("trying again") } == 2)
  }

  @Test func `tries end`() throws {
    let failure = #expect(throws: PluginError.self) {
      try notify(bench(), ["to": [.string("never-\(address)")], "attempts": 2])
    }
    #expect(failure?.retryable == true)
    #expect(failure?.details["smtp_status"] == 451)
  }

  @Test func `a server that is not there is a failure with its name`() throws {
    let failure = #expect(throws: PluginError.self) { try notify(bench(), ["port": 1, "attempts": 1]) }
    #expect(failure?.status == .io)
    #expect(failure?.message.contains("127.0.0.1 did not take the mail") == true)
  }

  /// Before the first try, in the wait before the second one, and while the server is silent.
  @Test(arguments: [("", 1), ("never-", 2), ("slow-", 2)])
  func `it stops at once when the run is cancelled`(kind: String, afterProgress: Int) throws {
    let bench = bench()
    bench.cancel(afterProgress: afterProgress)
    let began = ContinuousClock.now
    let failure = #expect(throws: PluginError.self) { try notify(bench, ["to": [.string(kind + address)]]) }
    #expect(failure?.status == .cancelled)
    #expect(bench.seen.state.isEmpty)
    #expect(ContinuousClock.now - began < .seconds(20))
  }

  @Test(
    arguments: [
      (["from": "nobody"], "/from"), (["from": "a@b@c"], "/from"), (["from": "a\r\nBcc: x <a@b.test>"], "/from"),
      (["to": []], "/to"), (["to": ["a@b.test", "x <y@z@b.test>"]], "/to/1"),
      (["to": ["a@b.test>\nRCPT TO:<c@d.test"]], "/to/0"),
      (["host": "a b"], "/host"), (["host": "a/b?c"], "/host"),
      (["security": "none", "host": "mail.example.org"], "/security"),
      (["user": nil], "/user"), (["password": nil], "/password"),
    ] as [([String: JSONValue], String)])
  func `a configuration that is not safe is refused at its place`(change: [String: JSONValue], place: String) throws {
    let failure = #expect(throws: PluginError.self) {
      try bench().instance("notify", .object(try configuration(change)))
    }
    #expect(failure?.status == .configuration)
    #expect(failure?.details["path"] == .string(place))
  }

  @Test func `dates are those of mail`() {
    #expect(MailText.date(0) == "Thu, 1 Jan 1970 00:00:00 +0000")
    #expect(MailText.date(1_795_889_045) == "Sat, 28 Nov 2026 18:04:05 +0000")
    #expect(MailText.date(951_782_400) == "Tue, 29 Feb 2000 00:00:00 +0000")
  }
}

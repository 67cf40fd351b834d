// Notifiers are told how a run ended, and what goes wrong with them is theirs.
import Foundation
import JSONValue
import Model
import TestSupport
import Testing

struct NotificationTests {
  private func document(_ host: TestHost, _ notify: String, sink: String = "well-behaved") -> String {
    """
    apiVersion: opentrusteval/v1
    kind: Pipeline
    metadata: {name: tells}
    nodes:
      rows: {use: well-behaved/source}
      out: {use: \(sink)/sink, in: rows, with: {path: "\(host.unusedPath())"}}
    notify:
      - \(notify)
    """
  }

  private func host() throws -> TestHost { try TestHost("well-behaved", "fails-in-commit", "tells-files") }

  private func told(_ path: String) throws -> [JSONValue] {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [] }
    return try text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
  }

  private func receipt(_ result: RunResult) -> JSONValue? {
    result.events.first { $0["event"] == "notified" }?["receipt"]
  }

  @Test func `each end is told to those that asked for it`() throws {
    let host = try host()
    let path = host.unusedPath()
    let notify = "{on: [failed, cancelled], use: tells-files/notify, with: {path: \"\(path)\"}}"
    #expect(try host.run(document(host, notify)).status == .succeeded)
    #expect(try told(path).isEmpty)
    let failed = try host.run(document(host, notify, sink: "fails-in-commit"))
    #expect(failed.status == .failed)
    let event = try #require(try told(path).first)
    #expect(event["type"] == "run.failed" && event["run"]?.string == failed.report.run)
    #expect(event["pipeline"]?["name"] == "tells" && event["problem"]?["plugin"] == "fails-in-commit")
    #expect(event["id"]?.string?.hasPrefix(failed.report.run) == true)
    #expect(receipt(failed)?["sent"] == true && receipt(failed)?["receipt"] == ["told": true])
    #expect(try told(path).count == 1)
  }

  @Test func `what fails for a moment is tried again`() throws {
    let host = try host()
    let path = host.unusedPath()
    let notify = "{on: [succeeded], use: tells-files/notify, with: {path: \"\(path)\", fails: once}}"
    let result = try host.run(document(host, notify))
    #expect(result.code == 0)
    #expect(receipt(result)?["attempts"] == 2 && receipt(result)?["sent"] == true)
    #expect(try told(path).map { $0["type"] } == ["run.succeeded"])
  }

  @Test(arguments: ["always", "crashes"])
  func `a notifier that fails changes nothing of the run`(how: String) throws {
    let host = try host()
    let notify = "{on: [succeeded], use: tells-files/notify, with: {path: \"\(host.unusedPath())\", fails: \(how)}}"
    let result = try host.run(document(host, notify))
    #expect(result.code == 0 && result.status == .succeeded && result.report.problems.isEmpty)
    #expect(receipt(result)?["sent"] == false && receipt(result)?["attempts"] == 1)
    #expect(receipt(result)?["problem"]?["plugin"] == "tells-files")
  }

  @Test func `a notifier that is not there is a warning`() throws {
    let host = try host()
    let text = document(host, "{on: [succeeded], use: nobody/notify}")
    let checked = try host.ote("pipelines", "validate", try host.document(text), "--json")
    #expect(checked.code == 0)
    #expect(
      try checked.json()["warnings"]?[0]?["message"]?.string?.hasPrefix("Notification 1 uses 'nobody/notify'") == true)
    #expect(try host.run(text).status == .succeeded)
  }
}

// Events by POST, against a receiver that checks the signature as the docs say.
import Foundation
import JSONValue
import PluginKit
import PluginTesting
import TestSupport
import Testing

@testable import WebhookPlugin

enum Receivers {
  private static let shared = Result { try PythonServer(fixture: "notify/receivers.py") }

  static func port() throws -> Int { try shared.get().port }

  static func get(_ path: String) throws -> JSONValue {
    try JSONValue(parsing: Array(try shared.get().ask("GET", path).body))
  }

  static func hook(_ key: String, _ query: String = "") throws -> String {
    "http://127.0.0.1:\(try port())/hook/\(key)\(query)"
  }

  static func seen(_ key: String) throws -> [JSONValue] { try get("/seen/\(key)").array ?? [] }
}

struct WebhookTests {
  private static let event: JSONValue = [
    "id": "run-7/failed", "type": "run.failed", "at": "2026-11-28T18:00:00Z", "run": "run-7",
    "pipeline": ["name": "flights", "version": 2],
    "status": "failed", "problem": ["code": "OTE-3001", "detail": "no <file> & nothing", "next": "Look there."],
    "text": "flights failed",
    "gates": [["node": "rules", "passed": false], ["node": "other", "passed": true]], "url": "https://ote.test/runs/7",
  ]

  private let key = UUID().uuidString

  private func bench() -> PluginBench {
    let bench = PluginBench(plugin)
    bench.secrets = ["signing": "hush", "wrong": "loud", "token": "t0ken-value"]
    return bench
  }

  private func notify(
    _ bench: PluginBench, _ more: [String: JSONValue] = [:], query: String = "", event: JSONValue = event
  ) throws -> JSONValue {
    let usual: [String: JSONValue] = ["url": .string(try Receivers.hook(key, query)), "secret": ["$secret": "signing"]]
    return try bench.instance("notify", .object(usual.merging(more) { $1 })).notify(event)
  }

  @Test func `the receiver gets the event as it is, and its signature is right`() throws {
    let receipt = try notify(bench(), ["headers": ["X-Team": "data"], "bearer": ["$secret": "token"]])
    #expect(receipt["told"] == true)
    #expect(receipt["tries"] == 1)
    let got = try Receivers.seen(key)
    #expect(got.count == 1)
    #expect(got[0]["body"] == Self.event)
    #expect(got[0]["genuine"] == true)
    #expect(got[0]["headers"]?["content-type"] == "application/json")
    #expect(got[0]["headers"]?["idempotency-key"] == "run-7/failed")
    #expect(got[0]["headers"]?["x-ote-event"] == "run.failed")
    #expect(got[0]["headers"]?["x-team"] == "data")
    #expect(got[0]["headers"]?["authorization"] == "Bearer t0ken-value")
  }

  @Test func `another secret is no right signature, and none is none`() throws {
    _ = try notify(bench(), ["secret": ["$secret": "wrong"]])
    #expect(try Receivers.seen(key)[0]["genuine"] == false)
    let other = PluginBench(plugin)
    _ = try other.instance("notify", ["url": .string(try Receivers.hook(key))]).notify(["id": "e2"])
    #expect(try Receivers.seen(key)[1]["genuine"] == .null)
  }

  @Test func `the signature is the HMAC of time, full stop and body`() {
    // openssl dgst -sha256 -hmac hush over "1764332100.{}".
    let signature = WebhookNotifier.signature(Array("{}".utf8), secret: "hush", time: 1_764_332_100)
    #expect(signature.hasPrefix("t=1764332100,v1="))
    #expect(signature.count == "t=1764332100,v1=".count + 64)
  }

  @Test func `the same event is told once, another one again`() throws {
    let bench = bench()
    _ = try notify(bench)
    let again = try notify(bench)
    #expect(again["again"] == true)
    #expect(try Receivers.seen(key).count == 1)
    _ = try notify(bench, event: ["id": "run-8/failed"])
    #expect(try Receivers.seen(key).count == 2)
  }

  @Test func `what an earlier process has told is not told again`() throws {
    let first = bench()
    _ = try notify(first)
    let second = bench()
    second.setState(first.seen.state)
    #expect(try notify(second)["again"] == true)
    #expect(try Receivers.seen(key).count == 1)
  }

  @Test func `an overloaded receiver is tried again, with the same key`() throws {
    let bench = bench()
    let receipt = try notify(bench, query: "?statuses=503,429,200")
    #expect(receipt["tries"] == 3)
    let got = try Receivers.seen(key)
    #expect(got.count == 3)
    #expect(Set(got.compactMap { $0["headers"]?["idempotency-key"]?.string }).count == 1)
    #expect(got.allSatisfy { $0["genuine"] == true })
    #expect(bench.seen.logs.count { $0.contains("trying again") } == 2)
  }

  @Test func `a line that breaks is tried again`() throws {
    #expect(try notify(bench(), query: "?statuses=cut,200")["tries"] == 2)
  }

  @Test func `tries end, and an event that was not told may be told later`() throws {
    let bench = bench()
    let failure = #expect(throws: PluginError.self) {
      try notify(bench, ["attempts": 2], query: "?statuses=500,502,200")
    }
    #expect(failure?.details["http_status"] == 502)
    #expect(failure?.retryable == true)
    #expect(try Receivers.seen(key).count == 2)
    #expect(try notify(bench, query: "?statuses=500,502,200")["tries"] == 1)
  }

  @Test(arguments: [400, 401, 404, 410, 302])
  func `an answer that no further try can better is a failure at once`(status: Int) throws {
    let failure = #expect(throws: PluginError.self) { try notify(bench(), query: "?statuses=\(status)") }
    #expect(failure?.details["http_status"] == .int(Int64(status)))
    #expect(try Receivers.seen(key).count == 1)
  }

  @Test func `Retry-After is heard`() throws {
    let began = ContinuousClock.now
    _ = try notify(bench(), query: "?statuses=429,200&retry_after=1")
    #expect(ContinuousClock.now - began >= .seconds(1))
  }

  @Test func `a receiver that is not there is named by its host, never by its address`() throws {
    let bench = bench()
    bench.secrets["address"] = "http://127.0.0.1:1/services/T0/SECRETPART"
    let notifier = try bench.instance("notify", ["secret_url": ["$secret": "address"], "attempts": 1])
    let failure = #expect(throws: PluginError.self) { try notifier.notify(Self.event) }
    #expect(failure?.message.contains("127.0.0.1:1") == true)
    let told = "\(failure?.message ?? "") \(JSONValue.object(failure?.details ?? [:]).text) \(bench.seen.logs)"
    #expect(!told.contains("SECRETPART"))
  }

  @Test func `an answer never shows the secrets that were sent`() throws {
    let bench = bench()
    let failure = #expect(throws: PluginError.self) {
      try notify(bench, ["bearer": ["$secret": "token"], "attempts": 1], query: "?statuses=500")
    }
    let told = "\(failure?.message ?? "") \(bench.seen.logs)"
    #expect(!told.contains("hush") && !told.contains("t0ken-value"))
  }

  @Test func `a receiver that never answers ends with the time it is given`() throws {
    let failure = #expect(throws: PluginError.self) {
      try notify(bench(), ["timeout_s": 0.3, "attempts": 1], query: "?statuses=hang")
    }
    #expect(failure?.status == .timeout)
  }

  @Test(arguments: [1, 2])
  func `it stops at once when the run is cancelled`(afterProgress: Int) throws {
    let bench = bench()
    bench.cancel(afterProgress: afterProgress)
    let failure = #expect(throws: PluginError.self) {
      try notify(bench, ["timeout_s": 60], query: "?statuses=\(afterProgress == 1 ? "hang" : "503,hang")")
    }
    #expect(failure?.status == .cancelled)
    #expect(bench.seen.state.isEmpty)
  }

  @Test func `Slack gets a text in which nothing is markup of the event's`() throws {
    _ = try notify(bench(), ["format": "slack"])
    let body = try #require(try Receivers.seen(key)[0]["body"]?.object)
    #expect(Array(body.keys) == ["text"])
    let text = try #require(body["text"]?.string)
    #expect(text.hasPrefix("*flights: run.failed (failed)*\n"))
    #expect(text.contains("• OTE-3001: no &lt;file&gt; &amp; nothing Look there."))
    #expect(text.contains("The gate at rules tripped"))
    #expect(!text.contains("gate at other"))
    #expect(text.hasSuffix("https://ote.test/runs/7"))
  }

  @Test func `an id that would break a header is sent as codes`() throws {
    _ = try notify(bench(), event: ["id": "a\r\nX-Evil: 1 ü%"])
    let headers = try #require(try Receivers.seen(key)[0]["headers"])
    #expect(headers["idempotency-key"] == "a%0d%0aX-Evil:%201%20%c3%bc%25")
    #expect(headers["x-evil"] == nil)
  }

  @Test func `an event without an id is refused`() throws {
    for event: JSONValue in [[:], ["id": ""], ["id": 7]] {
      let failure = #expect(throws: PluginError.self) { try notify(bench(), event: event) }
      #expect(failure?.status == .invalidArgument)
    }
  }

  @Test func `memory that is damaged is a failure, not a second message`() throws {
    let bench = bench()
    bench.setState(["told": Array("{".utf8)])
    #expect(#expect(throws: PluginError.self) { try notify(bench) }?.status == .state)
  }

  @Test(
    arguments: [
      ([:], "/url"), (["url": "https://a.test", "secret_url": ["$secret": "x"]], "/secret_url"),
      (["url": "ftp://a.test/x"], "/url"), (["url": "file:///etc/passwd"], "/url"),
      (["url": "http://example.org/x"], "/url"),
      (["url": "http://127.0.0.1.evil.test/"], "/url"), (["url": "http://localhost@evil.test/"], "/url"),
      (["url": "https://a.test", "headers": ["authorization": "x"]], "/headers/authorization"),
      (["url": "https://a.test", "headers": ["Host": "x"]], "/headers/Host"),
    ] as [(JSONValue, String)])
  func `a configuration that is not safe is refused at its place`(configuration: JSONValue, place: String) {
    let failure = #expect(throws: PluginError.self) { try bench().instance("notify", configuration) }
    #expect(failure?.status == .configuration)
    #expect(failure?.details["path"] == .string(place))
  }

  @Test func `an address that is a secret is held to the same rules`() throws {
    let bench = bench()
    bench.secrets["address"] = "http://example.org/x"
    let failure = #expect(throws: PluginError.self) {
      try bench.instance("notify", ["secret_url": ["$secret": "address"]]).notify(Self.event)
    }
    #expect(failure?.details["path"] == "/secret_url")
  }

  @Test func `a header that would hold a second one is refused`() throws {
    let failure = #expect(throws: PluginError.self) {
      try notify(bench(), ["headers": ["X-A": "1\r\nX-B: 2"]])
    }
    #expect(failure?.status == .invalidArgument)
    #expect(try Receivers.seen(key).isEmpty)
  }
}

// What the source does when Google, the line or the configuration is not as it should be.
import JSONValue
import PluginKit
import PluginTesting
import Testing

@testable import GoogleDrivePlugin

@Suite struct FaultTests {
  let world: World
  let folder: String

  init() throws {
    world = try World()
    folder = try world.folder("F")
  }

  private func rows(_ more: JSONValue = [:], auth: JSONValue = World.person, _ bench: PluginBench? = nil) throws
    -> [Row]
  {
    try world.source(.object((more.object ?? [:]).merging(["folder": "F"]) { $1 }), auth: auth, bench).rows()
  }

  // MARK: tokens

  @Test func `a token that is about to end is renewed before it does`() throws {
    try world.add("a.csv", in: folder, "1")
    // What Google announces counts; in truth the stand-in's tokens live on.
    try world.order(["lifetime": 0])
    #expect(try rows().count == 1)
    // Each call asked for a token of its own, and none met a 401.
    #expect(try world.requests("/token").count >= 3)
    try world.order(["lifetime": 3600])
    let before = try world.requests("/token").count
    #expect(try rows().count == 1)
    #expect(try world.requests("/token").count == before + 1)
  }

  @Test func `a token that was revoked is renewed once`() throws {
    try world.add("a.csv", in: folder, "1")
    let bench = try world.bench()
    let instance = try world.source(["folder": "F"], bench)
    try world.fault("alt=media", ["status": 401, "reason": "authError"])
    #expect(try instance.rows().map(\.text) == ["1"])
    #expect(try world.requests("alt=media").count == 2)
    try world.fault("alt=media", ["status": 401, "reason": "authError", "times": 9])
    let refused = problem { _ = try rows() }
    #expect(refused?.status == .authentication && refused?.details["path"]?.string == "/auth")
    #expect(try world.requests("alt=media").count == 4)
  }

  @Test func `a sign-in that ended says so and what to do`() throws {
    try world.order(["revoke": "good-refresh"])
    let ended = try #require(problem { _ = try rows() })
    #expect(ended.status == .authentication && ended.details["path"]?.string == "/auth/refresh_token")
    #expect(ended.message.contains("revoked") && ended.details["next"]?.string?.contains("Sign in again") == true)
    #expect(!ended.retryable)
  }

  @Test func `wrong secrets are told apart, and never shown`() throws {
    let bench = try world.bench()
    bench.secrets["client"] = "s3cret-of-client"
    let client = try #require(problem { _ = try rows(bench) })
    #expect(client.details["path"]?.string == "/auth/client_id")
    bench.secrets["token"] = "s3cret-token"
    let token = try #require(
      problem { _ = try rows(auth: ["method": "access_token", "token": ["$secret": "token"]], bench) })
    #expect(token.status == .authentication && token.details["next"]?.string?.contains("an hour") == true)
    let missing = try #require(problem { _ = try rows(auth: ["method": "oauth", "client_id": "desktop"]) })
    #expect(missing.status == .configuration)
    for text in [client, token, missing].map({ "\($0.message) \(JSONValue.object($0.details).text)" }) + bench.seen.logs
    {
      #expect(!text.contains("s3cret") && !text.contains("good-refresh"))
    }
    #expect(try world.requests("s3cret").isEmpty && world.requests("good-refresh").isEmpty)
  }

  @Test func `an access token of somebody else's making works`() throws {
    try world.add("a.csv", in: folder, "1")
    let bench = try world.bench()
    bench.secrets["token"] = try world.order(["issue": "https://www.googleapis.com/auth/drive.readonly"]).string
    #expect(try rows(auth: ["method": "access_token", "token": ["$secret": "token"]], bench).count == 1)
  }

  @Test func `a service account signs in, also for a person it may act for`() throws {
    try world.add("a.csv", in: folder, "1")
    var auth: [String: JSONValue] = ["method": "service_account", "key": ["$secret": "key"]]
    #expect(try rows(auth: .object(auth)).count == 1)
    auth["subject"] = "ada@example.org"
    #expect(try rows(auth: .object(auth)).count == 1)
    #expect(
      try world.seen["granted"]?.array?.contains([
        "urn:ietf:params:oauth:grant-type:jwt-bearer", "https://www.googleapis.com/auth/drive.readonly",
      ]) == true)
    auth["subject"] = "eve@example.org"
    #expect(problem { _ = try rows(auth: .object(auth)) }?.details["next"]?.string?.contains("delegation") == true)
    let bench = try world.bench()
    let key = try JSONValue(parsing: bench.secrets["key"] ?? "")
    for (broken, words) in [
      ("no json", "not a JSON object"), (#"{"type":"authorized_user"}"#, "not service_account"),
      (key.text.replacing("BEGIN PRIVATE", with: "BEGIN BROKEN"), "not an RSA key"),
      (key.text.replacing("http://127.0.0.1", with: "http://elsewhere.example"), "token_uri"),
    ] {
      bench.secrets["key"] = broken
      let config = world.config(
        ["folder": "F", "endpoints": ["api": .string(world.address)]],
        auth: ["method": "service_account", "key": ["$secret": "key"]])
      let refused = problem { _ = try bench.instance("source", config).rows() }
      #expect(refused?.status == .configuration && refused?.message.contains(words) == true, "\(words)")
    }
  }

  // MARK: limits and faults that pass

  @Test func `a storm of rate errors is waited out`() throws {
    try world.add("a.csv", in: folder, "1")
    try world.fault("files\\?q=", ["status": 403, "reason": "userRateLimitExceeded", "retry_after": 0, "times": 2])
    try world.fault("alt=media", ["status": 429, "reason": "rateLimitExceeded", "retry_after": 0, "times": 2])
    try world.fault("/token", ["status": 503, "retry_after": 0])
    #expect(try rows().map(\.text) == ["1"])
  }

  @Test func `a storm that does not end is given up, with whose limit it is`() throws {
    try world.fault("files\\?q=", ["status": 403, "reason": "userRateLimitExceeded", "retry_after": 0, "times": 99])
    let given = try #require(problem { _ = try rows(["attempts": 3]) })
    #expect(
      given.status == .resource && given.retryable && given.details["vendor_code"]?.string == "userRateLimitExceeded")
    #expect(given.details["path"]?.string == "/parallel" && given.details["next"] != nil)
    #expect(try world.requests("files?q=").count == 3)
  }

  @Test func `answers that are no Drive answers are refused with words`() throws {
    for (raw, words) in [
      ("<html>", "not JSON"), ("{}", "no list"), (#"{"files": [{"id": 7}]}"#, "describes no file"),
      (#"{"files": [], "incompleteSearch": true}"#, "incomplete"),
    ] {
      try world.fault("files\\?q=", ["raw": .string(raw)])
      let refused = problem { _ = try rows() }
      #expect(refused?.status == .io && refused?.message.contains(words) == true, "\(raw)")
    }
    try world.fault("/token", ["raw": "[]"])
    #expect(problem { _ = try rows() }?.message.contains("without an access token") == true)
  }

  @Test func `a cut download goes on where it stopped`() throws {
    let text = String(repeating: "0123456789", count: 100_000)
    try world.add("big.csv", in: folder, text)
    try world.fault("alt=media", ["cut": 300_000, "times": 2])
    let rows = try rows()
    #expect(rows[0].text == text)
    #expect(try world.requests("alt=media").count == 3)
    // Two cuts and the rest: nothing was sent twice, or the checksum would have sent it back.
    try world.add("Plan", in: folder, type: "application/vnd.google-apps.document")
    try world.fault("export", ["cut": 500])
    #expect(try self.rows(["include": ["Plan*"]])[0].text == String(repeating: "Plan as \(docx)", count: 1000))
  }
  private let docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

  @Test func `a download that is always cut short ends with the host and the phase`() throws {
    try world.add("a.csv", in: folder, "0123456789")
    try world.fault("alt=media", ["cut": 0, "times": 99])
    let cut = try #require(problem { _ = try rows(["attempts": 2]) })
    #expect(cut.status == .io && cut.retryable && cut.message.contains("127.0.0.1"))
  }

  @Test func `bytes that do not match their checksum are not handed on`() throws {
    let id = try world.add("a.csv", in: folder, "right")
    try world.order(["quietly": ["id": .string(id), "data": "d3Jvbmc="]])
    let wrong = try #require(problem { _ = try rows() })
    #expect(wrong.status == .data && wrong.message.contains("checksum") && wrong.details["file"]?.string == "a.csv")
  }

  @Test func `what may not be read fails with the reason, or is passed over`() throws {
    try world.add("fine.csv", in: folder, "1")
    try world.add("locked.csv", in: folder, "1", ["capabilities": ["canDownload": false, "canAddChildren": false]])
    let locked = try #require(problem { _ = try rows() })
    #expect(locked.status == .denied && locked.message.contains("turned off downloading"))
    try world.add("virus.csv", in: folder, "1", ["abuse": true])
    let sheet = try world.add("Huge", in: folder, type: "application/vnd.google-apps.spreadsheet")
    try world.order(["exports": ["id": .string(sheet), "size": 20_000_000]])
    #expect(problem { _ = try rows(["include": ["Huge*"]]) }?.details["path"]?.string == "/export")
    let bench = try world.bench()
    #expect(try rows(["skip_unreadable": true], bench).map(\.relative) == ["fine.csv"])
    #expect(bench.seen.logs.filter { $0.contains("passed over") }.count == 3)
  }

  @Test func `a wrong folder names what is near`() throws {
    try world.folder("Reports 2026")
    let missing = try #require(problem { _ = try world.source(["folder": "reports"]).rows() })
    #expect(missing.status == .notFound && missing.details["path"]?.string == "/folder")
    #expect(missing.details["next"]?.string?.contains("'Reports 2026'") == true)
    let ids = try [world.folder("twice"), world.folder("twice")]
    let twice = try #require(problem { _ = try world.source(["folder": "twice"]).rows() })
    #expect(ids.allSatisfy { twice.details["next"]?.string?.contains("id:\($0)") == true })
    for bad in ["https://example.org/x", "id:a b", "Shared drives"] {
      #expect(problem { _ = try world.source(["folder": .string(bad)]).rows() }?.status == .configuration, "\(bad)")
    }
    #expect(problem { _ = try world.source(["folder": "id:nothing"]).rows() }?.status == .notFound)
  }

  // MARK: cancel

  @Test(arguments: ["before", "listing", "waiting", "downloading"])
  func `a cancelled run stops within a second and starts nothing more`(point: String) throws {
    for index in 0..<20 { try world.add("f\(index).csv", in: folder, String(repeating: "x", count: 100_000)) }
    let bench = try world.bench()
    switch point {
    case "before": bench.cancel()
    case "listing": try world.fault("files\\?q=", ["delay": 20, "skip": 1])
    case "waiting": try world.fault("files\\?q=", ["status": 429, "reason": "rateLimitExceeded", "retry_after": 60])
    default: try world.fault("alt=media", ["cut": 1000, "stall": 20, "times": 20])
    }
    let clock = ContinuousClock()
    let stop = Stopper(
      bench,
      once: {
        try world.requests(point == "downloading" ? "alt=media" : "files?q=").count >= (point == "listing" ? 2 : 1)
      })
    if point != "before" { stop.start() }
    let began = clock.now
    let stopped = problem { _ = try rows(bench) }
    let took = clock.now - began
    #expect(stopped?.status == .cancelled, "\(stopped?.description ?? "it went on")")
    #expect(clock.now - (stop.stopped ?? began) < .seconds(2), "it took \(took)")
  }

  private func rows(_ bench: PluginBench) throws -> [Row] { try rows([:], bench) }
  private func rows(_ more: JSONValue, _ bench: PluginBench) throws -> [Row] {
    try rows(more, auth: World.person, bench)
  }
}

// Servers that cut, drip, stall, flood and lie: each ends in a problem with words, in bounded time and memory.
import JSONValue
import PluginKit
import Testing

@testable import HTTPTransfer

@Suite struct HostileTests {
  private func failure(
    _ path: String, limits: HTTPLimits = HTTPLimits(), into receiver: HTTPReceiver = .memory(limit: 1 << 20)
  ) throws -> PluginError? {
    var request = HTTPRequest("GET", try Server.address(path + "?token=hidden"))
    request.limits = limits
    let found = problem { _ = try HTTPClient().send(request, nil, into: receiver) }
    #expect(found?.message.contains("127.0.0.1") == true && found?.message.contains("hidden") == false)
    return found
  }

  @Test(arguments: ["/short", "/nothing", "/half-head", "/bad-chunk", "/short-chunk"])
  func `an answer that is cut or broken is worth another try`(_ path: String) throws {
    let found = try failure(path)
    #expect(found?.status == .io && found?.retryable == true, "\(found?.message ?? "none")")
    #expect(found?.details["phase"]?.string?.isEmpty == false)
  }

  @Test func `what is no HTTP is said to be none`() throws {
    let found = try failure("/not-http")
    #expect(
      found?.status == .io && found?.retryable == false
        && found?.details["next"]?.string?.contains("speaks HTTP") == true)
  }

  @Test(arguments: ["/giant-header", "/many-headers"]) func `headers have a limit`(_ path: String) throws {
    #expect(try failure(path)?.status == .io)
  }

  @Test func `a body has a limit, and a bad answer's body is cut`() throws {
    #expect(try failure("/endless")?.message.contains("more than the 1048576 bytes") == true)
    let answer = try Server.get("/endless-error")
    #expect(answer.status == 500 && answer.body.count == 64 << 10)
  }

  @Test(arguments: ["/silent", "/stalls"]) func `silence has a limit`(_ path: String) throws {
    let found = try failure(path, limits: HTTPLimits(idle: 0.2))
    #expect(
      found?.status == .timeout && found?.retryable == true && found?.message.contains("silent for 0.2 s") == true)
  }

  @Test func `a drip is no silence, but the whole has a limit too`() throws {
    let found = try failure("/drips", limits: HTTPLimits(idle: 5, total: 0.5))
    #expect(found?.status == .timeout && found?.message.contains("within 0.5 s") == true)
  }

  @Test func `a server that does not read is silent as well`() throws {
    var request = HTTPRequest("PUT", try Server.address("/deaf"), body: .bytes([UInt8](repeating: 0, count: 64 << 20)))
    request.limits = HTTPLimits(idle: 0.3)
    #expect(problem { _ = try HTTPClient().send(request, nil) }?.status == .timeout)
  }

  @Test func `a port where nobody listens is told with the phase`() {
    let found = problem { _ = try HTTPClient().send(HTTPRequest("GET", "http://127.0.0.1:1/secret?x=y"), nil) }
    #expect(found?.retryable == true && found?.details["phase"] == "connecting")
    #expect(found?.message.hasPrefix("127.0.0.1:1, connecting: ") == true && found?.message.contains("secret") == false)
  }

  @Test func `a name that does not exist is told`() {
    let found = problem { _ = try HTTPClient().send(HTTPRequest("GET", "http://no-such-host.invalid/"), nil) }
    #expect(found?.details["phase"] == "finding the host", "\(found?.message ?? "none")")
  }

  @Test(arguments: [
    "ftp://127.0.0.1/x", "file:///etc/passwd", "gopher://127.0.0.1/", "http://user:hidden@127.0.0.1/", "nonsense", "",
    "http://127.0.0.1/a b", "http://127.0.0.1/\r\nX: y",
  ])
  func `other schemes, credentials and broken addresses are refused`(_ url: String) {
    let found = problem { _ = try HTTPClient().send(HTTPRequest("GET", url), nil) }
    #expect(found?.status == .invalidArgument && found?.message.contains("hidden") == false)
  }

  @Test(arguments: [
    ("X-Bad\r\nInjected", "1"), ("X Space", "1"), ("", "1"), ("X-Ok", "1\r\nInjected: 2"), ("X-Ok", "\u{0}"),
  ])
  func `a header cannot smuggle another one`(_ name: String, _ value: String) throws {
    var request = HTTPRequest("GET", try Server.address("/echo"))
    request.headers.add(name, value)
    #expect(problem { _ = try HTTPClient().send(request, nil) }?.status == .invalidArgument)
  }

  @Test func `a body that fails while it is sent ends with its own words`() throws {
    let body = HTTPBody.pull(length: 100) { _ in throw PluginError(.data, "the well is dry") }
    let request = HTTPRequest("PUT", try Server.address("/length"), body: body)
    #expect(problem { _ = try HTTPClient().send(request, nil) }?.message == "the well is dry")
  }
}

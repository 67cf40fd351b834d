// When it is tried again, how long it waits, and that a cancelled run waits no longer.
import Foundation
import JSONValue
import PluginKit
import TestSupport
import Testing

@testable import HTTPTransfer

@Suite struct RetryTests {
  private let client = HTTPClient()

  private func quick(attempts: Int = 4) -> Retry {
    var retry = Retry()
    retry.attempts = attempts
    retry.first = 0.001
    retry.jitter = { 0.5 }
    return retry
  }

  @Test(arguments: [429, 500, 503]) func `a busy server gets further tries`(_ status: Int) throws {
    let key = "busy-\(status)"
    var reasons: [String] = []
    let answer = try quick()(nil, onWait: { reasons.append($1) }) { _ in
      try Server.get("/fails/2/\(status)?key=\(key)", client)
    }
    #expect(answer.status == 200 && reasons.count == 2 && reasons[0].contains("answered \(status)"))
    #expect(try Server.seen(key).count == 3)
  }

  @Test func `so does a line that is cut, but only so often`() throws {
    #expect(try quick()(nil) { _ in try Server.get("/cuts/3?key=cut-3", client) }.status == 200)
    var tries = 0
    let found = problem {
      _ = try quick()(nil) { attempt in
        tries = attempt
        return try Server.get("/nothing", client)
      }
    }
    #expect(found?.status == .io && tries == 4)
  }

  @Test func `a wrong request is not made twice`() throws {
    #expect(try quick()(nil) { _ in try Server.get("/fails/9/403?key=wrong", client) }.status == 403)
    #expect(try Server.seen("wrong").count == 1)
  }

  @Test func `waits double up to a limit, half of them by chance`() {
    var retry = Retry()
    retry.jitter = { 0 }
    #expect((1...8).map(retry.backoff) == [0.25, 0.5, 1, 2, 4, 8, 10, 10])
    retry.jitter = { 0.5 }
    #expect(retry.backoff(1) == 0.375)
  }

  @Test func `Retry-After counts in seconds and as a date`() {
    var retry = Retry()
    retry.jitter = { 0 }
    retry.now = { 784_111_770 }
    func delay(_ text: String) -> Double? {
      var response = HTTPResponse()
      response.headers["Retry-After"] = text
      return retry.delay(afterAttempt: 1, response)
    }
    #expect(delay("7") == 7)
    #expect(delay("Sun, 06 Nov 1994 08:49:37 GMT") == 7)
    #expect(delay("Sun, 06 Nov 1994 08:00:00 GMT") == 0.125)
    #expect(delay("3600") == nil)
    for nonsense in ["soon", "-5", "inf", "1e3", ""] { #expect(delay(nonsense) == 0.25, "\(nonsense)") }
  }

  @Test func `a server that asks for an hour gets no further try`() throws {
    #expect(try quick()(nil) { _ in try Server.get("/fails/9/429/3600?key=hour", client) }.status == 429)
    #expect(try Server.seen("hour").count == 1)
  }

  @Test(arguments: [true, false]) func `waiting ends at once when the run is cancelled`(_ hasDescriptor: Bool) throws {
    let scripted = ScriptedRun(hasDescriptor: hasDescriptor)
    var retry = Retry()
    retry.first = 1000
    retry.longest = 1000
    let began = Date()
    let found = problem {
      _ = try retry(scripted.run, onWait: { _, _ in scripted.cancel() }) { _ in try Server.get("/status/503", client) }
    }
    #expect(found?.status == .cancelled && Date().timeIntervalSince(began) < 20)
  }

  @Test(arguments: ["/silent", "/drips", "/stalls", "/endless"], [true, false])
  func `a transfer ends at once when the run is cancelled`(_ path: String, _ hasDescriptor: Bool) throws {
    let scripted = ScriptedRun(hasDescriptor: hasDescriptor)
    var request = HTTPRequest("GET", try Server.address(path))
    // Asked while the transfer waits: by then it is surely under way.
    request.shouldStop = {
      scripted.cancel()
      return false
    }
    let began = Date()
    let found = problem { _ = try client.send(request, scripted.run, into: .chunks { _ in }) }
    #expect(found?.status == .cancelled && Date().timeIntervalSince(began) < 20)
    #expect(problem { _ = try client.send(request, scripted.run) }?.status == .cancelled)
  }

  @Test func `a cancelled run can still clean up without itself`() throws {
    let scripted = ScriptedRun()
    scripted.cancel()
    #expect(try client.send(HTTPRequest("DELETE", try Server.address("/echo")), nil).status == 200)
  }
}

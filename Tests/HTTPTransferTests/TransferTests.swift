// What goes out and what comes back, with a server that tells what it was sent.
import Dispatch
import Glibc
import JSONValue
import PluginKit
import Synchronization
import TestSupport
import Testing

@testable import HTTPTransfer

@Suite struct TransferTests {
  private let client = HTTPClient()

  @Test func `method, path, query and headers arrive as they were given`() throws {
    var request = HTTPRequest("DELETE", try Server.address("/echo/a//b/../c%2F+'(x)?q=a%20b&r=&s"))
    request.headers.add("X-Twice", "1")
    request.headers.add("X-Twice", "2")
    request.headers["X-Empty"] = ""
    let answer = try client.send(request, nil)
    let echo = try answer.json()
    #expect(echo["method"] == "DELETE" && echo["target"] == "/echo/a//b/../c%2F+'(x)?q=a%20b&r=&s")
    let headers = echo["headers"]?.array ?? []
    for wanted: JSONValue in [["x-twice", "1"], ["x-twice", "2"], ["x-empty", ""]] { #expect(headers.contains(wanted)) }
    #expect(!headers.contains { $0[0] == "expect" || $0[0] == "transfer-encoding" })
    #expect(answer.headers.all("SET-cookie") == ["a=1", "b=2"] && answer.headers["etag"] == "\"x\"")
    #expect(answer.headers["Empty"] == "" && answer.status == 200)
  }

  @Test(arguments: ["PUT", "POST", "PATCH"]) func `a body goes out from bytes, a part of a file, and a closure`(
    _ method: String
  ) throws {
    let folder = TemporaryFolder()
    let path = try folder.write("0123456789", to: "digits")
    let descriptor = open(path, O_RDONLY)
    defer { close(descriptor) }
    var pulled = ["ab", "cde", ""]
    let pull: (UnsafeMutableRawBufferPointer) -> Int = { buffer in
      let bytes = Array(pulled.removeFirst().utf8)
      buffer.copyBytes(from: bytes)
      return bytes.count
    }
    let bodies: [(HTTPBody, String, String)] = [
      (.bytes(Array("hello".utf8)), "hello", "5"), (.bytes([]), "", "0"),
      (.file(descriptor: descriptor, offset: 3, length: 4), "3456", "4"),
      (.pull(length: nil, pull), "abcde", "chunked"),
    ]
    for (body, expected, how) in bodies {
      let echo = try client.send(HTTPRequest(method, try Server.address("/echo"), body: body), nil).json()
      #expect(echo["body"] == .string(expected) && echo["method"] == .string(method))
      let headers = echo["headers"]?.array ?? []
      #expect(headers.contains { ($0[0] == "content-length" || $0[0] == "transfer-encoding") && $0[1] == .string(how) })
    }
  }

  @Test func `a large body goes out whole, with progress`() throws {
    var request = HTTPRequest("PUT", try Server.address("/length"), body: .bytes([UInt8](repeating: 1, count: 9 << 20)))
    var last: (Int64, Int64) = (0, 0)
    request.onProgress = { last = ($0, $1) }
    #expect(try client.send(request, nil).json()["length"] == .int(9 << 20))
    #expect(last.0 == 9 << 20 && last.1 > 0)
  }

  @Test func `a body lands in a file where it should, and no further than allowed`() throws {
    let folder = TemporaryFolder()
    let path = try folder.write("----", to: "target")
    let descriptor = open(path, O_RDWR)
    defer { close(descriptor) }
    let request = HTTPRequest("GET", try Server.address("/bytes/10"))
    let answer = try client.send(request, nil, into: .file(descriptor: descriptor, offset: 2, limit: 10))
    #expect(answer.received == 10 && answer.body.isEmpty)
    #expect(try Array(folder.read("target").utf8) == Array("--".utf8) + Array(0..<10))
    let tooLong = problem {
      _ = try client.send(request, nil, into: .file(descriptor: descriptor, offset: 0, limit: 9))
    }
    #expect(tooLong?.status == .io && tooLong?.message.contains("more than the 9 bytes") == true)
  }

  @Test func `the body of a bad answer is no file's and no closure's`() throws {
    let request = HTTPRequest("GET", try Server.address("/status/503"))
    let answer = try client.send(request, nil, into: .chunks { _ in Issue.record("called") })
    #expect(answer.status == 503 && answer.text == #"{"status": 503}"#)
    let failure = answer.problem("list the models")
    #expect(failure.retryable && failure.details["http_status"] == 503 && failure.status == .io)
  }

  @Test func `HEAD has no body, 204 neither, an interim answer is not the answer`() throws {
    let head = try client.send(HTTPRequest("HEAD", try Server.address("/bytes/10")), nil)
    #expect(head.status == 200 && head.body.isEmpty && head.headers["content-length"] == "10")
    let interim = try Server.get("/interim")
    #expect(interim.status == 200 && interim.headers["Link"] == nil)
    #expect(try interim.json() == ["ok": true])
  }

  @Test func `the head is told before the body, also where there is none, and may end it all`() throws {
    for path in ["/bytes/10", "/bytes/0"] {
      var request = HTTPRequest("GET", try Server.address(path))
      var order: [String] = []
      request.onHead = { order.append("head \($0.status)") }
      _ = try client.send(request, nil, into: .chunks { _ in order.append("body") })
      #expect(order.first == "head 200" && order.filter { $0.hasPrefix("head") }.count == 1)
      request.onHead = { _ in throw PluginError(.data, "not this one") }
      #expect(problem { _ = try client.send(request, nil) }?.message == "not this one")
    }
  }

  @Test func `a connection is used again, and one that was closed meanwhile is replaced`() throws {
    let one = try Server.get("/echo", client).json()["connection"]
    #expect(try Server.get("/echo", client).json()["connection"] == one)
    #expect(try Server.get("/last", client).json()["connection"] == one)
    let body = HTTPBody.bytes(Array("again".utf8))
    let echo = try client.send(HTTPRequest("POST", try Server.address("/echo"), body: body), nil).json()
    #expect(echo["connection"] != one && echo["body"] == "again")
  }

  @Test func `many threads send at once over one client`() throws {
    let right = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: 24) { [client] number in
      let target = "/echo/\(number)"
      let echo = try? client.send(HTTPRequest("GET", Server.address(target)), nil).json()
      if echo?["target"] == .string(target) { right.withLock { $0 += 1 } }
    }
    #expect(right.withLock { $0 } == 24)
  }

  @Test func `events come as they are sent`() throws {
    var events: [String] = []
    let answer = try client.events(HTTPRequest("GET", try Server.address("/events")), nil) { events.append($0.data) }
    #expect(answer.isSuccess && events == ["one", "two", "three"])
    let stopped = problem {
      _ = try client.events(HTTPRequest("GET", try Server.address("/events")), nil) { _ in throw PluginError.cancelled }
    }
    #expect(stopped?.status == .cancelled)
  }

  @Test func `forms and JSON name their type`() throws {
    let form = try client.send(HTTPRequest("POST", try Server.address("/echo"), form: [("a", "1 2"), ("b", "&")]), nil)
      .json()
    #expect(form["body"] == "a=1%202&b=%26")
    #expect(form["headers"]?.array?.contains(["content-type", "application/x-www-form-urlencoded"]) == true)
    let json = try client.send(HTTPRequest("POST", try Server.address("/echo"), json: ["a": 1]), nil).json()
    #expect(json["body"] == #"{"a":1}"#)
  }
}

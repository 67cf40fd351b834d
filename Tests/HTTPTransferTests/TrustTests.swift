// Certificates, redirects, and who gets to see a secret.
import JSONValue
import PluginKit
import TestSupport
import Testing

@testable import HTTPTransfer

@Suite struct TrustTests {
  @Test func `a certificate that nobody vouches for is refused, also the second time`() throws {
    let port = try #require(try Server.get("/tls").json()["port"]?.int)
    let client = HTTPClient()
    for _ in 0..<2 {
      let found = problem { _ = try client.send(HTTPRequest("GET", "https://127.0.0.1:\(port)/echo"), nil) }
      #expect(found?.status == .authentication && found?.details["phase"] == "checking its certificate")
    }
  }

  @Test func `its own authority makes it trusted, but not under another name`() throws {
    let told = try Server.get("/tls").json()
    let folder = TemporaryFolder()
    var settings = HTTPClient.Settings()
    settings.authorities = try folder.write(told["certificate"]?.string ?? "", to: "ca.pem")
    let client = HTTPClient(settings)
    let port = try #require(told["port"]?.int)
    #expect(try client.send(HTTPRequest("GET", "https://127.0.0.1:\(port)/echo"), nil).status == 200)
    let other = problem { _ = try client.send(HTTPRequest("GET", "https://localhost:\(port)/echo"), nil) }
    #expect(other?.status == .authentication && other?.retryable == false, "\(other?.message ?? "none")")
    settings.authorities = folder.path + "/none.pem"
    let gone = problem { _ = try HTTPClient(settings).send(HTTPRequest("GET", "https://127.0.0.1:\(port)/echo"), nil) }
    #expect(gone?.details["phase"] == "reading the file of authorities", "\(gone?.message ?? "none")")
  }

  /// Writing to a TLS connection that is gone must not end the process with SIGPIPE.
  @Test func `TLS that is cut is a failure of the line`() throws {
    let told = try Server.get("/tls").json()
    let folder = TemporaryFolder()
    var settings = HTTPClient.Settings()
    settings.authorities = try folder.write(told["certificate"]?.string ?? "", to: "ca.pem")
    let client = HTTPClient(settings)
    let port = try #require(told["port"]?.int)
    for path in ["/nothing", "/short", "/last", "/last", "/echo"] {
      let body = HTTPBody.bytes([UInt8](repeating: 0x61, count: 4 << 20))
      let request = HTTPRequest("POST", "https://127.0.0.1:\(port)\(path)", body: body)
      let found = problem { _ = try client.send(request, nil) }
      #expect(found == nil || found?.retryable == true, "\(found?.message ?? "")")
      #expect((found == nil) == !["/nothing", "/short"].contains(path))
    }
  }

  @Test func `TLS to a port without it is told`() throws {
    let plain = try Server.address("/echo").replacing("http://", with: "https://")
    #expect(problem { _ = try HTTPClient().send(HTTPRequest("GET", plain), nil) }?.details["phase"] == "starting TLS")
  }

  @Test func `a redirect is an answer unless it is asked for`() throws {
    #expect(try Server.get("/to/302/echo").status == 302)
    var request = HTTPRequest("GET", try Server.address("/to/302/echo"))
    request.redirects = 1
    var heads = 0
    request.onHead = { _ in heads += 1 }
    #expect(try HTTPClient().send(request, nil).json()["target"] == "/echo")
    #expect(heads == 1)
  }

  @Test func `a loop ends after the hops that were allowed`() throws {
    var request = HTTPRequest("GET", try Server.address("/loop?key=loop"))
    request.redirects = 5
    #expect(try HTTPClient().send(request, nil).status == 302)
  }

  @Test func `methods change as browsers do it`() throws {
    for (status, method, expected) in [
      (302, "POST", "GET"), (303, "PUT", "GET"), (307, "POST", "POST"), (308, "PUT", "PUT"), (301, "DELETE", "DELETE"),
    ] {
      var request = HTTPRequest(method, try Server.address("/to/\(status)/echo"), body: .bytes(Array("body".utf8)))
      request.redirects = 3
      let echo = try HTTPClient().send(request, nil).json()
      #expect(echo["method"] == .string(expected) && echo["body"] == (expected == "GET" ? "" : "body"))
    }
  }

  @Test func `another scheme is not followed`() throws {
    for target in ["file:///etc/passwd", "https://127.0.0.1:1/", "ftp://127.0.0.1/"] {
      var request = HTTPRequest("GET", try Server.address("/to/302?at=\(PercentEncoding.encode(target))"))
      request.redirects = 3
      let found = problem { _ = try HTTPClient().send(request, nil) }
      #expect(found?.message.contains("redirects from http to") == true, "\(found?.message ?? "none")")
    }
  }

  @Test func `another host sees no credentials, the same one does`() throws {
    let other = try PythonServer(fixture: "hostile_http.py")
    for (at, isOther) in [("http://127.0.0.1:\(other.port)/echo", true), ("/echo", false)] {
      var request = HTTPRequest("GET", try Server.address("/to/302?at=\(PercentEncoding.encode(at))"))
      request.redirects = 3
      request.headers = ["Authorization": "Bearer hidden", "Cookie": "hidden", "X-Own": "hidden", "Accept": "x/y"]
      request.secretHeaders = ["x-own"]
      let text = try HTTPClient().send(request, nil).text
      #expect(text.contains("hidden") == !isOther && text.contains("x/y"))
    }
  }
}

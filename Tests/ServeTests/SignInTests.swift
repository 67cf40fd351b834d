// Who gets in, how long, and what every answer tells a browser.
import JSONValue
import TestSupport
import Testing

struct SignInTests {
  @Test func `the link of the first start works once`() throws {
    let host = try ServedHost(TestHost(), signsIn: false)
    let token = JSONValue.string(host.link?.split(separator: "#").last.map(String.init) ?? "")
    let look = try host.ask("POST", "/session/link", ["token": token], as: .nobody)
    #expect(look.status == 200, "looking uses nothing up")
    _ = try host.useLink(host.link ?? "", name: "admin")
    let again = try host.ask(
      "POST", "/session/link", ["token": token, "password": .string(ServedHost.password)], as: .nobody)
    #expect(again.status == 401)
    #expect(again.code == "OTE-6009")
  }

  @Test func `wrong passwords are refused alike, and soon have to wait`() throws {
    let host = try ServedHost(TestHost())
    let unknown = try host.ask("POST", "/session", ["name": "nobody", "password": "wrong password"], as: .nobody)
    let known = try host.ask("POST", "/session", ["name": "admin", "password": "wrong password"], as: .nobody)
    #expect(unknown.status == 401)
    #expect(unknown.text == known.text, "the answer tells which names there are")
    var last = known
    for _ in 0..<6 where last.status == 401 {
      last = try host.ask("POST", "/session", ["name": "admin", "password": "wrong password"], as: .nobody)
    }
    #expect(last.status == 429)
    #expect(last.code == "OTE-6007")
    #expect((last.header("Retry-After").flatMap { Int($0) } ?? 0) > 0)
  }

  @Test func `a session's cookie is out of reach for scripts and foreign pages`() throws {
    let host = try ServedHost(TestHost())
    let answer = try host.ask(
      "POST", "/session", ["name": "admin", "password": .string(ServedHost.password)], as: .nobody)
    let cookie = try #require(answer.header("Set-Cookie"))
    for part in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age="] { #expect(cookie.contains(part)) }

    let session = ServedHost.session(answer, name: "admin")
    let change: JSONValue = ["theme": "dark"]
    var bare = session
    bare.headers = session.headers.filter { $0.0 == "Cookie" }
    #expect(try host.ask("PUT", "/session/preferences", change, as: bare).status == 403)
    #expect(try host.ask("GET", "/session/preferences", as: bare).status == 200)
    let foreign = try host.ask(
      "PUT", "/session/preferences", change, as: session, headers: [("Origin", "https://elsewhere.example")])
    #expect(foreign.status == 403)
    #expect(try host.ask("PUT", "/session/preferences", change, as: session).status == 200)
  }

  @Test func `signing out, being disabled and withdrawing a token each end it at once`() throws {
    let host = try ServedHost(TestHost())
    let ann = try host.person("ann", role: "editor")
    let bob = try host.person("bob", role: "viewer")
    #expect(try host.ask("DELETE", "/session", as: ann).status == 204)
    #expect(try host.ask("GET", "/session", as: ann).status == 401)

    let made = try host.expect(201, "POST", "/tokens", ["title": "t", "role": "viewer"], as: bob)
    let token = Visitor.token(made["secret"]?.string ?? "")
    #expect(try host.ask("GET", "/session", as: token).status == 200)
    try host.expect(204, "DELETE", "/tokens/\(made["token"]?["id"]?.string ?? "")", as: bob)
    #expect(try host.ask("GET", "/session", as: token).status == 401)

    let other = try host.expect(201, "POST", "/tokens", ["title": "t", "role": "viewer"], as: bob)
    try host.expect(200, "PATCH", "/users/bob", ["disabled": true])
    #expect(try host.ask("GET", "/session", as: bob).status == 401)
    #expect(try host.ask("GET", "/session", as: .token(other["secret"]?.string ?? "")).status == 401)
  }

  @Test func `an expired token is no token`() throws {
    let host = try ServedHost(TestHost())
    let made = try host.expect(201, "POST", "/tokens", ["title": "t", "role": "viewer"], as: try host.person("eve"))
    let token = Visitor.token(made["secret"]?.string ?? "")
    #expect(try host.ask("GET", "/session", as: token).status == 200)
    try StoreFile(host).change("UPDATE token SET expires_at = '2001-01-01T00:00:00.000Z' WHERE user = 'eve'")
    #expect(try host.ask("GET", "/session", as: token).status == 401)
  }

  @Test(arguments: ["//", "//runs", "//healthz", "//metrics", "/session", "/openapi.json", "/nothing/here"])
  func `every answer forbids framing, guessing and foreign content`(_ path: String) throws {
    let answer = try Shared.host.get().ask("GET", path, as: .nobody)
    #expect(answer.header("X-Content-Type-Options") == "nosniff")
    #expect(answer.header("X-Frame-Options") == "SAMEORIGIN")
    #expect(answer.header("Referrer-Policy") == "no-referrer")
    let policy = try #require(answer.header("Content-Security-Policy"))
    #expect(policy.contains("frame-ancestors 'none'"))
    #expect(!policy.contains("unsafe-inline") && !policy.contains("unsafe-eval") && !policy.contains("*"))
  }

  @Test func `a method that a path does not take is told with those it takes`() throws {
    let answer = try Shared.host.get().ask("PATCH", "/runs", [:])
    #expect(answer.status == 405)
    #expect(answer.json["status"]?.int == 405)
    #expect(answer.header("Allow") == "GET")
  }

  @Test func `a second host on the same store is refused`() throws {
    let host = try ServedHost(TestHost())
    let share = "\(host.installation.folder.path)/share"
    let second = try host.installation.ote("serve", "--port", "0", "--share", share)
    #expect(second.code != 0)
    #expect(second.errors.contains("OTE-5007"), "\(second.errors)")
    #expect(try host.ask("GET", "/session").status == 200)
  }
}

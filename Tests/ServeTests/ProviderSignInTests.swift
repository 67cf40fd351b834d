// Signing in with an identity provider: the whole way between a browser, the host and a provider.
import Foundation
import JSONValue
import TestSupport
import Testing

struct ProviderSignInTests {
  // MARK: a provider of others

  @Test func `a person signs in with a real provider, and the next time is the same person`() throws {
    let mock = try PythonServer(["-m", "oidc_provider_mock", "--port", "0"], readyLine: "running on")
    let claims: JSONValue = [
      "email": "Ann@example.org", "email_verified": true, "name": "Ann Miller", "preferred_username": "Ann.Miller",
      "groups": ["data", "everyone"],
    ]
    _ = try mock.ask("PUT", "/users/ann-1", bytes: Array(claims.text.utf8), type: "application/json")
    let host = try Self.host(
      issuer: "http://127.0.0.1:\(mock.port)", client: "ote",
      more: """
        allow: {email_domains: [example.org], any_of: [{claim: groups, value: data}]}
        roles: [{claim: groups, value: data, project: default, role: editor}]
        """)
    let offered = try host.expect(200, "GET", "/session/providers", as: .nobody)["items"]?.array
    #expect(offered?.first?["title"]?.string == "Corp")

    let first = try Self.signInAtMock(host, mock, subject: "ann-1")
    #expect(first.status == 303)
    #expect(first.header("Location") == "/runs?status=failed")
    let session = try host.expect(200, "GET", "/session", as: Self.session(first))
    #expect(session["user"]?["name"]?.string == "ann.miller")
    #expect(session["user"]?["title"]?.string == "Ann Miller")
    #expect(session["user"]?["email"]?.string == "ann@example.org")
    #expect(session["user"]?["admin"]?.bool == false)
    #expect(session["roles"] == ["default": "editor"])

    let again = try Self.signInAtMock(host, mock, subject: "ann-1")
    #expect(try host.expect(200, "GET", "/session", as: Self.session(again))["user"]?["name"]?.string == "ann.miller")
    #expect(try host.expect(200, "GET", "/users")["items"]?.array?.count == 2)
    let lines = try host.expect(200, "GET", "/audit?actor=ann.miller")["items"]?.array?.compactMap {
      $0["action"]?.string
    }
    #expect(lines == ["sign_in", "sign_in", "member.set", "user.create"])
    #expect(try host.expect(200, "POST", "/audit/verify")["holds"]?.bool == true)
  }

  @Test func `whom the rules do not let in stays outside and is told why`() throws {
    let mock = try PythonServer(["-m", "oidc_provider_mock", "--port", "0"], readyLine: "running on")
    // The mock's address of a person whom it was told nothing about is not confirmed.
    let host = try Self.host(
      issuer: "http://127.0.0.1:\(mock.port)", client: "ote", more: "allow: {email_domains: [example.org]}")
    let refused = try Self.signInAtMock(host, mock, subject: "eve@example.org")
    #expect(refused.header("Set-Cookie")?.contains("ote_session") == false)
    let told = try Self.refusal(host, refused)
    #expect(told["code"]?.string == "OTE-6018")
    #expect(told["detail"]?.string?.contains("confirmed") == true)
    #expect(told["next"]?.string?.isEmpty == false)
    let line = try host.expect(200, "GET", "/audit?action=sign_in.failed")["items"]?.array?.first
    #expect(line?["subject"]?.string == "provider:corp")
    #expect(line?["detail"]?["code"]?.string == "OTE-6018")
    #expect(try host.expect(200, "GET", "/users")["items"]?.array?.count == 1)
  }

  private static func signInAtMock(_ host: ServedHost, _ mock: PythonServer, subject: String) throws -> HTTPAnswer {
    let start = try host.ask("GET", "/session/providers/corp/start?return_to=/runs%3Fstatus%3Dfailed", as: .nobody)
    let page = start.header("Location") ?? ""
    let granted = try mock.ask("POST", page, form: "sub=\(subject.replacing("@", with: "%40"))")
    return try back(host, start, to: granted.header("Location") ?? "")
  }

  // MARK: the strict provider of the fixtures

  private static let provider = Result { try PythonServer(fixture: "hostile_provider.py") }

  @Test func `an answer without the browser's own cookie, or a second time, signs nobody in`() throws {
    let (host, provider) = try Self.strict("cookies")
    let start = try host.ask("GET", "/session/providers/corp/start", as: .nobody)
    let cookie = try #require(start.header("Set-Cookie"))
    for part in ["HttpOnly", "SameSite=Lax", "Path=/api/v1/session/providers", "Max-Age=600"] {
      #expect(cookie.contains(part))
    }
    let location = try #require(try provider.ask("GET", start.header("Location") ?? "").header("Location"))
    let path = Self.path(location)
    let own = [("Cookie", cookie.split(separator: ";").first.map(String.init) ?? "")]

    #expect(try host.ask("GET", path, as: .nobody).code == "OTE-6019")
    let foreign = try host.ask("GET", "/session/providers/corp/start", as: .nobody)
    let other = [("Cookie", foreign.header("Set-Cookie")?.split(separator: ";").first.map(String.init) ?? "")]
    #expect(try host.ask("GET", path, as: .nobody, headers: other).code == "OTE-6019")
    #expect(
      try host.ask("GET", path.replacing("state=", with: "state=x"), as: .nobody, headers: own).code == "OTE-6019")
    #expect(try host.ask("GET", "/session/providers/corp/callback", as: .nobody, headers: own).code == "OTE-6019")
    let signedIn = try host.ask("GET", path, as: .nobody, headers: own)
    #expect(signedIn.status == 303)
    let replayed = try host.ask("GET", path, as: .nobody, headers: own)
    #expect(replayed.status == 409)
    #expect(replayed.code == "OTE-6019")
    // Only the one answer that was right got as far as the provider.
    #expect(try provider.ask("GET", "/cookies/log").json["tokens"]?.array?.count == 1)
  }

  @Test(arguments: [
    "//evil.example", "/%5Cevil.example", "https:%2F%2Fevil.example", "/%0D%0ASet-Cookie:%20a=b", "/api/v1/session",
  ])
  func `a sign-in never ends at a foreign page`(_ wanted: String) throws {
    let (host, provider) = try Self.strict("honest")
    let answer = try Self.signIn(host, provider, query: "?return_to=\(wanted)")
    #expect(answer.status == 303)
    #expect(answer.header("Location") == "/")
  }

  @Test func `roles follow the claims, and a project that is not there is told and not skipped in silence`() throws {
    let (host, provider) = try Self.strict(
      "roles",
      more: """
        allow: {everybody: true}
        roles:
          - {claim: groups, value: leads, project: lab, role: admin}
          - {claim: groups, value: data, project: lab, role: editor}
          - {claim: groups, value: data, project: nowhere, role: viewer}
        """)
    try host.expect(201, "POST", "/projects", ["name": "lab"])
    func roles(_ groups: JSONValue) throws -> JSONValue? {
      try Self.become(provider, "roles", ["groups": groups, "preferred_username": "ann"])
      let answer = try Self.signIn(host, provider)
      return try host.expect(200, "GET", "/session", as: Self.session(answer))["roles"]
    }
    #expect(try roles(["data"]) == ["lab": "editor"])
    try host.expect(200, "PUT", "/projects/default/members/ann", ["role": "viewer"])
    #expect(try roles(["leads", "data"]) == ["lab": "admin", "default": "viewer"])
    #expect(try roles([]) == ["default": "viewer"])
    let said = try #require(try host.stop()).errors
    #expect(said.contains("OTE-6021"), "\(said)")
    #expect(said.contains("nowhere"), "\(said)")
    #expect(said.components(separatedBy: "nowhere").count > 3, "each sign-in tells it too")
  }

  @Test func `an account is linked by a confirmed address only where that is set up, and an admin's never`() throws {
    let rule = "allow: {everybody: true}\ncreate_accounts: false\nlink_by_verified_email: true"
    let (host, provider) = try Self.strict("linking", more: rule)
    try host.expect(201, "POST", "/users", ["name": "ann", "email": "ann@example.org"])
    try host.expect(201, "POST", "/users", ["name": "boss", "email": "boss@example.org", "admin": true])
    func status(_ claims: JSONValue) throws -> HTTPAnswer {
      try Self.become(provider, "linking", claims)
      return try Self.signIn(host, provider)
    }
    #expect(try Self.refusal(host, try status(["email": "ann@example.org"]))["code"]?.string == "OTE-6018")
    let boss: JSONValue = ["sub": "b", "email": "boss@example.org", "email_verified": true]
    #expect(try Self.refusal(host, try status(boss))["code"]?.string == "OTE-6018")
    let ann = try status(["email": "ANN@example.org", "email_verified": true])
    #expect(try host.expect(200, "GET", "/session", as: Self.session(ann))["user"]?["name"]?.string == "ann")
    // From now on the subject counts: the address may change, and another subject with it is somebody else.
    let moved = try status(["email": "other@example.org", "email_verified": true])
    #expect(try host.expect(200, "GET", "/session", as: Self.session(moved))["user"]?["name"]?.string == "ann")
    let thief: JSONValue = ["sub": "person-2", "email": "ann@example.org", "email_verified": true]
    #expect(try Self.refusal(host, try status(thief))["code"]?.string == "OTE-6018")
    try host.expect(200, "PATCH", "/users/ann", ["disabled": true])
    let disabled = try Self.refusal(host, try status(["email": "ann@example.org", "email_verified": true]))
    #expect(disabled["detail"]?.string?.contains("disabled") == true)
  }

  @Test func `a name that is taken gets a number, and what no name may hold is left out`() throws {
    let (host, provider) = try Self.strict("names")
    func name(_ claims: JSONValue) throws -> String? {
      try Self.become(provider, "names", claims)
      let answer = try Self.signIn(host, provider)
      return try host.expect(200, "GET", "/session", as: Self.session(answer))["user"]?["name"]?.string
    }
    #expect(try name(["sub": "1", "preferred_username": "admin"]) == "admin-2")
    #expect(try name(["sub": "2", "preferred_username": "admin"]) == "admin-3")
    #expect(try name(["sub": "3", "name": "<Ünal> Ç"]) == "nal")
    #expect(try name(["sub": "4"]) == "person")
    #expect(try name(["sub": "1", "preferred_username": "somebody"]) == "admin-2")
  }

  @Test func `the client's secret stays out of the log, the arguments and every answer`() throws {
    let (host, provider) = try Self.strict("wrong-nonce")
    let refused = try Self.signIn(host, provider)
    #expect(try Self.refusal(host, refused)["code"]?.string == "OTE-6020")
    let arguments = try String(contentsOfFile: "/proc/\(host.pid)/cmdline", encoding: .utf8)
    let audit = try host.ask("GET", "/audit").text
    let said = try #require(try host.stop()).errors
    #expect(said.contains("OTE-6020"), "an admin finds the reason in the log: \(said)")
    for text in [said, arguments, audit, refused.headers.map(\.value).joined()] { #expect(!text.contains("s3cret")) }
  }

  @Test func `without its secret, or under an unknown name, nobody is sent half-way`() throws {
    let (host, provider) = try Self.strict("honest")
    try host.expect(204, "DELETE", "/projects/default/secrets/corp-client")
    let answer = try Self.refusal(host, try Self.signIn(host, provider))
    #expect(answer["code"]?.string == "OTE-6021")
    #expect(answer["detail"]?.string?.contains("corp-client") == false)
    #expect(try host.ask("GET", "/session/providers/unknown/start", as: .nobody).code == "OTE-6004")
    let connection = try HTTPConnection(port: host.port)
    try connection.send(
      Array("GET /api/v1/session/providers/corp/start HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n".utf8)
    )
    #expect(try connection.readAll().code == "OTE-6021")
  }

  @Test func `a made-up refusal is shown to nobody`() throws {
    let (host, _) = try Self.strict("honest")
    #expect(try host.ask("GET", "/session/refusals/\(String(repeating: "A", count: 400))", as: .nobody).status == 404)
  }

  @Test func `beginning very often has to wait`() throws {
    let (host, _) = try Self.strict("honest")
    var last = try host.ask("GET", "/session/providers/corp/start", as: .nobody)
    for _ in 0..<60 where last.status == 303 {
      last = try host.ask("GET", "/session/providers/corp/start", as: .nobody)
    }
    #expect(last.status == 429)
    #expect((last.header("Retry-After").flatMap { Int($0) } ?? 0) > 0)
  }

  @Test func `a host with settings that are not valid does not start, and says where`() throws {
    let installation = TestHost()
    try FileManager.default.createDirectory(atPath: installation.store, withIntermediateDirectories: true)
    let text = "apiVersion: opentrusteval/v1\nkind: IdentityProviders\nproviders:\n  - {id: corp, titel: Corp}\n"
    try text.write(toFile: "\(installation.store)/identity.yaml", atomically: true, encoding: .utf8)
    let result = try installation.ote("serve", "--port", "0", "--share", "\(Products.sources)/Host/WebAPI")
    #expect(result.code == 1)
    #expect(result.errors.contains("OTE-6021") && result.errors.contains("identity.yaml:4"), "\(result.errors)")
  }
}

// MARK: the parts of the way

extension ProviderSignInTests {
  fileprivate static func host(issuer: String, client: String, more: String) throws -> ServedHost {
    let installation = TestHost()
    try FileManager.default.createDirectory(atPath: installation.store, withIntermediateDirectories: true)
    let text = """
      apiVersion: opentrusteval/v1
      kind: IdentityProviders
      providers:
        - id: corp
          title: Corp
          issuer: \(issuer)
          client_id: \(client)
          client_secret: {secret: corp-client}
          \(more.replacing("\n", with: "\n    "))
      """
    try text.write(toFile: "\(installation.store)/identity.yaml", atomically: true, encoding: .utf8)
    let host = try ServedHost(installation)
    try host.expect(204, "PUT", "/projects/default/secrets/corp-client", ["value": "s3cret & more:%"])
    return host
  }

  fileprivate static func strict(
    _ mode: String, more: String = "allow: {everybody: true}"
  ) throws -> (ServedHost, PythonServer) {
    let provider = try provider.get()
    let host = try host(issuer: "http://127.0.0.1:\(provider.port)/\(mode)", client: "ote client", more: more)
    return (host, provider)
  }

  /// Whoever signs in next.
  fileprivate static func become(_ provider: PythonServer, _ mode: String, _ claims: JSONValue) throws {
    _ = try provider.ask("PUT", "/\(mode)/person", bytes: Array(claims.text.utf8))
  }

  fileprivate static func signIn(_ host: ServedHost, _ provider: PythonServer, query: String = "") throws -> HTTPAnswer
  {
    let start = try host.ask("GET", "/session/providers/corp/start\(query)", as: .nobody)
    let granted = try provider.ask("GET", start.header("Location") ?? "")
    return try back(host, start, to: granted.header("Location") ?? "")
  }

  /// The browser comes back with its cookie, and wants a page.
  fileprivate static func back(_ host: ServedHost, _ start: HTTPAnswer, to location: String) throws -> HTTPAnswer {
    let cookie = start.header("Set-Cookie")?.split(separator: ";").first.map(String.init) ?? ""
    return try host.ask(
      "GET", path(location), as: .nobody, headers: [("Cookie", cookie), ("Accept", "text/html,application/xhtml+xml")])
  }

  /// What stands behind /api/v1 in an address of the host.
  fileprivate static func path(_ location: String) -> String {
    location.range(of: "/api/v1").map { String(location[$0.upperBound...]) } ?? location
  }

  fileprivate static func session(_ answer: HTTPAnswer) -> Visitor { ServedHost.session(answer, name: "ann") }

  /// What the sign-in page is told.
  fileprivate static func refusal(_ host: ServedHost, _ answer: HTTPAnswer) throws -> JSONValue {
    let page = answer.header("Location") ?? ""
    guard answer.status == 303, page.hasPrefix("/sign-in?refusal=") else {
      throw ServedHost.Unexpected("it was not refused: \(answer.status) \(page)")
    }
    return try host.expect(200, "GET", "/session/refusals/\(page.dropFirst("/sign-in?refusal=".count))", as: .nobody)
  }
}

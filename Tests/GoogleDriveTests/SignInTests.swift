// Signing in: the signed claim, the proof key, the form's own steps and the program.
import Crypto
import CryptoExtras
import Foundation
import JSONValue
import PluginKit
import PluginTesting
import TestSupport
import Testing

@testable import GoogleDrivePlugin

@Suite struct SignInTests {
  let world: World

  init() throws { world = try World() }

  @Test func `the challenge is that of RFC 7636, appendix B`() {
    #expect(
      PKCE.challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    let pkce = PKCE(clientSecret: "s", random: [1, 2, 3])
    #expect(pkce.verifier == PKCE(clientSecret: "s", state: pkce.state).verifier && pkce.verifier.count == 43)
    #expect(pkce.verifier != PKCE(clientSecret: "t", state: pkce.state).verifier)
  }

  @Test func `a claim is signed with RS256 over what Google asks for`() throws {
    let key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
    let json: JSONValue = [
      "type": "service_account", "client_email": "robot@x.iam.gserviceaccount.com", "private_key_id": "k1",
      "private_key": .string(key.pemRepresentation),
    ]
    let account = try AccountKey(json.text, subject: "ada@example.org", tokenURL: nil)
    #expect(account.tokenURL == "https://oauth2.googleapis.com/token")
    let parts = try account.assertion(scope: .read, now: 1_000).split(separator: ".").map(String.init)
    let decoded = try parts.map { try #require(Base64URL.decode($0)) }
    #expect(try JSONValue(parsing: decoded[0]) == ["alg": "RS256", "typ": "JWT", "kid": "k1"])
    let claims: JSONValue = [
      "iss": "robot@x.iam.gserviceaccount.com", "sub": "ada@example.org", "iat": 1000, "exp": 4600,
      "scope": "https://www.googleapis.com/auth/drive.readonly", "aud": "https://oauth2.googleapis.com/token",
    ]
    #expect(try JSONValue(parsing: decoded[1]) == claims)
    let signature = _RSA.Signing.RSASignature(rawRepresentation: Data(decoded[2]))
    let signed = SHA256.hash(data: Data("\(parts[0]).\(parts[1])".utf8))
    #expect(key.publicKey.isValidSignature(signature, for: signed, padding: .insecurePKCS1v1_5))
  }

  @Test func `a sealed sign-in opens with its own client only`() throws {
    let sealed = try SealedToken.seal("1//secret", clientID: "id", clientSecret: "s")
    #expect(!sealed.contains("secret"))
    #expect(try SealedToken.open(sealed, clientID: "id", clientSecret: "s") == "1//secret")
    for (id, secret) in [("other", "s"), ("id", "t"), ("id", nil)] {
      #expect(
        problem { _ = try SealedToken.open(sealed, clientID: id, clientSecret: secret) }?.status == .configuration)
    }
    #expect(problem { _ = try SealedToken.open(sealed + "A", clientID: "id", clientSecret: "s") } != nil)
  }

  // MARK: in the form

  private func form(_ client: String, _ bench: PluginBench) throws -> BenchInstance {
    let secret = client == "tv" ? "tv" : "client"
    return try world.source(
      [:], auth: ["method": "oauth", "client_id": .string(client), "client_secret": ["$secret": .string(secret)]], bench
    )
  }

  private func choices(_ instance: BenchInstance, _ typed: String) throws -> [JSONValue] {
    try instance.options("/auth/signed_in", typed)["choices"]?.array ?? []
  }

  @Test func `a person signs in with a browser, inside the form`() throws {
    try world.add("a.csv", "1")
    let bench = try world.bench()
    let instance = try form("desktop", bench)
    let steps = try choices(instance, "")
    #expect(steps.count == 1)
    let address = try #require(steps[0]["link"]?.string)
    let page = try answer(address)
    let back = try #require(page.header("Location"))
    #expect(page.status == 302 && back.hasPrefix("http://127.0.0.1:41280/?"))
    let done = try choices(instance, back)
    #expect(done[0]["title"]?.string == "Signed in as ada@example.org")
    let sealed = try #require(done[0]["value"]?.string)
    #expect(try choices(instance, sealed)[0]["title"]?.string == "Signed in")
    var auth = World.person.object ?? [:]
    auth["refresh_token"] = nil
    auth["signed_in"] = .string(sealed)
    #expect(try world.source([:], auth: .object(auth), bench).rows().map(\.text) == ["1"])
    // The code works once.
    let again = problem { _ = try choices(instance, back) }
    #expect(again?.details["path"]?.string == "/auth/signed_in" && again?.message.contains("used before") == true)
  }

  @Test func `the sign-in comes back to the page of the form where that is on this machine`() throws {
    for (page, told) in [
      ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/"), ("http://localhost:9/", "http://localhost:9/"),
      ("http://[::1]:9/", "http://[::1]:9/"),
      // Google sends installed apps to this machine only.
      ("https://trust.example.org/", PKCE.nobody), ("http://127.0.0.1.example.org:80/", PKCE.nobody),
      ("https://127.0.0.1:8080/", PKCE.nobody), ("http://127.0.0.1:8080/x", PKCE.nobody),
    ] {
      let bench = try world.bench()
      bench.meta["return_address"] = .string(page)
      let instance = try form("desktop", bench)
      let address = try #require(try choices(instance, "")[0]["link"]?.string)
      let back = try #require(try answer(address).header("Location"))
      #expect(back.hasPrefix(told + "?"))
      // The second half is asked in a process of its own, which need not know the page.
      let done = try choices(try form("desktop", try world.bench()), back)
      #expect(done.map { $0["title"]?.string } == ["Signed in as ada@example.org"])
    }
  }

  @Test func `a code that was made for another challenge is worth nothing`() throws {
    let instance = try form("desktop", try world.bench())
    let address = try #require(try choices(instance, "")[0]["link"]?.string)
    let back = try #require(try answer(address).header("Location"))
    let stolen = back.replacing(/state=[^&]+/, with: "state=somebody-elses")
    #expect(problem { _ = try choices(instance, stolen) }?.status == .authentication)
    let denied = problem { _ = try choices(instance, "http://127.0.0.1:41280/?error=access_denied&state=x") }
    #expect(denied?.message.contains("not allowed") == true)
    #expect(
      problem { _ = try choices(instance, "http://127.0.0.1:41280/?state=x") }?.message.contains("no code") == true)
  }

  @Test func `a person signs in on another device`() throws {
    let bench = try world.bench()
    let instance = try form("tv", bench)
    let offered = try choices(instance, "")
    let device = try #require(offered.last)
    #expect(device["title"]?.string?.contains("https://www.google.com/device and enter ABCD-") == true)
    let value = try #require(device["value"]?.string)
    let waiting = try choices(instance, value)
    #expect(waiting[0]["title"]?.string == "Not allowed yet" && waiting[0]["value"]?.string == value)
    try world.order(["allow": true])
    #expect(try choices(instance, value)[0]["title"]?.string == "Signed in as ada@example.org")
    _ = try choices(instance, "")
    let second = try #require(try choices(instance, "").last?["value"]?.string)
    try world.order(["allow": false])
    #expect(problem { _ = try choices(instance, second) }?.status == .denied)
  }

  @Test func `a form that is half filled in says what comes first`() throws {
    for (auth, path) in [
      (["method": "oauth", "client_id": "desktop"] as JSONValue, "/auth/client_secret"),
      (["method": "oauth"], "/auth/client_id"),
    ] {
      let instance = try world.source([:], auth: auth)
      #expect(problem { _ = try choices(instance, "") }?.details["path"]?.string == path)
    }
  }

  @Test func `folders are offered as one types`() throws {
    let reports = try world.folder("Reports")
    try world.folder("2026", in: reports)
    try world.folder("x/y", in: reports)
    let twins = try [world.folder("twin", in: reports), world.folder("twin", in: reports)].sorted()
    try world.add("no-folder.csv", in: reports, "1")
    try world.order(["drive": ["name": "Sales", "id": "d1"]])
    let instance = try world.source()
    func offered(_ typed: String) throws -> [String] {
      try instance.options("/folder", typed)["choices"]?.array?.compactMap { $0["value"]?.string } ?? []
    }
    #expect(try offered("") == ["My Drive/", "Shared drives/", "Shared with me/"])
    #expect(try offered("sh") == ["Shared drives/", "Shared with me/"])
    #expect(try offered("My Drive/") == ["My Drive/Reports/"])
    #expect(try offered("Shared drives/s") == ["Shared drives/Sales/"])
    let below = ["My Drive/Reports/2026/"] + twins.map { "id:\($0)/" } + [#"My Drive/Reports/x\/y/"#]
    #expect(try offered("My Drive/Reports/") == below)
    #expect(try offered("My Drive/Reports/20") == ["My Drive/Reports/2026/"])
    #expect(try offered("My Drive/None/x") == [])
    #expect(try offered("id:\(reports)/2") == ["id:\(reports)/2026/"])
    #expect(try instance.options("/other")["choices"]?.array?.isEmpty == true)
    #expect(try world.violations.isEmpty)
  }

  private func answer(_ address: String) throws -> HTTPAnswer {
    let connection = try HTTPConnection(port: world.port)
    let path = try #require(address.firstRange(of: "/w/").map { String(address[$0.lowerBound...]) })
    try connection.request("GET", path, headers: [], body: [])
    return try connection.readAll()
  }
}

/// The program that signs a person in, against endpoints that check the verifier; a test plays browser and person.
@Suite struct SignInProgramTests {
  let world: World
  let folder = TemporaryFolder()

  init() throws { world = try World() }

  private var program: String { "\(Products.sources)/Plugins/google-drive/sign-in" }

  private func client(_ id: String) throws -> String {
    let json: JSONValue = [
      "installed": [
        "client_id": .string(id), "client_secret": .string("\(id)-secret"),
        "token_uri": .string("\(world.address)/token"),
        "auth_uri": .string("\(world.address)/o/oauth2/v2/auth"), "device_uri": .string("\(world.address)/device/code"),
      ]
    ]
    let path = "\(folder.path)/\(id).json"
    try Data(json.text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  private func start(_ arguments: [String]) throws -> RunningProgram {
    try RunningProgram(
      "/usr/bin/env", ["python3", program] + arguments, environment: ProcessInfo.processInfo.environment)
  }

  private func get(_ address: String) throws -> HTTPAnswer {
    let parts = try #require(address.wholeMatch(of: /http:\/\/127\.0\.0\.1:(\d+)(\/.*)/))
    let connection = try HTTPConnection(port: Int(parts.1) ?? 0)
    try connection.request("GET", String(parts.2), headers: [], body: [])
    return try connection.readAll()
  }

  @Test func `a browser on this machine signs in, and only the right answer counts`() throws {
    let token = "\(folder.path)/token"
    let running = try start(["--client", client("desktop"), "--no-browser", "--scope", "write", "--file", token])
    let address = try #require(try running.waitForLine { $0.contains("/o/oauth2/v2/auth?") }).trimming(
      while: \.isWhitespace)
    let back = try #require(try get(address).header("Location"))
    #expect(try get(back.replacing(/state=[^&]+/, with: "state=forged")).status == 400)
    #expect(try get(back).text == "You can close this page.")
    let ended = try running.finish()
    #expect(ended.code == 0, "\(ended.errors)")
    let kept = try String(contentsOfFile: token, encoding: .utf8)
    #expect(try world.seen["refresh"]?.array?.contains(.string(kept)) == true)
    let mode = try FileManager.default.attributesOfItem(atPath: token)[.posixPermissions] as? Int
    #expect(mode == 0o600 && !ended.errors.contains(kept) && !ended.output.contains(kept))
    // The plugin takes it from there.
    try world.add("a.csv", "1")
    let bench = try world.bench()
    bench.secrets["refresh"] = kept
    #expect(try world.source([:], bench).rows().map(\.text) == ["1"])
  }

  @Test func `a code on another device signs in, into a command`() throws {
    let kept = "\(folder.path)/kept"
    let running = try start(["--client", client("tv"), "--device", "--", "sh", "-c", "cat > \(kept)"])
    _ = try #require(try running.waitForLine { $0.contains("and enter ABCD-") })
    try world.order(["allow": true])
    let ended = try running.finish()
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(try world.seen["refresh"]?.array?.contains(.string(String(contentsOfFile: kept, encoding: .utf8))) == true)
  }

  @Test func `what cannot work is said before anybody signs in`() throws {
    let taken = try client("desktop")
    for (arguments, words) in [
      (["--client", taken], "say where"), (["--client", taken, "--file", taken], "exists"),
      (["--client", "\(folder.path)/none", "--file", "\(folder.path)/t"], "cannot read"),
      (["--client", taken, "--device", "--file", "\(folder.path)/t"], "TVs and limited input"),
    ] {
      let ended = try start(arguments).finish()
      #expect(ended.code != 0 && ended.errors.contains(words), "\(ended.errors)")
    }
  }
}

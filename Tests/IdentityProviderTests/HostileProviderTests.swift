// What a provider may answer, and what must never become a person.
import IdentityProvider
import JSONValue
import Model
import TestSupport
import Testing

struct HostileProviderTests {
  @Test(arguments: [
    "honest", "es256", "ps256", "eddsa", "no-kid", "audiences-and-party", "hardly-expired", "names-itself",
  ])
  func `a right answer is a person`(_ mode: String) async throws {
    let claims = try await HostileProvider(mode).signIn()
    #expect(claims.subject == "person-1")
    #expect(claims.identity.hasSuffix("/\(mode) person-1"))
  }

  @Test(arguments: [
    ("wrong-iss", "issuer"), ("wrong-aud", "aud"), ("many-audiences", "azp"), ("wrong-azp", "azp"),
    ("wrong-nonce", "nonce"), ("no-nonce", "nonce"), ("expired", "ended"), ("endless", "exp"),
    ("from-the-future", "future"), ("not-yet", "future"), ("old", "made"), ("nobody", "sub"),
    ("alg-none", "'none'"), ("public-key-as-secret", "'HS256'"), ("other-signature", "signature"),
    ("changed-claims", "signature"), ("short-key", "signature"), ("critical", "critical"), ("unknown-kid", "first"),
    ("no-kid-two-keys", "no kid"), ("encryption-key", "publish"), ("key-of-other-algorithm", "publish"),
    ("no-token", "no ID token"), ("giant-token", "cannot be read"), ("other-name", "other.example"),
    ("plain-endpoint", "token_endpoint"), ("script-endpoint", "authorization_endpoint"),
  ])
  func `an answer that proves nothing is refused with the reason`(_ mode: String, _ word: String) async throws {
    let problem = try await Self.problem { try await HostileProvider(mode).signIn() }
    #expect(problem?.code == .identityAnswerInvalid, "\(problem?.detail ?? "it was believed")")
    #expect(problem?.origin == .external)
    #expect(problem?.detail.contains(word) == true, "\(problem?.detail ?? "")")
  }

  @Test(arguments: [
    ("moved", "302"), ("giant", "256 KiB"), ("giant-stream", "256 KiB"), ("slow", "within 1 s"),
    ("silent", "within 1 s"), ("not-json", "calls itself"),
  ])
  func `an answer is bounded in size and time, and never leads elsewhere`(_ mode: String, _ word: String) async throws {
    let provider = try HostileProvider(mode, timeoutSeconds: ["slow", "silent"].contains(mode) ? 1 : 60)
    let problem = try await Self.problem { try await provider.signIn() }
    #expect(problem?.detail.contains(word) == true, "\(problem?.detail ?? "it was believed")")
  }

  @Test func `nobody listens, and that is said at once`() async throws {
    let settings = ProviderSettings(id: "gone", title: "Gone", issuer: "http://127.0.0.1:1", clientID: "ote")
    let problem = try await Self.problem {
      let attempt = SignInAttempt(provider: "gone", returnTo: "/", now: 0)
      return try await OpenIDProvider(settings).address(of: attempt, redirect: HostileProvider.redirect)
    }
    #expect(problem?.code == .identityProviderFailed)
    #expect(problem?.detail.contains("cannot be reached") == true)
  }

  @Test func `a certificate is believed only where the admin has named it`() async throws {
    let provider = try HostileProvider("tls")
    let tls = try provider.server.ask("GET", "/tls/tls").json
    let folder = TemporaryFolder()
    let file = try folder.write(tls["certificate"]?.string ?? "", to: "ca.pem")
    var settings = provider.client.settings
    settings.issuer = "https://127.0.0.1:\(tls["port"]?.int ?? 0)/tls"
    let refused = try await Self.problem { [settings] in
      try await OpenIDProvider(settings).address(of: provider.begin(), redirect: HostileProvider.redirect)
    }
    #expect(refused?.code == .identityProviderFailed)
    settings.caFile = file
    let address = try await OpenIDProvider(settings).address(of: provider.begin(), redirect: HostileProvider.redirect)
    #expect(address.hasPrefix("\(settings.issuer)/authorize?"))
    settings.caFile = "\(folder.path)/none.pem"
    let missing = try await Self.problem { [settings] in
      try await OpenIDProvider(settings).address(of: provider.begin(), redirect: HostileProvider.redirect)
    }
    #expect(missing?.code == .identitySettingsInvalid)
  }

  @Test func `a provider is asked through the proxy that the admin has named`() async throws {
    let provider = try HostileProvider("proxied")
    var settings = provider.client.settings
    // Nobody listens there: only a proxy can answer for it.
    settings.issuer = "http://127.0.0.1:1/proxied"
    settings.proxy = "http://127.0.0.1:\(provider.server.port)"
    let address = try await OpenIDProvider(settings).address(of: provider.begin(), redirect: HostileProvider.redirect)
    #expect(address.hasPrefix("http://127.0.0.1:1/proxied/authorize?"))
  }

  // MARK: the code

  @Test func `the code is exchanged with the verifier of its challenge, and the secret stays out of addresses`()
    async throws
  {
    let provider = try HostileProvider("honest")
    let attempt = provider.begin()
    let address = try await provider.client.address(of: attempt, redirect: HostileProvider.redirect)
    #expect(address.contains("code_challenge_method=S256"))
    #expect(!address.contains(attempt.verifier) && !address.contains("s3cret"))
    _ = try await provider.claims(try await provider.visit(attempt), of: attempt)
    // Other tests sign in there too.
    let sent = try provider.log()["tokens"]?.array?.first { $0["verifier"]?.string == attempt.verifier }
    #expect(sent?["method"]?.string == "basic")
    #expect(sent?["path"]?.string == "/honest/token")
  }

  @Test func `a code with the verifier of another sign-in is not taken`() async throws {
    let provider = try HostileProvider("strict-verifier")
    let reply = try await provider.visit(provider.begin())
    let problem = try await Self.problem { try await provider.claims(reply, of: provider.begin()) }
    #expect(problem?.code == .identityProviderFailed)
    #expect(problem?.detail.contains("does not take the code") == true)
  }

  @Test func `a code works once`() async throws {
    let provider = try HostileProvider("replay")
    let attempt = provider.begin()
    let reply = try await provider.visit(attempt)
    _ = try await provider.claims(reply, of: attempt)
    let problem = try await Self.problem { try await provider.claims(reply, of: attempt) }
    #expect(problem?.detail.contains("does not take the code") == true)
  }

  @Test func `a token that was made for another sign-in of the same person is refused`() async throws {
    let provider = try HostileProvider("swapped")
    let (own, other) = (provider.begin(), provider.begin())
    let reply = try await provider.visit(other)
    // Whoever knows the other sign-in's verifier still lacks this browser's nonce.
    var mixed = own
    mixed.verifier = other.verifier
    let problem = try await Self.problem { try await provider.claims(reply, of: mixed) }
    #expect(problem?.detail.contains("nonce") == true)
  }

  @Test(arguments: ["post", "public-client"])
  func `each way to prove who the client is works`(_ mode: String) async throws {
    let provider = try HostileProvider(mode)
    _ = try await provider.signIn(secret: mode == "public-client" ? nil : HostileProvider.secret)
    let method = try provider.log()["tokens"]?.array?.last?["method"]?.string
    #expect(method == (mode == "post" ? "post" : "none"))
  }

  @Test func `a wrong client secret is the host's fault, and not repeated in words`() async throws {
    let problem = try await Self.problem { try await HostileProvider("wrong-secret").signIn(secret: "another secret") }
    #expect(problem?.code == .identitySettingsInvalid)
    #expect(problem?.origin == .host)
    #expect(problem?.detail.contains("another secret") == false)
  }

  @Test func `a person who is refused there learns it, without the provider's own words`() async throws {
    let problem = try await Self.problem { try await HostileProvider("denies").signIn() }
    #expect(problem?.code == .identityProviderFailed)
    #expect(problem?.origin == .user)
    #expect(problem?.detail.contains("<b>") == false)
  }

  @Test func `an answer in another provider's name is refused before its code is used`() async throws {
    let provider = try HostileProvider("names-itself")
    let attempt = provider.begin()
    var reply = try await provider.visit(attempt)
    for issuer in ["https://other.example", nil] {
      reply.issuer = issuer
      let problem = try await Self.problem { try await provider.claims(reply, of: attempt) }
      #expect(problem?.code == .identityAnswerInvalid)
    }
    reply.issuer = provider.client.settings.issuer
    _ = try await provider.claims(reply, of: attempt)
  }

  // MARK: keys

  @Test func `a new key is fetched when a token names it, at most every half minute`() async throws {
    let provider = try HostileProvider("rotating")
    _ = try await provider.signIn()
    _ = try await provider.signIn()
    #expect(try provider.log()["keys"]?.int == 1)
    _ = try provider.server.ask("PUT", "/rotating/new-key")
    let early = try await Self.problem { try await provider.signIn() }
    #expect(early?.code == .identityAnswerInvalid)
    #expect(try provider.log()["keys"]?.int == 1)
    provider.clock.pass(31)
    _ = try await provider.signIn()
    #expect(try provider.log()["keys"]?.int == 2)
  }

  /// The problem that the work ends with; nil where it ends well.
  static func problem<Value>(_ work: () async throws -> Value) async throws -> Problem? {
    do {
      _ = try await work()
      return nil
    } catch let problem as Problem {
      return problem
    }
  }
}

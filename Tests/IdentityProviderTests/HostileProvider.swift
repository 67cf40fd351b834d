// The provider of the fixtures in one of its modes, and a browser that goes there and back.
import Foundation
import IdentityProvider
import JSONValue
import Synchronization
import TestSupport

struct HostileProvider {
  static let clientID = "ote client"
  static let secret = "s3cret & more:%"
  static let redirect = "http://127.0.0.1:4280/api/v1/session/providers/corp/callback"
  private static let server = Result { try PythonServer(fixture: "hostile_provider.py") }

  let mode: String
  let server: PythonServer
  let client: OpenIDProvider
  let clock = TestClock()

  init(
    _ mode: String, authentication: ProviderSettings.ClientAuthentication? = nil, timeoutSeconds: Int = 60
  ) throws {
    self.mode = mode
    server = try Self.server.get()
    let settings = ProviderSettings(
      id: "corp", title: "Corp", issuer: "http://127.0.0.1:\(server.port)/\(mode)", clientID: Self.clientID,
      authentication: authentication, timeoutSeconds: timeoutSeconds)
    client = OpenIDProvider(settings) { [clock] in clock.now }
  }

  func begin() -> SignInAttempt { SignInAttempt(provider: "corp", returnTo: "/", now: clock.now) }

  /// Where the provider sends the browser that comes with this attempt.
  func visit(_ attempt: SignInAttempt) async throws -> ProviderReply {
    let answer = try server.ask("GET", try await client.address(of: attempt, redirect: Self.redirect))
    let parts = URLComponents(string: answer.header("Location") ?? "")
    guard answer.status == 302, let query = parts?.queryItems else {
      throw ServedHost.Unexpected("the provider refused the address: \(answer.status) \(answer.text)")
    }
    let values = Dictionary(query.map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { first, _ in first })
    return ProviderReply(
      code: values["code"], state: values["state"] ?? "", error: values["error"], issuer: values["iss"])
  }

  func claims(_ reply: ProviderReply, of attempt: SignInAttempt, secret: String? = Self.secret) async throws
    -> IdentityClaims
  {
    try await client.claims(reply, of: attempt, redirect: Self.redirect, secret: secret)
  }

  /// The whole way.
  func signIn(secret: String? = Self.secret) async throws -> IdentityClaims {
    let attempt = begin()
    return try await claims(try await visit(attempt), of: attempt, secret: secret)
  }

  /// What its token endpoint was sent, and how often its keys were asked for.
  func log() throws -> JSONValue { try server.ask("GET", "/\(mode)/log").json }
}

/// The time that a client is told; real time and what a test adds.
final class TestClock: Sendable {
  private let offset = Mutex(0.0)
  var now: Double { Date().timeIntervalSince1970 + offset.withLock { $0 } }
  func pass(_ seconds: Double) { offset.withLock { $0 += seconds } }
}

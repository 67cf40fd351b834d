// One OpenID Connect provider: sends a browser there with the authorization code flow and PKCE, and proves who came back.
import Accounts
import FoundationEssentials
import JSONValue
import Model
import Synchronization

/// What the browser brings back from the provider.
package struct ProviderReply: Sendable {
  package var code: String?
  package var state: String
  package var error: String?
  package var issuer: String?
  package init(code: String?, state: String, error: String? = nil, issuer: String? = nil) {
    self.code = code
    self.state = state
    self.error = error
    self.issuer = issuer
  }
}

package final class OpenIDProvider: Sendable {
  /// What the provider said is believed this long, so that a key that it has withdrawn goes out of use.
  static let keepSeconds = 3600.0
  /// Strangers' tokens with made-up key ids must not turn into requests.
  static let refetchSeconds = 30.0

  package let settings: ProviderSettings
  private let connection: ProviderConnection
  private let now: @Sendable () -> Double
  private let known = Mutex(Known())

  private struct Known {
    var document: (ProviderDocument, at: Double)?
    var keys: (SigningKeys, at: Double)?
  }

  /// `now` is in seconds since 1970.
  package init(_ settings: ProviderSettings, now: @escaping @Sendable () -> Double = { Date().timeIntervalSince1970 }) {
    self.settings = settings
    self.now = now
    connection = ProviderConnection(settings: settings)
  }

  // MARK: the two halves of a sign-in

  /// The provider's address that the browser goes to.
  package func address(of attempt: SignInAttempt, redirect: String) async throws -> String {
    let document = try await document()
    return ProviderAddress.adding(
      [
        ("response_type", "code"), ("client_id", settings.clientID), ("redirect_uri", redirect),
        ("scope", settings.scopes.joined(separator: " ")), ("state", attempt.state), ("nonce", attempt.nonce),
        ("code_challenge", attempt.challenge), ("code_challenge_method", "S256"),
      ], to: document.authorizationEndpoint)
  }

  /// Exchanges the code, and checks the ID token. That the reply belongs to the attempt, the caller has checked.
  package func claims(
    _ reply: ProviderReply, of attempt: SignInAttempt, redirect: String, secret: String?
  ) async throws -> IdentityClaims {
    let document = try await document()
    guard reply.issuer == settings.issuer || reply.issuer == nil && !document.namesItself else {
      throw settings.invalid("did not send this answer; it names '\((reply.issuer ?? "nobody").prefix(200))'")
    }
    guard let code = reply.code, !code.isEmpty else { throw refused(reply.error ?? "") }
    let exchange = TokenExchange(settings: settings, document: document, redirect: redirect)
    let token = IDToken(
      settings: settings,
      text: try await exchange.idToken(code: code, verifier: attempt.verifier, secret: secret, over: connection))
    let key = try await key(for: TokenHeader(token.text, settings), at: document.keysAddress)
    let rules = ClaimRules(settings: settings, nonce: attempt.nonce, now: now())
    return try rules.check(try await token.claims(signedBy: key))
  }

  /// The words of RFC 6749; whatever else stands in an address could come from anybody.
  private func refused(_ error: String) -> Problem {
    switch error {
    case "access_denied":
      Problem(
        .identityProviderFailed, "\(settings.title) was told not to sign you in, or you went back", origin: .user,
        next: "Sign in again; if \(settings.title) refuses you, ask its admins.")
    case "temporarily_unavailable", "server_error": settings.failed("cannot sign anybody in at the moment (\(error))")
    case "invalid_request", "unauthorized_client", "unsupported_response_type", "invalid_scope":
      Problem(
        .identitySettingsInvalid, "\(settings.title) refused what this host asked for (\(error))", origin: .host,
        next: "Tell an admin of this host: client id, redirect address or scopes do not fit what is registered there.")
    default: settings.failed("ended the sign-in without a code")
    }
  }

  // MARK: what the provider says about itself

  private func document() async throws -> ProviderDocument {
    if let (document, at) = known.withLock({ $0.document }), now() - at < Self.keepSeconds { return document }
    let json = try await connection.get(ProviderDocument.address(of: settings), "configuration")
    let document = try ProviderDocument(json, settings)
    known.withLock { $0.document = (document, now()) }
    return document
  }

  /// A key that is not known may be new: the keys are fetched once more, at most every 30 seconds.
  private func key(for header: TokenHeader, at address: String) async throws -> JSONValue {
    let kept = known.withLock { $0.keys }
    if let (keys, at) = kept, now() - at < Self.keepSeconds, let key = keys.key(for: header) { return key }
    if let at = kept?.at, now() - at < Self.refetchSeconds { throw unknownKey(header) }
    let keys = try SigningKeys(try await connection.get(address, "keys"), settings)
    known.withLock { $0.keys = (keys, now()) }
    guard let key = keys.key(for: header) else { throw unknownKey(header) }
    return key
  }

  private func unknownKey(_ header: TokenHeader) -> Problem {
    settings.invalid(
      "signed its ID token with a key that it does not publish (\((header.keyID ?? "no kid").prefix(80)))")
  }
}

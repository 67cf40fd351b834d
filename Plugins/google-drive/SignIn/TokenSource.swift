// Access tokens: fetched when first needed, renewed before they end, shared by all threads of a component.
import Glibc
import HTTPTransfer
import JSONValue
import PluginKit
import Synchronization

final class TokenSource: Sendable {
  private struct Token {
    var text: String
    /// By the monotonic clock: the wall clock may be set.
    var renewAt: Double
  }

  private let access: Access
  private let scope: Scope
  private let http: HTTPClient
  private let retry: Retry
  /// Held while a token is fetched, so that many threads ask once.
  private let current = Mutex<Token?>(nil)

  init(_ access: Access, scope: Scope, http: HTTPClient, retry: Retry) {
    self.access = access
    self.scope = scope
    self.http = http
    self.retry = retry
  }

  var canRenew: Bool { if case .accessToken = access.method { false } else { true } }

  /// A token that will do for some minutes. `life` is called while Google lets us wait.
  func bearer(_ run: Run, _ cancelling: Run?, life: () -> Void) throws -> String {
    try current.withLock { token in
      if let token, token.renewAt > Self.now { return token.text }
      let fresh = try fetch(run, cancelling, life: life)
      token = fresh
      return fresh.text
    }
  }

  /// After Drive refused `old`. Does nothing where another thread has renewed it meanwhile.
  func renew(replacing old: String, _ run: Run, _ cancelling: Run?, life: () -> Void) throws {
    try current.withLock { token in
      if let token, token.text != old { return }
      token = try fetch(run, cancelling, life: life)
    }
  }

  private func fetch(_ run: Run, _ cancelling: Run?, life: () -> Void) throws -> Token {
    switch access.method {
    case .missing:
      throw PluginError.configuration(
        "nothing says who signs in at Google: fill in how, and with which secrets", at: "/auth")
    case .accessToken(let secret): return Token(text: try secret.value(run), renewAt: .infinity)
    case .serviceAccount(let secret, let subject):
      let account = try AccountKey(secret.value(run), subject: subject, tokenURL: access.endpoints.token)
      let assertion = try account.assertion(scope: scope, now: Int64(Glibc.time(nil)))
      let form = [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", assertion)]
      return try ask(account.tokenURL, form, isKey: true, cancelling, life: life)
    case .oauth(let clientID, let clientSecret, let refreshToken, let granted):
      let secret = try clientSecret?.value(run)
      let refresh: String
      if let refreshToken {
        refresh = try refreshToken.value(run)
      } else if let granted, !granted.isEmpty {
        refresh = try SealedToken.open(granted, clientID: clientID, clientSecret: secret)
      } else {
        throw PluginError.configuration(
          "nobody has signed in yet: choose an entry of \"Signed in\", or run the plugin's sign-in program and store "
            + "its refresh token as a secret", at: "/auth/signed_in")
      }
      var form = [("grant_type", "refresh_token"), ("refresh_token", refresh), ("client_id", clientID)]
      if let secret { form.append(("client_secret", secret)) }
      return try ask(access.endpoints.token ?? Endpoints.googleToken, form, isKey: false, cancelling, life: life)
    }
  }

  private func ask(
    _ url: String, _ form: [(String, String)], isKey: Bool, _ cancelling: Run?, life: () -> Void
  ) throws -> Token {
    let response = try retry(cancelling, life: life) { _ in
      try http.send(HTTPRequest("POST", url, form: form), cancelling)
    }
    switch try TokenAnswer(response) {
    case .token(let text, let lifetime, _, _):
      // Five minutes early, of a short-lived one a tenth.
      let early = min(300, Double(max(0, lifetime)) / 10)
      return Token(text: text, renewAt: Self.now + Double(lifetime) - early)
    case .refused(let word, let description, let status, let host):
      throw TokenAnswer.problem(word, description, status: status, host: host, isKey: isKey)
    }
  }

  private static var now: Double {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
  }
}

// The proof key of a sign-in (RFC 7636, S256) that needs no memory between its two halves.
import Crypto
import FoundationEssentials
import HTTPTransfer

/// A form asks in two calls, each in a process of its own. So the verifier is not kept: it is made again from the state
/// that Google sends back and the client's secret.
struct PKCE {
  /// Nobody listens there: the person pastes the address that the browser could not open.
  static let redirect = "http://127.0.0.1:41280/"

  let state: String
  let verifier: String

  init(clientSecret: String, random: [UInt8]) {
    self.init(clientSecret: clientSecret, state: Base64URL.encode(random))
  }

  init(clientSecret: String, state: String) {
    self.state = state
    let key = SymmetricKey(data: Data("ote google-drive pkce 1\u{0}\(clientSecret)".utf8))
    verifier = Base64URL.encode(HMAC<SHA256>.authenticationCode(for: Data(state.utf8), using: key))
  }

  var challenge: String { Self.challenge(verifier) }

  static func challenge(_ verifier: String) -> String { Base64URL.encode(SHA256.hash(data: Data(verifier.utf8))) }

  func address(_ endpoint: String, clientID: String, scope: Scope) -> String {
    endpoint + "?"
      + PercentEncoding.form([
        ("client_id", clientID), ("redirect_uri", Self.redirect), ("response_type", "code"),
        ("scope", scope.rawValue), ("access_type", "offline"), ("prompt", "consent"), ("state", state),
        ("code_challenge", challenge), ("code_challenge_method", "S256"),
      ])
  }
}

/// What stands behind the question mark of the address that a browser was sent back to.
struct RedirectedAddress {
  private var values: [String: String] = [:]

  /// nil for anything but such an address.
  init?(_ text: String) {
    guard text.hasPrefix(PKCE.redirect + "?") || text.hasPrefix("http://localhost:41280/?") else { return nil }
    let query = text[text.index(after: text.firstIndex(of: "?")!)...].prefix { $0 != "#" }
    for pair in query.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1).map { String($0).replacing("+", with: " ") }
      if parts.count == 2, let value = PercentEncoding.decode(parts[1]) { values[parts[0]] = value }
    }
  }

  subscript(_ name: String) -> String? { values[name] }
}

// The proof key of a sign-in (RFC 7636, S256) that needs no memory between its two halves.
import Crypto
import FoundationEssentials
import HTTPTransfer

/// A form asks in two calls, each in a process of its own. So the verifier is not kept: it is made again from the state
/// that Google sends back and the client's secret.
struct PKCE {
  /// Where the form is not of this machine. Nobody listens there: the person pastes the address that could not be opened.
  static let nobody = "http://127.0.0.1:41280/"

  /// Google sends the browser of an installed app back to this machine only, at any port.
  static func redirect(_ page: String?) -> String {
    page.flatMap { RedirectedAddress.isLoopback($0) ? $0 : nil } ?? nobody
  }

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

  func address(_ endpoint: String, clientID: String, scope: Scope, redirect: String) -> String {
    endpoint + "?"
      + PercentEncoding.form([
        ("client_id", clientID), ("redirect_uri", redirect), ("response_type", "code"),
        ("scope", scope.rawValue), ("access_type", "offline"), ("prompt", "consent"), ("state", state),
        ("code_challenge", challenge), ("code_challenge_method", "S256"),
      ])
  }
}

/// What stands behind the question mark of the address that a browser was sent back to.
struct RedirectedAddress {
  /// The address that Google was told.
  let redirect: String
  private var values: [String: String] = [:]

  /// nil for anything but such an address.
  init?(_ text: String) {
    guard let mark = text.firstIndex(of: "?"), Self.isLoopback(text[..<mark]) else { return nil }
    redirect = String(text[..<mark])
    let query = text[text.index(after: mark)...].prefix { $0 != "#" }
    for pair in query.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1).map { String($0).replacing("+", with: " ") }
      if parts.count == 2, let value = PercentEncoding.decode(parts[1]) { values[parts[0]] = value }
    }
  }

  /// Whether it is http://127.0.0.1:PORT/, or the same by another name.
  static func isLoopback(_ page: some StringProtocol) -> Bool {
    guard page.hasPrefix("http://"), page.hasSuffix("/") else { return false }
    let authority = page.dropFirst("http://".count).dropLast()
    guard let colon = authority.lastIndex(of: ":"), UInt16(authority[authority.index(after: colon)...]) != nil else {
      return false
    }
    return ["127.0.0.1", "localhost", "[::1]"].contains(String(authority[..<colon]))
  }

  subscript(_ name: String) -> String? { values[name] }
}

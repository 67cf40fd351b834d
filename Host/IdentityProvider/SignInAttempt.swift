// A sign-in that is on its way through a provider. The browser keeps it, sealed; the host keeps nothing.
import Accounts
import Crypto
import FoundationEssentials

package struct SignInAttempt: Codable, Sendable, Hashable {
  /// Long enough for a person with a password and a second factor.
  package static let secondsMax = 600.0

  package var provider: String
  /// Comes back in the address, and has to be the one of this browser.
  package var state: String
  /// Comes back in the ID token.
  package var nonce: String
  /// Proves to the provider that who exchanges the code has also asked for it (PKCE).
  package var verifier: String
  /// A page of ours.
  package var returnTo: String
  /// Seconds since 1970.
  package var until: Double

  package init(provider: String, returnTo: String, now: Double) {
    self.provider = provider
    self.returnTo = returnTo
    until = now + Self.secondsMax
    state = AccessSecret.makeCSRF()
    nonce = AccessSecret.makeCSRF()
    verifier = AccessSecret.makeCSRF()
  }

  package func isAnswered(by reply: ProviderReply) -> Bool { ConstantTime.equal(state.utf8, reply.state.utf8) }

  /// S256 of RFC 7636.
  var challenge: String { Base64.encodeForAddress(Array(SHA256.hash(data: Array(verifier.utf8)))) }
}

/// Seals what passes through a browser: nobody else can read, change or make it. The key lives as long as the process.
package struct BrowserSeal: Sendable {
  private let key = SymmetricKey(size: .bits256)

  package init() {}

  /// `purpose` keeps one kind of value from being taken for another.
  package func seal(_ value: some Encodable, for purpose: String) throws -> String {
    let bytes = try JSONEncoder().encode(value)
    let box = try AES.GCM.seal(bytes, using: key, authenticating: Array(purpose.utf8))
    return Base64.encodeForAddress(Array(box.nonce) + Array(box.ciphertext) + Array(box.tag))
  }

  /// nil for anything that this process has not sealed for that purpose.
  package func open<Value: Decodable>(_ text: String, as _: Value.Type = Value.self, for purpose: String) -> Value? {
    guard let bytes = Base64.decodeFromAddress(text), let box = try? AES.GCM.SealedBox(combined: bytes),
      let plain = try? AES.GCM.open(box, using: key, authenticating: Array(purpose.utf8))
    else { return nil }
    return try? JSONDecoder().decode(Value.self, from: plain)
  }
}

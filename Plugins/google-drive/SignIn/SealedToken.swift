// A refresh token that a form may hold: sealed with the client's secret, which lies in the vault.
import Crypto
import FoundationEssentials
import JSONValue
import PluginKit

/// A form cannot write into the host's vault. So what a sign-in inside the form brings is sealed (AES-GCM, key by HKDF
/// from the client's secret): whoever reads the pipeline learns nothing, and with another client it does not open.
enum SealedToken {
  private static let prefix = "sealed:"

  static func seal(_ token: String, clientID: String, clientSecret: String) throws -> String {
    let box = try AES.GCM.seal(
      Data(token.utf8), using: key(clientID, clientSecret), authenticating: Data(clientID.utf8))
    guard let combined = box.combined else { throw PluginError(.internal, "the token could not be sealed") }
    return prefix + Base64URL.encode(combined)
  }

  static func open(_ text: String, clientID: String, clientSecret: String?) throws -> String {
    guard let clientSecret else {
      throw PluginError.configuration(
        "the sign-in is sealed with the client's secret, which is missing", at: "/auth/client_secret")
    }
    guard text.hasPrefix(prefix), let bytes = Base64URL.decode(String(text.dropFirst(prefix.count))),
      let box = try? AES.GCM.SealedBox(combined: bytes),
      let token = try? AES.GCM.open(box, using: key(clientID, clientSecret), authenticating: Data(clientID.utf8))
    else {
      throw PluginError.configuration(
        "this sign-in belongs to another client, or its text was changed: sign in again", at: "/auth/signed_in")
    }
    return String(decoding: token, as: UTF8.self)
  }

  private static func key(_ clientID: String, _ clientSecret: String) -> SymmetricKey {
    HKDF<SHA256>.deriveKey(
      inputKeyMaterial: SymmetricKey(data: Data(clientSecret.utf8)), salt: Data(clientID.utf8),
      info: Data("ote google-drive refresh token 1".utf8), outputByteCount: 32)
  }
}

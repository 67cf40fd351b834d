// A service account's key, and the signed claim that is traded for an access token (RFC 7523).
import Crypto
import CryptoExtras
import FoundationEssentials
import JSONValue
import PluginKit

struct AccountKey {
  let email: String
  let tokenURL: String
  private let keyID: String?
  private let key: _RSA.Signing.PrivateKey
  /// A person of the domain to act for, by domain-wide delegation.
  private let subject: String?

  /// The JSON file that the Google Cloud console hands out. Errors never show any of it.
  init(_ text: String, subject: String?, tokenURL: String?) throws {
    func refuse(_ why: String) -> PluginError {
      PluginError(
        .configuration, "the service account's key is not usable: \(why)",
        details: [
          "path": "/auth/key",
          "next": "Store the whole JSON file that the Google Cloud console gave for the key as the secret.",
        ])
    }
    guard let json = try? JSONValue(parsing: text), json.object != nil else { throw refuse("it is not a JSON object") }
    guard json["type"]?.string == "service_account" else {
      throw refuse("its type is '\(json["type"]?.string?.prefix(40) ?? "")', not service_account")
    }
    guard let email = json["client_email"]?.string, !email.isEmpty else { throw refuse("it names no client_email") }
    guard let pem = json["private_key"]?.string else { throw refuse("it holds no private_key") }
    guard let key = try? _RSA.Signing.PrivateKey(pemRepresentation: pem) else {
      throw refuse("its private_key is not an RSA key of at least 2048 bits in PEM")
    }
    self.email = email
    self.key = key
    keyID = json["private_key_id"]?.string
    self.subject = subject.flatMap { $0.isEmpty ? nil : $0 }
    let url = tokenURL ?? json["token_uri"]?.string ?? Endpoints.googleToken
    do { try Endpoints.check(url, at: "/auth/key") } catch { throw refuse("its token_uri is no https address") }
    self.tokenURL = url
  }

  /// Valid for an hour from `now` (seconds since 1970).
  func assertion(scope: Scope, now: Int64) throws -> String {
    var header: [String: JSONValue] = ["alg": "RS256", "typ": "JWT"]
    header["kid"] = keyID.map { .string($0) }
    var claims: [String: JSONValue] = [
      "iss": .string(email), "scope": .string(scope.rawValue), "aud": .string(Endpoints.googleToken), "iat": .int(now),
      "exp": .int(now + 3600),
    ]
    claims["sub"] = subject.map { .string($0) }
    let signed = [header, claims].map { Base64URL.encode(JSONValue.object($0).text.utf8) }.joined(separator: ".")
    let signature = try key.signature(
      for: SHA256.hash(data: Data(signed.utf8)), padding: _RSA.Signing.Padding.insecurePKCS1v1_5)
    return "\(signed).\(Base64URL.encode(signature.rawRepresentation))"
  }
}

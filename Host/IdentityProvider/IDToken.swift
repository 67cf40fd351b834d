// Reads an ID token: its header before anything is believed, its claims once the signature holds.
import Accounts
import JSONValue
import JWTKit
import Model

/// What a token says about how it is signed. Not proven by anything.
struct TokenHeader: Sendable {
  static let bytesMax = 64 << 10

  var algorithm: String
  var keyID: String?

  init(_ token: String, _ settings: ProviderSettings) throws(Problem) {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard token.utf8.count <= Self.bytesMax, parts.count == 3, let bytes = Base64.decodeFromAddress(String(parts[0])),
      let header = try? JSONValue(parsing: bytes), header.object != nil
    else { throw settings.invalid("sent an ID token that cannot be read") }
    algorithm = header["alg"]?.string ?? "none"
    guard SigningKeys.kinds[algorithm] != nil else {
      throw settings.invalid("signed its ID token with '\(algorithm.prefix(40))', which proves nothing here")
    }
    // What a token declares critical must be understood, and nothing of that kind is.
    guard header["crit"] == nil else { throw settings.invalid("sent an ID token with critical extensions") }
    keyID = header["kid"]?.string
  }
}

struct IDToken {
  let settings: ProviderSettings
  let text: String

  /// The claims, once the signature holds. What they have to say is another question: ClaimRules.
  func claims(signedBy key: JSONValue) async throws -> JSONValue {
    do {
      let keys = try await JWTKeyCollection().add(jwk: JWK(json: key.text))
      return try await keys.verify(text, as: Claims.self).values
    } catch {
      throw settings.invalid("sent an ID token whose signature does not hold")
    }
  }

  private struct Claims: JWTPayload {
    var values: JSONValue
    init(from decoder: any Decoder) throws { values = try JSONValue(from: decoder) }
    func encode(to encoder: any Encoder) throws { try values.encode(to: encoder) }
    func verify(using algorithm: some JWTAlgorithm) {}
  }
}

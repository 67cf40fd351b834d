// The public keys of a provider, and which of them a token names.
import JSONValue
import Model

struct SigningKeys: Sendable {
  /// Kinds of keys by algorithm: whoever verifies with these can sign nothing. HMAC and `none` are not among them.
  static let kinds = [
    "RS256": "RSA", "RS384": "RSA", "RS512": "RSA", "PS256": "RSA", "PS384": "RSA", "PS512": "RSA", "ES256": "EC",
    "ES384": "EC", "ES512": "EC", "EdDSA": "OKP",
  ]
  private static let keysMax = 100

  private let keys: [JSONValue]

  init(_ json: JSONValue, _ settings: ProviderSettings) throws(Problem) {
    guard let keys = json["keys"]?.array, keys.count <= Self.keysMax else {
      throw settings.invalid("has no list of at most \(Self.keysMax) keys")
    }
    self.keys = keys
  }

  /// The only key that this header can mean, as a key for exactly its algorithm; nil where there is none.
  func key(for header: TokenHeader) -> JSONValue? {
    let fitting = keys.filter { key in
      (header.keyID == nil || key["kid"]?.string == header.keyID) && key["kty"]?.string == Self.kinds[header.algorithm]
        && ["sig", nil].contains(key["use"]?.string) && [header.algorithm, nil].contains(key["alg"]?.string)
    }
    guard fitting.count == 1, let key = fitting.first?.object else { return nil }
    var bare = key.filter { ["kty", "n", "e", "crv", "x", "y"].contains($0.key) }
    bare["alg"] = .string(header.algorithm)
    bare["kid"] = "key"
    return .object(bare)
  }
}

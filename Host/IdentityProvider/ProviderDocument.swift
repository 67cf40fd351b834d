// What a provider says about itself at /.well-known/openid-configuration, checked before it is believed.
import JSONValue
import Model

struct ProviderDocument: Sendable {
  var authorizationEndpoint: String
  var tokenEndpoint: String
  var keysAddress: String
  var authentication: ProviderSettings.ClientAuthentication
  /// Whether it names itself in each answer that passes through the browser (RFC 9207).
  var namesItself: Bool

  static func address(of settings: ProviderSettings) -> String {
    let issuer = settings.issuer.hasSuffix("/") ? String(settings.issuer.dropLast()) : settings.issuer
    return "\(issuer)/.well-known/openid-configuration"
  }

  init(_ json: JSONValue, _ settings: ProviderSettings) throws(Problem) {
    let issuer = json["issuer"]?.string ?? ""
    guard issuer == settings.issuer else {
      throw settings.invalid("calls itself '\(issuer.prefix(200))' and not \(settings.issuer)")
    }
    let isLocal = ProviderAddress.isLocal(settings.issuer)
    func endpoint(_ name: String) throws(Problem) -> String {
      let address = json[name]?.string ?? ""
      guard ProviderAddress.isSafe(address), isLocal || address.hasPrefix("https:") else {
        throw settings.invalid("has no \(name) that is safe to use: '\(address.prefix(200))'")
      }
      return address
    }
    authorizationEndpoint = try endpoint("authorization_endpoint")
    tokenEndpoint = try endpoint("token_endpoint")
    keysAddress = try endpoint("jwks_uri")
    namesItself = json["authorization_response_iss_parameter_supported"]?.bool ?? false
    let known = json["token_endpoint_auth_methods_supported"]?.array?.compactMap(\.string) ?? []
    let takesOnlyPost = known.contains("client_secret_post") && !known.contains("client_secret_basic")
    authentication = settings.authentication ?? (takesOnlyPost ? .post : .basic)
  }
}

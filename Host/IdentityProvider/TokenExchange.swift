// Exchanges the code for an ID token. The client's secret goes into this one request, and nowhere else.
import FoundationEssentials
import JSONValue
import Model

struct TokenExchange {
  let settings: ProviderSettings
  let document: ProviderDocument
  let redirect: String

  func idToken(code: String, verifier: String, secret: String?, over connection: ProviderConnection) async throws
    -> String
  {
    var form = [
      ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirect), ("code_verifier", verifier),
    ]
    var authorization: String?
    switch (secret == nil ? .none : document.authentication, secret) {
    case (.basic, let secret?):
      // RFC 6749, 2.3.1: each half is encoded as a form's value first.
      let pair = "\(ProviderAddress.encoded(settings.clientID)):\(ProviderAddress.encoded(secret))"
      authorization = "Basic \(Data(pair.utf8).base64EncodedString())"
    case (.post, let secret?): form += [("client_id", settings.clientID), ("client_secret", secret)]
    default: form.append(("client_id", settings.clientID))
    }
    let reply = try await connection.post(
      document.tokenEndpoint, form, authorization: authorization, "answer to the code")
    guard reply.status == 200 else { throw refused(reply) }
    guard let token = reply.body?["id_token"]?.string else { throw settings.invalid("sent no ID token") }
    return token
  }

  private func refused(_ reply: ProviderConnection.Reply) -> Problem {
    switch reply.body?["error"]?.string {
    case "invalid_client", "unauthorized_client":
      Problem(
        .identitySettingsInvalid, "\(settings.title) does not take this host's client id and secret", origin: .host,
        next: "Tell an admin of this host: the client id or its secret is another one there.")
    case "invalid_grant":
      settings.failed("does not take the code: it was used before, is too old, or was not made for this host")
    default: settings.failed("answered \(reply.status) to the code")
    }
  }
}

// Signing in inside a form: the choices of the field "Signed in" are the steps.
import HTTPTransfer
import JSONValue
import PluginKit

/// By browser: the first choice opens the page; the address that the browser ends at comes back to the field by the host's
/// page, or is pasted into it. By another device: the choice shows code and address, and is taken when that is done. Both end
/// with a sealed sign-in.
struct FormSignIn {
  /// The only access to files that Google gives to devices.
  static let deviceScope = "https://www.googleapis.com/auth/drive.file"
  private static let devicePrefix = "device:"

  let access: Access
  let scope: Scope
  let run: Run
  private let http: HTTPClient
  private let clientID: String
  private let secret: String

  init(_ access: Access, scope: Scope, _ run: Run) throws {
    guard case .oauth(let clientID, let clientSecret, _, _) = access.method else {
      throw PluginError.configuration("fill in client id and client secret first", at: "/auth/client_id")
    }
    guard let clientSecret else {
      throw PluginError.configuration(
        "fill in the client secret first: the sign-in is sealed with it", at: "/auth/client_secret")
    }
    self.access = access
    self.scope = scope
    self.run = run
    self.clientID = clientID
    secret = try clientSecret.value(run)
    var settings = HTTPClient.Settings()
    // A form waits five seconds.
    settings.limits = HTTPLimits(connect: 2, idle: 4, total: 4)
    http = HTTPClient(settings)
  }

  func choices(_ typed: String) throws -> FieldChoices {
    let text = typed.trimming(while: { $0.isWhitespace })
    if let address = RedirectedAddress(text) { return try finish(address) }
    if text.hasPrefix(Self.devicePrefix) { return try poll(text) }
    if text.hasPrefix("sealed:") {
      _ = try SealedToken.open(text, clientID: clientID, clientSecret: secret)
      return FieldChoices([.init(.string(text), title: "Signed in", help: "Empty the field to sign in again")])
    }
    return FieldChoices([browser()] + device())
  }

  private func browser() -> FieldChoices.Choice {
    let pkce = PKCE(clientSecret: secret, random: (0..<16).map { _ in UInt8.random(in: 0...255) })
    let redirect = PKCE.redirect(run.meta.returnAddress)
    return .init(
      link: pkce.address(access.endpoints.authorization, clientID: clientID, scope: scope, redirect: redirect),
      title: "Sign in with a browser",
      help: redirect == PKCE.nobody
        ? "Allow access there. It ends at a page of 127.0.0.1 that cannot be shown: copy its address into this field."
        : "Allow access there, then come back: this field knows of it.")
  }

  /// Nothing where the client is not one for devices.
  private func device() -> [FieldChoices.Choice] {
    let form = [("client_id", clientID), ("scope", Self.deviceScope)]
    guard let response = try? http.send(HTTPRequest("POST", access.endpoints.device, form: form), run),
      response.isSuccess,
      let json = try? response.json(), let code = json["device_code"]?.string, let shown = json["user_code"]?.string,
      let url = json["verification_url"]?.string ?? json["verification_uri"]?.string
    else { return [] }
    return [waiting(code, "On another device: open \(url) and enter \(shown)", "Then choose this entry.")]
  }

  private func waiting(_ code: String, _ title: String, _ help: String) -> FieldChoices.Choice {
    // The slash makes the form ask again.
    .init(.string("\(Self.devicePrefix)\(PercentEncoding.encode(code))/"), title: title, help: help)
  }

  private func poll(_ text: String) throws -> FieldChoices {
    let written = text.dropFirst(Self.devicePrefix.count).prefix { $0 != "/" }
    guard let code = PercentEncoding.decode(String(written)) else { return FieldChoices([]) }
    let answer = try exchange([
      ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("device_code", code),
    ])
    if case .refused(let word, _, _, _) = answer, word == "authorization_pending" || word == "slow_down" {
      return FieldChoices([
        waiting(code, "Not allowed yet", "Enter the code on the other device, then choose this entry.")
      ])
    }
    return try signedIn(answer)
  }

  private func finish(_ address: RedirectedAddress) throws -> FieldChoices {
    if let error = address["error"] {
      throw PluginError(
        .authentication, "the sign-in was not allowed: \(DriveProblem.oneLine(error))",
        details: ["path": "/auth/signed_in", "next": "Empty the field, open it, and sign in again."])
    }
    guard let code = address["code"], let state = address["state"] else {
      throw PluginError.configuration("the pasted address holds no code: paste all of it", at: "/auth/signed_in")
    }
    return try signedIn(
      exchange([
        ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", address.redirect),
        ("code_verifier", PKCE(clientSecret: secret, state: state).verifier),
      ]))
  }

  private func exchange(_ form: [(String, String)]) throws -> TokenAnswer {
    let form = form + [("client_id", clientID), ("client_secret", secret)]
    return try TokenAnswer(
      http.send(HTTPRequest("POST", access.endpoints.token ?? Endpoints.googleToken, form: form), run))
  }

  private func signedIn(_ answer: TokenAnswer) throws -> FieldChoices {
    switch answer {
    case .refused(let word, let description, let status, let host):
      var problem = TokenAnswer.problem(word, description, status: status, host: host, isKey: false)
      if word == "invalid_grant" || word == "expired_token" {
        problem.message = "the code was used before, has expired, or belongs to another sign-in"
        problem.details["next"] = "Empty the field, open it, and sign in again."
      }
      problem.details["path"] = word == "invalid_client" ? "/auth/client_id" : "/auth/signed_in"
      throw problem
    case .token(_, _, nil, _):
      throw PluginError(
        .authentication, "Google gave no refresh token: the sign-in would end within the hour",
        details: [
          "path": "/auth/signed_in", "next": "Remove the app under myaccount.google.com/permissions and sign in again.",
        ])
    case .token(let access, _, let refresh?, _):
      let sealed = try SealedToken.seal(refresh, clientID: clientID, clientSecret: secret)
      let name = account(access).map { "Signed in as \($0)" } ?? "Signed in"
      return FieldChoices([.init(.string(sealed), title: name, help: "Choose this entry to keep the sign-in.")])
    }
  }

  private func account(_ token: String) -> String? {
    let url = access.endpoints.api + "/drive/v3/about?fields=user(emailAddress)"
    let request = HTTPRequest("GET", url, headers: ["Authorization": "Bearer \(token)"])
    return try? http.send(request, run).json()["user"]?["emailAddress"]?.string
  }
}

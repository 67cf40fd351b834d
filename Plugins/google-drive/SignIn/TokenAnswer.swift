// What Google's token endpoint answers, good or bad.
import HTTPTransfer
import JSONValue
import PluginKit

enum TokenAnswer {
  case token(access: String, lifetime: Int64, refresh: String?, scope: String)
  /// An error by its OAuth word: "invalid_grant", "authorization_pending".
  case refused(String, description: String, status: Int, host: String)

  init(_ response: HTTPResponse) throws {
    let json = try? JSONValue(parsing: response.body)
    if response.isSuccess {
      guard let access = json?["access_token"]?.string, !access.isEmpty else {
        throw PluginError(
          .io, "the token endpoint \(response.host) answered \(response.status) without an access token",
          retryable: true, details: response.details)
      }
      self = .token(
        access: access, lifetime: json?["expires_in"]?.int ?? 3600, refresh: json?["refresh_token"]?.string,
        scope: json?["scope"]?.string ?? "")
      return
    }
    self = .refused(
      json?["error"]?.string ?? "", description: json?["error_description"]?.string ?? "", status: response.status,
      host: response.host)
  }

  /// The error that a refusal means while a token is renewed.
  static func problem(_ word: String, _ description: String, status: Int, host: String, isKey: Bool) -> PluginError {
    let said = description.isEmpty ? "" : " Google says: \(DriveProblem.oneLine(description))"
    func error(_ status: PluginError.Status, _ words: String, path: String, next: String) -> PluginError {
      PluginError(
        status, "\(words).\(said)",
        details: ["path": .string(path), "vendor_code": .string(word), "host": .string(host), "next": .string(next)])
    }
    switch word {
    case "invalid_grant" where isKey:
      return error(
        .authentication, "Google does not accept the service account's signature", path: "/auth/key",
        next: "Look whether the key was deleted or the account disabled, and whether this machine's clock is right.")
    case "invalid_grant":
      return error(
        .authentication, "Google no longer accepts the sign-in: it was revoked, or it has expired",
        path: "/auth/refresh_token",
        next: "Sign in again and store the new refresh token. While the app's consent screen is in testing, "
          + "a sign-in lasts seven days.")
    case "invalid_client", "unauthorized_client", "deleted_client":
      return error(
        .authentication, "Google does not know this client, or its secret is wrong",
        path: isKey ? "/auth/key" : "/auth/client_id",
        next: isKey
          ? "Allow the client for domain-wide delegation with this scope, or leave `subject` out."
          : "Compare client id and secret with the Google Cloud console.")
    case "invalid_scope", "admin_policy_enforced", "access_denied":
      return error(
        .denied, "Google does not allow the scope for this account", path: "/auth",
        next: "Ask the administrator of the domain to allow the app, or sign in with another account.")
    default:
      return PluginError(
        status >= 500 || status == 429 ? .io : .authentication,
        "the token endpoint \(host) answered \(status)\(word.isEmpty ? "" : " (\(DriveProblem.oneLine(word)))").\(said)",
        retryable: status >= 500 || status == 429,
        details: ["path": "/auth", "http_status": .int(Int64(status)), "host": .string(host)])
    }
  }
}

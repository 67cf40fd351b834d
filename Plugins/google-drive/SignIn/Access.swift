// How the configuration says who reads and writes, and where Google answers.
import JSONValue
import PluginKit

/// What a token allows.
enum Scope: String, Sendable {
  case read = "https://www.googleapis.com/auth/drive.readonly"
  case write = "https://www.googleapis.com/auth/drive"
}

/// A value that lies in the host's vault.
struct SecretReference: Sendable, Hashable {
  let name: String
  let pointer: String

  /// nil where nothing stands at this place.
  init?(_ json: JSONValue?, at pointer: String) throws {
    guard let json, !json.isNull else { return nil }
    guard let name = json["$secret"]?.string, !name.isEmpty else {
      throw PluginError.configuration(
        "write the name of a secret here, ${secrets.NAME}: the value itself has no place in a pipeline", at: pointer)
    }
    self.name = name
    self.pointer = pointer
  }

  func value(_ run: Run) throws -> String {
    let text = try run.secret(name).trimming(while: { $0.isWhitespace })
    guard !text.isEmpty else {
      throw PluginError.configuration("the secret '\(name)' is empty", at: pointer)
    }
    return text
  }
}

/// The parts of a configuration that both components share.
struct Access: Sendable, Hashable {
  enum Method: Sendable, Hashable {
    /// `granted` is a sealed refresh token that the form's own sign-in put there; see `SealedToken`.
    case oauth(clientID: String, clientSecret: SecretReference?, refreshToken: SecretReference?, granted: String?)
    case serviceAccount(key: SecretReference, subject: String?)
    case accessToken(SecretReference)
    /// Only while a form is being filled in.
    case missing
  }

  var method: Method
  var endpoints: Endpoints
  /// Tries of a call before it is given up.
  var attempts: Int

  init(_ document: JSONValue) throws {
    method = try Self.method(document["auth"])
    endpoints = try Endpoints(document["endpoints"])
    attempts = document["attempts"]?.int.flatMap { Int(exactly: $0) } ?? 8
    guard (1...20).contains(attempts) else {
      throw PluginError.configuration("\(attempts) tries are not between 1 and 20", at: "/attempts")
    }
  }

  private static func method(_ auth: JSONValue?) throws -> Method {
    guard let auth, let kind = auth["method"]?.string else { return .missing }
    switch kind {
    case "oauth":
      guard let id = auth["client_id"]?.string, !id.isEmpty else { return .missing }
      return .oauth(
        clientID: id, clientSecret: try SecretReference(auth["client_secret"], at: "/auth/client_secret"),
        refreshToken: try SecretReference(auth["refresh_token"], at: "/auth/refresh_token"),
        granted: auth["signed_in"]?.string)
    case "service_account":
      guard let key = try SecretReference(auth["key"], at: "/auth/key") else { return .missing }
      return .serviceAccount(key: key, subject: auth["subject"]?.string)
    case "access_token":
      guard let token = try SecretReference(auth["token"], at: "/auth/token") else { return .missing }
      return .accessToken(token)
    default:
      throw PluginError.configuration(
        "'\(kind)' is no way to sign in: choose oauth, service_account or access_token", at: "/auth/method")
    }
  }
}

extension String {
  func trimming(while drop: (Character) -> Bool) -> String {
    var text = self[...]
    while let first = text.first, drop(first) { text.removeFirst() }
    while let last = text.last, drop(last) { text.removeLast() }
    return String(text)
  }
}

// Finds out who asks: a session cookie of a browser, or an access token of a program.
import Accounts
import ControlPlane
import HTTPTypes
import MetadataStore
import Model
import WorkerProtocol

struct Authentication: Sendable {
  static let cookieName = "ote_session"
  /// A session lives this long after its last use.
  static let sessionSeconds = 14 * 24 * 3600.0

  let metadata: MetadataStore

  /// nil where nothing was sent. Something that was sent and is not valid is OTE-6002.
  func caller(_ headers: HTTPFields) throws(Problem) -> Caller? {
    if let authorization = headers[.authorization] { return try tokenCaller(authorization) }
    guard let cookie = Self.cookie(Self.cookieName, in: headers), let secret = AccessSecret(parsing: cookie),
      secret.kind == .session
    else { return nil }
    guard let (session, user) = try metadata.session(hash: secret.hash), !user.isDisabled else { return nil }
    try keepAlive(session)
    return Caller(user: user, roles: try metadata.roles(of: user.name), token: nil, session: session)
  }

  private func tokenCaller(_ authorization: String) throws(Problem) -> Caller {
    let parts = authorization.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer", let secret = AccessSecret(parsing: String(parts[1])),
      secret.kind == .token, let id = secret.id, let (token, hash) = try metadata.token(id: id),
      secret.matches(hash: hash), (token.expiresAt ?? "9") > TimeStamp.now(), let user = try metadata.user(token.user),
      !user.isDisabled
    else { throw Problem(.notSignedIn, "the token is unknown, expired or revoked") }
    try metadata.touchToken(id: id)
    return Caller(user: user, roles: try metadata.roles(of: user.name), token: token, session: nil)
  }

  /// Once a day is enough: a write with each request would cost more than the request.
  private func keepAlive(_ session: Session) throws(Problem) {
    let due = TimeStamp.text(afterSeconds: Self.sessionSeconds - 24 * 3600)
    guard session.expiresAt < due else { return }
    try metadata.extendSession(hash: session.hash, until: TimeStamp.text(afterSeconds: Self.sessionSeconds))
    try metadata.touchUser(session.user)
  }

  static func cookie(_ name: String, in headers: HTTPFields) -> String? {
    for field in headers[values: .cookie] {
      for pair in field.split(separator: ";") {
        let parts = pair.split(separator: "=", maxSplits: 1)
        if parts.count == 2, parts[0].trimmingPrefix(" ") == name { return String(parts[1]) }
      }
    }
    return nil
  }

  /// A browser sends the cookie by itself, also from a foreign page: a change needs what only our pages know.
  static func checkOrigin(
    _ caller: Caller?, method: String, authority: String?, headers: HTTPFields
  ) throws(Problem) {
    guard !["GET", "HEAD"].contains(method) else { return }
    // The Host header is no field here: HTTP types call it the authority.
    if let origin = headers[.origin] {
      let host = authority ?? ""
      guard origin == "http://\(host)" || origin == "https://\(host)" else {
        throw Problem(.notAllowed, "the request comes from a page of \(origin)")
      }
    }
    guard let session = caller?.session else { return }
    guard let sent = headers[HTTPField.Name("X-CSRF-Token")!], AccessSecret.isSameCSRF(sent, session.csrf) else {
      throw Problem(
        .notAllowed, "the request lacks the session's X-CSRF-Token", next: "Reload the page, then try again.")
    }
  }
}

// Signing in and out.
import Accounts
import ControlPlane
import Foundation
import JSONValue
import MetadataStore
import Model
import Synchronization
import WorkerProtocol

struct SessionView: Encodable {
  var user: User
  var roles: [String: Role]
  var csrf: String
  var expires_at: String?
}

final class SessionRoutes: Sendable {
  private let limiter = Mutex(SignInLimiter())

  var all: [String: Route] {
    [
      "readSession": { call in
        let caller = try call.caller
        return try Answer.json(Self.view(caller.user, caller.roles, caller.session))
      },
      "signIn": signIn, "useSignInLink": useLink, "changePassword": changePassword,
      "signOut": { call in
        let caller = try call.caller
        if let session = caller.session { try call.plane.metadata.deleteSession(hash: session.hash) }
        return Answer(headers: [("Set-Cookie", Self.cookie("", seconds: 0))])
      },
      "readPreferences": { call in
        try Answer.json(try call.plane.metadata.preferences(of: try call.caller.user.name))
      },
      "savePreferences": { call in
        guard call.body.text.utf8.count <= 64 << 10 else {
          throw Problem(.requestTooLarge, "preferences may have 64 KiB")
        }
        try call.plane.metadata.setPreferences(call.body, of: try call.caller.user.name)
        return try Answer.json(call.body)
      },
    ]
  }

  private static var now: Double { Date().timeIntervalSince1970 }

  @Sendable private func signIn(_ call: Call) async throws -> Answer {
    let name = call.body["name"]?.string ?? ""
    let password = call.body["password"]?.string ?? ""
    let metadata = call.plane.metadata
    try limiter.withLock { try $0.check(name: name, address: call.address, now: Self.now) }
    let stored = try metadata.passwordHash(of: name)
    let fits = try await BlockingWork.hash { try PasswordHash.verify(password, against: stored) }
    guard fits, let user = try metadata.user(name), !user.isDisabled else {
      limiter.withLock { $0.failed(name: name, address: call.address, now: Self.now) }
      try call.plane.audit.note(
        Actor(.user, name), "sign_in.failed", "user:\(name)", detail: ["address": .string(call.address)])
      throw Problem(.signInFailed, "there is no such user, or the password is another one")
    }
    limiter.withLock { $0.succeeded(name: name) }
    try call.plane.audit.note(
      Actor(.user, name), "sign_in", "user:\(name)", detail: ["address": .string(call.address)])
    return try Self.begin(user, metadata)
  }

  /// Without a password it only says whose link it is, so that a page can greet before anything is used up.
  @Sendable private func useLink(_ call: Call) async throws -> Answer {
    let metadata = call.plane.metadata
    let refusal = Problem(
      .signInFailed, "the link was used before, or it is too old", next: "Ask an admin for a new link.")
    guard let secret = AccessSecret(parsing: call.body["token"]?.string ?? ""), secret.kind == .link,
      let link = try metadata.link(hash: secret.hash), let user = try metadata.user(link.user), !user.isDisabled
    else { throw refusal }
    guard let password = call.body["password"]?.string else {
      return try Answer.json(
        SessionView(user: user, roles: try metadata.roles(of: user.name), csrf: "", expires_at: link.expiresAt))
    }
    try PasswordRules.check(password, of: user.name)
    let hash = try await BlockingWork.hash { try PasswordHash(of: password).text }
    guard try metadata.consumeLink(hash: secret.hash) != nil else { throw refusal }
    try metadata.setPasswordHash(hash, of: user.name)
    try metadata.deleteSessions(of: user.name)
    try call.plane.audit.note(Actor(.user, user.name), "sign_in.link", "user:\(user.name)")
    return try Self.begin(user, metadata)
  }

  @Sendable private func changePassword(_ call: Call) async throws -> Answer {
    let caller = try call.caller
    let metadata = call.plane.metadata
    guard let session = caller.session else {
      throw Problem(.wrongState, "a password is changed by its owner in a browser, not with a token")
    }
    let (current, password) = (call.body["current"]?.string ?? "", call.body["password"]?.string ?? "")
    try limiter.withLock { try $0.check(name: caller.user.name, address: call.address, now: Self.now) }
    try PasswordRules.check(password, of: caller.user.name)
    let stored = try metadata.passwordHash(of: caller.user.name)
    guard try await BlockingWork.hash({ try PasswordHash.verify(current, against: stored) }) else {
      limiter.withLock { $0.failed(name: caller.user.name, address: call.address, now: Self.now) }
      throw Problem(.signInFailed, "the current password is another one")
    }
    let hash = try await BlockingWork.hash { try PasswordHash(of: password).text }
    try metadata.setPasswordHash(hash, of: caller.user.name)
    try metadata.deleteSessions(of: caller.user.name)
    try metadata.createSession(session)
    try call.audit("user.password", "user:\(caller.user.name)")
    return .nothing
  }

  private static func begin(_ user: User, _ metadata: MetadataStore) throws -> Answer {
    let (session, cookie) = try open(user, metadata)
    var answer = try Answer.json(view(user, try metadata.roles(of: user.name), session))
    answer.headers.append(("Set-Cookie", cookie))
    return answer
  }

  /// A new session, and the cookie that stands for it.
  static func open(_ user: User, _ metadata: MetadataStore) throws(Problem) -> (Session, cookie: String) {
    let secret = AccessSecret(.session)
    let session = Session(
      hash: secret.hash, user: user.name, csrf: AccessSecret.makeCSRF(), createdAt: TimeStamp.now(),
      expiresAt: TimeStamp.text(afterSeconds: Authentication.sessionSeconds))
    try metadata.createSession(session)
    try metadata.touchUser(user.name)
    return (session, cookie(secret.text, seconds: Int(Authentication.sessionSeconds)))
  }

  private static func view(_ user: User, _ roles: [String: Role], _ session: Session?) -> SessionView {
    SessionView(user: user, roles: roles, csrf: session?.csrf ?? "", expires_at: session?.expiresAt)
  }

  /// Only to our own pages, and never to a script.
  private static func cookie(_ value: String, seconds: Int) -> String {
    "\(Authentication.cookieName)=\(value); Path=/; HttpOnly; SameSite=Strict; Max-Age=\(seconds)"
  }
}

// Signing in with an identity provider: there, back, and what to say where it was refused.
import Accounts
import ControlPlane
import Foundation
import IdentityProvider
import JSONValue
import Logging
import Model
import Synchronization

final class ProviderRoutes: Sendable {
  private struct View: Encodable {
    var id: String
    var title: String
    var issuer: String
  }

  /// A problem on its way through the address bar: sealed, so that no link can put words on our page.
  private struct Refusal: Codable {
    var problem: Problem
    var until: Double
  }

  static let cookieName = "ote_sign_in"
  private static let purpose = "refusal"
  private let log: Logger
  private let pace = Mutex(RequestPace())

  init(log: Logger) { self.log = log }

  var all: [String: Route] {
    [
      "listSignInProviders": { call in
        try Answer.items(
          call.plane.providers.settings.providers.map {
            View(id: $0.connection.id, title: $0.connection.title, issuer: $0.connection.issuer)
          })
      },
      "startProviderSignIn": { call in try await self.answering(call) { try await self.start(call) } },
      "endProviderSignIn": { call in try await self.answering(call) { try await self.end(call) } },
      "readSignInRefusal": { call in
        guard
          let refusal: Refusal = call.plane.providers.seal.open(call.path("refusal"), for: Self.purpose),
          Self.now < refusal.until
        else { throw Problem(.nothingHere, "this refusal is not known any more") }
        let status = ProblemAnswer.status(refusal.problem)
        return try Answer.json(JSONValue.object(ProblemAnswer.fields(refusal.problem, status: status)))
      },
    ]
  }

  private static var now: Double { Date().timeIntervalSince1970 }

  private func start(_ call: Call) async throws -> Answer {
    try pace.withLock { try $0.take(address: call.address, now: Self.now) }
    let begun = try await call.plane.providers.begin(
      call.path("provider"), authority: call.authority, returnTo: call.text("return_to"))
    let cookie = Self.cookie(begun.sealed, seconds: Int(SignInAttempt.secondsMax), call)
    return Answer(headers: [("Location", begun.address), ("Set-Cookie", cookie)])
  }

  private func end(_ call: Call) async throws -> Answer {
    try pace.withLock { try $0.take(address: call.address, now: Self.now) }
    let reply = ProviderReply(
      code: call.text("code"), state: call.text("state") ?? "", error: call.text("error"), issuer: call.text("iss"))
    let ended = try await call.plane.providers.end(
      call.path("provider"), reply, sealed: Authentication.cookie(Self.cookieName, in: call.headers),
      authority: call.authority, address: call.address)
    for problem in ended.warnings { log.warning("\(problem.code.rawValue) \(problem.detail)") }
    let (_, cookie) = try SessionRoutes.open(ended.user, call.plane.metadata)
    return Answer(
      headers: [
        ("Location", ended.returnTo), ("Set-Cookie", cookie), ("Set-Cookie", Self.cookie("", seconds: 0, call)),
      ])
  }

  /// A person sees a refusal on the sign-in page; a program gets the problem itself.
  private func answering(_ call: Call, _ work: () async throws -> Answer) async throws -> Answer {
    do {
      return try await work()
    } catch let problem as Problem {
      if problem.origin != .user {
        log.warning("\(call.operation.id) \(call.path("provider")): \(problem.code.rawValue) \(problem.detail)")
      }
      guard call.header("Accept")?.contains("text/html") == true else { throw problem }
      let refusal = Refusal(problem: problem, until: Self.now + SignInAttempt.secondsMax)
      let sealed = try call.plane.providers.seal.seal(refusal, for: Self.purpose)
      return Answer(
        headers: [("Location", "/sign-in?refusal=\(sealed)"), ("Set-Cookie", Self.cookie("", seconds: 0, call))])
    }
  }

  /// Lax: the way back from the provider is a link from a foreign page.
  private static func cookie(_ value: String, seconds: Int, _ call: Call) -> String {
    let isEncrypted = call.plane.providers.settings.publicAddress?.hasPrefix("https:") ?? false
    return "\(cookieName)=\(value); Path=/api/v1/session/providers; HttpOnly; SameSite=Lax; Max-Age=\(seconds)"
      + (isEncrypted ? "; Secure" : "")
  }
}

// Signing in with an identity provider, from the button to an account. Routes call it; it knows no cookies.
import Foundation
package import IdentityProvider
import JSONValue
import MetadataStore
package import Model
import Synchronization

package final class ProviderSignIn: Sendable {
  package struct Begun: Sendable {
    /// Where the browser goes.
    package var address: String
    /// What it has to bring back.
    package var sealed: String
  }

  package struct Ended: Sendable {
    package var user: User
    package var returnTo: String
    /// What an admin should know although the person got in.
    package var warnings: [Problem]
  }

  package let settings: IdentitySettings
  package let seal = BrowserSeal()
  private static let purpose = "sign-in"
  private let clients: [String: OpenIDProvider]
  private let accounts: ProviderAccounts
  private let metadata: MetadataStore
  private let vault: Vault
  private let audit: AuditLog
  /// States that came back, until they are too old to come back.
  private let used = Mutex<[String: Double]>([:])

  init(_ settings: IdentitySettings, metadata: MetadataStore, vault: Vault, audit: AuditLog) {
    self.settings = settings
    self.metadata = metadata
    self.vault = vault
    self.audit = audit
    accounts = ProviderAccounts(metadata: metadata, audit: audit)
    clients = Dictionary(
      uniqueKeysWithValues: settings.providers.map { ($0.connection.id, OpenIDProvider($0.connection)) })
  }

  /// Rules that give nobody anything, as the projects are now.
  package func warnings() throws(Problem) -> [Problem] {
    let projects = Set(try metadata.projects().map(\.name))
    return settings.providers.flatMap { provider in
      provider.roles.filter { !projects.contains($0.project) }.map { $0.missingProject(of: provider.connection.title) }
    }
  }

  /// `authority` is the host and port that the browser has asked for.
  package func begin(_ id: String, authority: String?, returnTo: String?) async throws -> Begun {
    let (_, client) = try provider(id)
    let attempt = SignInAttempt(provider: id, returnTo: ReturnPath.checked(returnTo), now: Self.now)
    return Begun(
      address: try await client.address(of: attempt, redirect: try redirect(id, authority)),
      sealed: try seal.seal(attempt, for: Self.purpose))
  }

  /// `sealed` is what `begin` gave the browser. Who is refused stands in the audit log with the reason.
  package func end(
    _ id: String, _ reply: ProviderReply, sealed: String?, authority: String?, address: String
  ) async throws -> Ended {
    let (provider, client) = try provider(id)
    let attempt = try take(sealed, id, reply)
    var who = "unknown"
    do {
      let claims = try await client.claims(
        reply, of: attempt, redirect: try redirect(id, authority), secret: try secret(of: provider))
      who = claims.identity
      try provider.letsIn.check(claims, of: provider.connection.title)
      let (user, warnings) = try accounts.user(for: claims, of: provider)
      let detail: JSONValue = ["address": .string(address), "provider": .string(id)]
      try audit.note(Actor(.user, user.name), "sign_in", "user:\(user.name)", detail: detail)
      return Ended(user: user, returnTo: attempt.returnTo, warnings: warnings)
    } catch let problem as Problem {
      try audit.note(
        Actor(.user, who), "sign_in.failed", "provider:\(id)",
        detail: [
          "address": .string(address), "code": .string(problem.code.rawValue), "reason": .string(problem.detail),
        ])
      throw problem
    }
  }

  private static var now: Double { Date().timeIntervalSince1970 }

  private func provider(_ id: String) throws(Problem) -> (IdentitySettings.Provider, OpenIDProvider) {
    guard let provider = settings.providers.first(where: { $0.connection.id == id }), let client = clients[id] else {
      throw Problem(.nothingHere, "there is no identity provider \(id)")
    }
    return (provider, client)
  }

  /// The attempt that this browser began, once.
  private func take(_ sealed: String?, _ id: String, _ reply: ProviderReply) throws(Problem) -> SignInAttempt {
    guard let sealed, let attempt = seal.open(sealed, as: SignInAttempt.self, for: Self.purpose) else {
      throw Problem(.signInLost, "this browser has begun no sign-in, or the host was started again since")
    }
    guard attempt.provider == id, attempt.isAnswered(by: reply) else {
      throw Problem(.signInLost, "the answer belongs to another sign-in than the last one of this browser")
    }
    let now = Self.now
    guard now < attempt.until else {
      throw Problem(.signInLost, "it took longer than \(Int(SignInAttempt.secondsMax / 60)) minutes")
    }
    let isFirst = used.withLock { used in
      used = used.filter { $0.value > now }
      return used.updateValue(attempt.until, forKey: attempt.state) == nil
    }
    guard isFirst else { throw Problem(.signInLost, "this answer was used before") }
    return attempt
  }

  /// The address that the provider sends the browser back to; it has to be registered there.
  private func redirect(_ id: String, _ authority: String?) throws(Problem) -> String {
    let path = "/api/v1/session/providers/\(id)/callback"
    if let address = settings.publicAddress { return address + path }
    // Whoever asks writes the Host header, so it counts only where it names this machine.
    guard let authority, !authority.contains(where: { "/?@".contains($0) }),
      ProviderAddress.isSafe("http://\(authority)")
    else {
      throw Problem(
        .identitySettingsInvalid, "identity.yaml has no public_url, and this host is asked for under another name",
        origin: .host, next: "Set public_url in identity.yaml to the address that browsers have for this host.")
    }
    return "http://\(authority)\(path)"
  }

  /// Read for each sign-in, so that a changed one counts at once. A stranger does not learn its name.
  private func secret(of provider: IdentitySettings.Provider) throws(Problem) -> String? {
    guard let (project, name) = provider.secret else { return nil }
    do throws(Problem) {
      return try vault.value(name, of: project)
    } catch {
      throw Problem(
        .identitySettingsInvalid, "the client secret of \(provider.connection.title) cannot be read", origin: .host,
        next: "Tell an admin of this host: the secret that identity.yaml names has to be set.")
    }
  }
}

// Which identity providers people may sign in with, whom each lets in, and which roles it gives: what identity.yaml says.
package import IdentityProvider
import JSONValue
package import Model

package struct IdentitySettings: Sendable {
  /// The address that browsers have for this host, without a slash at its end; nil: only this machine's own.
  package var publicAddress: String?
  package var providers: [Provider] = []

  package static let none = IdentitySettings()

  package struct Provider: Sendable {
    package var connection: ProviderSettings
    /// Where the client's secret lies; nil for a public client.
    package var secret: (project: String, name: String)?
    package var letsIn: Admission
    package var createsAccounts: Bool
    package var linksByEmail: Bool
    package var roles: [RoleRule]
  }

  /// A claim that has this text, or a list with it.
  package struct ClaimTest: Sendable, Hashable {
    package var claim: String
    package var value: String
    package init(claim: String, value: String) {
      self.claim = claim
      self.value = value
    }
    package func holds(_ claims: IdentityClaims) -> Bool { claims.texts(claim).contains(value) }
  }

  /// Everything that is given has to hold.
  package struct Admission: Sendable {
    package var emailDomains: [String]?
    package var anyOf: [ClaimTest]?
  }

  package struct RoleRule: Sendable {
    /// nil: everybody who is let in.
    package var test: ClaimTest?
    package var project: String
    package var role: Role
    /// Of the project's name in the file.
    package var place: ProblemLocation
  }
}

extension IdentitySettings.RoleRule {
  /// What an admin has to know: the rule gives nobody anything.
  func missingProject(of title: String) -> Problem {
    Problem(
      .identitySettingsInvalid, "a role of \(title) is for the project \(project), which is not there; nobody gets it",
      at: place, next: "Correct the name, or add the project under Settings, Projects.")
  }
}

extension IdentitySettings.Admission {
  /// Throws OTE-6018 with the reason.
  func check(_ claims: IdentityClaims, of title: String) throws(Problem) {
    if let emailDomains {
      guard let email = claims.verifiedEmail else {
        throw refusal("\(title) has not confirmed a mail address of yours, and this host asks for one")
      }
      let domain = email.split(separator: "@").last.map(String.init) ?? ""
      guard emailDomains.contains(domain) else { throw refusal("addresses of \(domain) are not let in") }
    }
    if let anyOf, !anyOf.contains(where: { $0.holds(claims) }) {
      throw refusal("\(title) does not count you among those who may sign in here")
    }
  }

  private func refusal(_ reason: String) -> Problem { Problem(.signInNotAllowed, reason) }
}

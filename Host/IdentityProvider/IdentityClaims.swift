// Who somebody is, as a provider has proven it.
package import JSONValue

package struct IdentityClaims: Sendable, Hashable {
  package var issuer: String
  package var subject: String
  package var all: JSONValue

  package init(issuer: String, subject: String, all: JSONValue) {
    self.issuer = issuer
    self.subject = subject
    self.all = all
  }

  /// What an account is linked by: an address can pass to somebody else, an issuer's subject cannot. An issuer holds no
  /// space, so the first one parts the two.
  package var identity: String { "\(issuer) \(subject)" }

  package var name: String? { all["name"]?.string }
  package var preferredName: String? { all["preferred_username"]?.string }

  /// The address in small letters, and only where the provider has checked that it is this person's.
  package var verifiedEmail: String? {
    guard all["email_verified"]?.bool == true || all["email_verified"]?.string == "true",
      let email = all["email"]?.string,
      email.utf8.count <= 200, email.split(separator: "@", omittingEmptySubsequences: false).count == 2
    else { return nil }
    return email.lowercased()
  }

  /// The texts of a claim: one, or a list of them. A name with dots reaches inside (`realm_access.roles`), unless a claim
  /// has that very name.
  package func texts(_ claim: String) -> [String] {
    let inside = claim.split(separator: ".").reduce(Optional(all)) { $0?[String($1)] }
    let value = all[claim] ?? inside
    return value?.array?.compactMap(\.string) ?? [value?.string].compactMap(\.self)
  }
}

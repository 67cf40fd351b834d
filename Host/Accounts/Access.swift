// Decides whether somebody may do something. Whatever is not granted is refused.
package import Model

package struct Access: Sendable {
  package enum Need: Sendable, Hashable {
    /// Anybody who is signed in: one's own account.
    case person
    /// At least this role in the project.
    case project(String, Role)
    /// Users, plugins, secrets, identity providers.
    case hostAdmin
  }

  package var user: User
  /// The user's role by project; no entry, no member.
  package var roles: [String: Role]
  /// Where the request came with a token: it may narrow the owner's rights, and never widens them.
  package var token: AccessToken?

  package init(user: User, roles: [String: Role], token: AccessToken? = nil) {
    self.user = user
    self.roles = roles
    self.token = token
  }

  /// `now` and the token's end are compared as text: ISO 8601 in UTC.
  package func check(_ need: Need, now: String) throws(Problem) {
    guard !user.isDisabled else { throw Problem(.notSignedIn, "the account \(user.name) is disabled") }
    if let token {
      guard token.user == user.name else { throw Problem(.notSignedIn, "the token belongs to somebody else") }
      if let end = token.expiresAt, end <= now { throw Problem(.notSignedIn, "the token ended at \(end)") }
    }
    switch need {
    case .person: return
    case .project(let project, let needed): try check(project, needed)
    case .hostAdmin: try checkHostAdmin()
    }
  }

  /// The role that counts in a project: nil for none.
  package func role(in project: String) -> Role? {
    guard !user.isDisabled, let own = user.isAdmin ? .admin : roles[project] else { return nil }
    guard let token else { return own }
    guard token.user == user.name, token.projects?.contains(project) ?? true else { return nil }
    return min(own, token.role)
  }

  private func check(_ project: String, _ needed: Role) throws(Problem) {
    // Whether the project exists is not told to those who are not in it.
    guard let role = role(in: project) else { throw Problem(.nothingHere, "there is no project \(project)") }
    guard role < needed else { return }
    let own = user.isAdmin ? Role.admin : roles[project] ?? role
    if let token, own >= needed {
      throw Problem(
        .notAllowed, "this needs the role \(needed.rawValue); the token \(token.id) has \(token.role.rawValue)",
        next: "Make a token with the role \(needed.rawValue).")
    }
    throw Problem(
      .notAllowed, "this needs the role \(needed.rawValue) in project \(project); yours is \(role.rawValue)")
  }

  private func checkHostAdmin() throws(Problem) {
    guard user.isAdmin else {
      throw Problem(.notAllowed, "only an admin of the host may do this", next: "Ask an admin of the host.")
    }
    guard let token else { return }
    guard token.role == .admin, token.projects == nil else {
      throw Problem(
        .notAllowed, "this needs a token with the role admin and all projects; \(token.id) has less",
        next: "Make a token with the role admin and without a list of projects.")
    }
  }
}

// People and the ways they prove who they are. Passwords and tokens are kept as hashes only.

package struct User: Codable, Sendable, Hashable {
  /// a-z, 0-9, `.`, `-` and `_`; how the person signs in and is mentioned.
  package var name: String
  package var title: String
  package var email: String?
  /// May do everything: users, plugins, secrets, every project.
  package var isAdmin: Bool
  package var isDisabled: Bool
  package var createdAt: String
  package var lastSeenAt: String?
  /// The identity provider's issuer and subject, where the person signs in there.
  package var identity: String?

  package init(
    name: String, title: String, email: String? = nil, isAdmin: Bool = false, isDisabled: Bool = false,
    createdAt: String, lastSeenAt: String? = nil, identity: String? = nil
  ) {
    self.name = name
    self.title = title
    self.email = email
    self.isAdmin = isAdmin
    self.isDisabled = isDisabled
    self.createdAt = createdAt
    self.lastSeenAt = lastSeenAt
    self.identity = identity
  }

  private enum CodingKeys: String, CodingKey {
    case name, title, email, identity
    case isAdmin = "admin"
    case isDisabled = "disabled"
    case createdAt = "created_at"
    case lastSeenAt = "last_seen_at"
  }
}

/// A browser session. The cookie's secret is stored as a hash, the CSRF token as it is.
package struct Session: Sendable, Hashable {
  package var hash: String
  package var user: String
  package var csrf: String
  package var createdAt: String
  package var expiresAt: String
  package init(hash: String, user: String, csrf: String, createdAt: String, expiresAt: String) {
    self.hash = hash
    self.user = user
    self.csrf = csrf
    self.createdAt = createdAt
    self.expiresAt = expiresAt
  }
}

/// A token for programs: at most its owner's rights, less where it has a role or projects of its own.
package struct AccessToken: Codable, Sendable, Hashable {
  package var id: String
  package var user: String
  package var title: String
  /// The highest role it may use.
  package var role: Role
  /// nil: every project of its owner.
  package var projects: [String]?
  package var createdAt: String
  package var expiresAt: String?
  package var lastUsedAt: String?

  package init(
    id: String, user: String, title: String, role: Role, projects: [String]?, createdAt: String, expiresAt: String?,
    lastUsedAt: String? = nil
  ) {
    self.id = id
    self.user = user
    self.title = title
    self.role = role
    self.projects = projects
    self.createdAt = createdAt
    self.expiresAt = expiresAt
    self.lastUsedAt = lastUsedAt
  }

  private enum CodingKeys: String, CodingKey {
    case id, user, title, role, projects
    case createdAt = "created_at"
    case expiresAt = "expires_at"
    case lastUsedAt = "last_used_at"
  }
}

/// Who may sign in once with a link: the first admin, an invited person, one who forgot the password.
package struct SignInLink: Sendable, Hashable {
  package var hash: String
  package var user: String
  package var expiresAt: String
  package init(hash: String, user: String, expiresAt: String) {
    self.hash = hash
    self.user = user
    self.expiresAt = expiresAt
  }
}

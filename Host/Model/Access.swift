// Who may do what: roles in projects, and the actor behind every change.

/// Each role may do what the ones before it may.
package enum Role: String, Codable, Sendable, CaseIterable, Comparable {
  /// Reads everything of the project.
  case viewer
  /// Also writes documents, comments and tags, uploads files, and previews rows.
  case editor
  /// Also starts, cancels and schedules runs.
  case `operator`
  /// Also manages the project's members.
  case admin

  package static func < (left: Role, right: Role) -> Bool {
    allCases.firstIndex(of: left)! < allCases.firstIndex(of: right)!
  }
}

/// Who did something: a signed-in person, an access token of a person, the scheduler, or the command line.
package struct Actor: Codable, Sendable, Hashable {
  package enum Kind: String, Codable, Sendable { case user, token, schedule, trigger, cli }
  package var kind: Kind
  /// The user's name; for a schedule or trigger the pipeline's; for the command line the login name.
  package var name: String
  package init(_ kind: Kind, _ name: String) {
    self.kind = kind
    self.name = name
  }
}

package struct Project: Codable, Sendable, Hashable {
  /// a-z, 0-9 and `-`; in addresses.
  package var name: String
  package var title: String
  package var createdAt: String
  package init(name: String, title: String, createdAt: String) {
    self.name = name
    self.title = title
    self.createdAt = createdAt
  }

  /// Every store has it; whatever the command line makes belongs to it.
  package static let standard = "default"

  private enum CodingKeys: String, CodingKey {
    case name, title
    case createdAt = "created_at"
  }
}

package struct Member: Codable, Sendable, Hashable {
  package var user: String
  package var role: Role
  package init(user: String, role: Role) {
    self.user = user
    self.role = role
  }
}

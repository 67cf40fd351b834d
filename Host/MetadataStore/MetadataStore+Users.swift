// People: who they are and whether they may sign in. Passwords are hashes that another part makes and checks.
import GRDB
package import JSONValue
package import Model

extension MetadataStore {
  package func users() throws(Problem) -> [User] {
    try read { try $0.rows("SELECT * FROM user ORDER BY name", [], AccountRows.user) }
  }

  package func user(_ name: String) throws(Problem) -> User? {
    try read { try $0.row("SELECT * FROM user WHERE name = ?", [name]).map(AccountRows.user) }
  }

  /// By the issuer and subject of an identity provider.
  package func user(identity: String) throws(Problem) -> User? {
    try read { try $0.row("SELECT * FROM user WHERE identity = ?", [identity]).map(AccountRows.user) }
  }

  /// A name or identity that is there already is OTE-6006.
  package func createUser(_ user: User, passwordHash: String? = nil) throws(Problem) {
    try write { database in
      try database.perform(
        "INSERT INTO user VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL) ON CONFLICT DO NOTHING",
        [
          user.name, user.title, user.email, user.isAdmin, user.isDisabled, user.createdAt, user.lastSeenAt,
          user.identity, passwordHash,
        ])
      guard database.changesCount == 1 else { throw Problem(.nameTaken, "there is a user \(user.name) already") }
    }
  }

  /// Title, email, admin, disabled and identity; a disabled person's sessions end. The last admin who may sign in
  /// stays one: OTE-6015.
  package func updateUser(_ user: User) throws(Problem) {
    try write { database in
      try AccountRows.keepingAnAdmin(database) {
        try database.change(
          "UPDATE user SET title = ?, email = ?, is_admin = ?, is_disabled = ?, identity = ? WHERE name = ?",
          [user.title, user.email, user.isAdmin, user.isDisabled, user.identity, user.name],
          missing: "there is no user \(user.name)")
        if user.isDisabled { try database.perform("DELETE FROM session WHERE user = ?", [user.name]) }
      }
    }
  }

  package func disableUser(_ name: String) throws(Problem) {
    try write { database in
      try AccountRows.keepingAnAdmin(database) {
        try database.change(
          "UPDATE user SET is_disabled = 1 WHERE name = ?", [name], missing: "there is no user \(name)")
        try database.perform("DELETE FROM session WHERE user = ?", [name])
      }
    }
  }

  /// Also their memberships, sessions, tokens and notifications. What they wrote keeps their name.
  package func deleteUser(_ name: String) throws(Problem) {
    try write { database in
      try AccountRows.keepingAnAdmin(database) {
        try database.change("DELETE FROM user WHERE name = ?", [name], missing: "there is no user \(name)")
      }
    }
  }

  package func touchUser(_ name: String) throws(Problem) {
    try write { try $0.perform("UPDATE user SET last_seen_at = \(SQL.now) WHERE name = ?", [name]) }
  }

  package func passwordHash(of name: String) throws(Problem) -> String? {
    try read { try $0.row("SELECT password FROM user WHERE name = ?", [name])?[0] }
  }

  package func setPasswordHash(_ hash: String?, of name: String) throws(Problem) {
    try write {
      try $0.change("UPDATE user SET password = ? WHERE name = ?", [hash, name], missing: "there is no user \(name)")
    }
  }

  /// What the person chose for the pages: theme, columns, dismissed steps. `{}` where nothing is.
  package func preferences(of user: String) throws(Problem) -> JSONValue {
    try read { try SQL.json($0.row("SELECT preferences FROM user WHERE name = ?", [user])?[0]) ?? [:] }
  }

  package func setPreferences(_ value: JSONValue, of user: String) throws(Problem) {
    try write {
      try $0.change(
        "UPDATE user SET preferences = ? WHERE name = ?", [value.text, user], missing: "there is no user \(user)")
    }
  }
}

enum AccountRows {
  static func user(_ row: Row) -> User {
    User(
      name: row["name"], title: row["title"], email: row["email"], isAdmin: row["is_admin"],
      isDisabled: row["is_disabled"], createdAt: row["created_at"], lastSeenAt: row["last_seen_at"],
      identity: row["identity"])
  }

  static func missing(_ name: String) -> Problem { Problem(.nothingHere, "there is no user \(name)") }

  /// Refuses a change after which nobody could manage the host any more.
  static func keepingAnAdmin(_ database: Database, _ change: () throws -> Void) throws {
    let admins = "SELECT 1 FROM user WHERE is_admin = 1 AND is_disabled = 0 LIMIT 1"
    let had = try database.row(admins) != nil
    try change()
    if had, try database.row(admins) == nil {
      throw Problem(.wrongState, "this is the last admin who may sign in", next: "Make another person admin first.")
    }
  }
}

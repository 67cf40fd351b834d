// What stands for a signed-in person: browser sessions, access tokens and links that work once.
import GRDB
import JSONValue
package import Model

extension MetadataStore {
  package func createSession(_ session: Session) throws(Problem) {
    try write {
      try $0.perform(
        "INSERT INTO session VALUES (?, ?, ?, ?, ?)",
        [session.hash, session.user, session.csrf, session.createdAt, session.expiresAt])
    }
  }

  /// Nil where it is unknown or over, or its person is disabled.
  package func session(hash: String) throws(Problem) -> (session: Session, user: User)? {
    try read { database in
      let row = try database.row(
        """
        SELECT u.*, s.hash, s.csrf, s.created_at AS since, s.expires_at FROM session s JOIN user u ON u.name = s.user
        WHERE s.hash = ? AND s.expires_at > \(SQL.now) AND u.is_disabled = 0
        """, [hash])
      return row.map {
        let session = Session(
          hash: $0["hash"], user: $0["name"], csrf: $0["csrf"], createdAt: $0["since"], expiresAt: $0["expires_at"])
        return (session, AccountRows.user($0))
      }
    }
  }

  package func extendSession(hash: String, until: String) throws(Problem) {
    try write { try $0.perform("UPDATE session SET expires_at = ? WHERE hash = ?", [until, hash]) }
  }

  package func deleteSession(hash: String) throws(Problem) {
    try write { try $0.perform("DELETE FROM session WHERE hash = ?", [hash]) }
  }

  package func deleteSessions(of user: String) throws(Problem) {
    try write { try $0.perform("DELETE FROM session WHERE user = ?", [user]) }
  }

  /// Removes sessions and links that are over.
  package func pruneSessions() throws(Problem) {
    try write { database in
      try database.perform("DELETE FROM session WHERE expires_at <= \(SQL.now)")
      try database.perform("DELETE FROM sign_in_link WHERE expires_at <= \(SQL.now)")
    }
  }

  package func createToken(_ token: AccessToken, hash: String) throws(Problem) {
    try write {
      try $0.perform(
        "INSERT INTO token VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
          token.id, hash, token.user, token.title, token.role.rawValue, token.projects.map { SQL.list($0) },
          token.createdAt, token.expiresAt, token.lastUsedAt,
        ])
    }
  }

  /// Newest first.
  package func tokens(of user: String) throws(Problem) -> [AccessToken] {
    try read {
      try $0.rows("SELECT * FROM token WHERE user = ? ORDER BY created_at DESC", [user], SignInRows.token)
    }
  }

  /// With the hash of its secret, to be compared by the caller. Expired ones too: the caller tells that apart.
  package func token(id: String) throws(Problem) -> (token: AccessToken, hash: String)? {
    try read { database in
      try database.row("SELECT * FROM token WHERE id = ?", [id]).map { (try SignInRows.token($0), $0["hash"]) }
    }
  }

  /// Notes the use, at most once a minute: a program that asks often would write often.
  package func touchToken(id: String) throws(Problem) {
    let isStale = "(last_used_at IS NULL OR last_used_at <= strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-1 minute'))"
    let isDue = try read { try $0.row("SELECT 1 FROM token WHERE id = ? AND \(isStale)", [id]) != nil }
    guard isDue else { return }
    try write { try $0.perform("UPDATE token SET last_used_at = \(SQL.now) WHERE id = ? AND \(isStale)", [id]) }
  }

  package func deleteToken(id: String, of user: String) throws(Problem) {
    try write {
      try $0.change("DELETE FROM token WHERE id = ? AND user = ?", [id, user], missing: "there is no token \(id)")
    }
  }

  package func createLink(_ link: SignInLink) throws(Problem) {
    try write { try $0.perform("INSERT INTO sign_in_link VALUES (?, ?, ?)", [link.hash, link.user, link.expiresAt]) }
  }

  /// The link of this hash, which stays usable. Nil where it is unknown, used or over.
  package func link(hash: String) throws(Problem) -> SignInLink? {
    try read { database in
      try database.row("SELECT * FROM sign_in_link WHERE hash = ? AND expires_at > \(SQL.now)", [hash]).map {
        SignInLink(hash: $0["hash"], user: $0["user"], expiresAt: $0["expires_at"])
      }
    }
  }

  /// The link of this hash; from then on it is gone. Nil where it is unknown, used or over.
  package func consumeLink(hash: String) throws(Problem) -> SignInLink? {
    try write { database in
      let row = try database.row(
        "SELECT * FROM sign_in_link WHERE hash = ? AND expires_at > \(SQL.now)", [hash])
      try database.perform("DELETE FROM sign_in_link WHERE hash = ?", [hash])
      return row.map { SignInLink(hash: $0["hash"], user: $0["user"], expiresAt: $0["expires_at"]) }
    }
  }
}

private enum SignInRows {
  static func token(_ row: Row) throws -> AccessToken {
    let projects = try SQL.json(row["projects"])?.array
    return AccessToken(
      id: row["id"], user: row["user"], title: row["title"], role: try ProjectRows.role(row),
      projects: projects?.compactMap(\.string), createdAt: row["created_at"], expiresAt: row["expires_at"],
      lastUsedAt: row["last_used_at"])
  }
}

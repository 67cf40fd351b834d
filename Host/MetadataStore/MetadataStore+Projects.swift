// Projects and who has which role in them.
import GRDB
package import Model

extension MetadataStore {
  package func projects() throws(Problem) -> [Project] {
    try read { try $0.rows("SELECT * FROM project ORDER BY name", [], ProjectRows.project) }
  }

  package func project(_ name: String) throws(Problem) -> Project? {
    try read { try $0.row("SELECT * FROM project WHERE name = ?", [name]).map(ProjectRows.project) }
  }

  /// A name that is there already is OTE-6006.
  @discardableResult
  package func createProject(_ name: String, title: String) throws(Problem) -> Project {
    try write { database in
      try database.perform("INSERT INTO project VALUES (?, ?, \(SQL.now)) ON CONFLICT DO NOTHING", [name, title])
      guard database.changesCount == 1 else { throw Problem(.nameTaken, "there is a project \(name) already") }
      guard let row = try database.row("SELECT * FROM project WHERE name = ?", [name]) else {
        throw ProjectRows.missing(name)
      }
      return ProjectRows.project(row)
    }
  }

  /// Gives the project another title; its name stays, addresses hold it.
  package func renameProject(_ name: String, title: String) throws(Problem) {
    try write {
      try $0.change(
        "UPDATE project SET title = ? WHERE name = ?", [title, name], missing: "there is no project \(name)")
    }
  }

  package func members(of project: String) throws(Problem) -> [Member] {
    try read { database in
      try database.rows("SELECT user, role FROM member WHERE project = ? ORDER BY user", [project]) {
        Member(user: $0["user"], role: try ProjectRows.role($0))
      }
    }
  }

  /// Adds the member or changes the role. An unknown user or project is OTE-6004.
  package func setMember(_ user: String, of project: String, role: Role) throws(Problem) {
    try write { database in
      guard try database.row("SELECT 1 FROM project WHERE name = ?", [project]) != nil else {
        throw ProjectRows.missing(project)
      }
      guard try database.row("SELECT 1 FROM user WHERE name = ?", [user]) != nil else {
        throw AccountRows.missing(user)
      }
      try database.perform(
        "INSERT INTO member VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET role = excluded.role",
        [user, project, role.rawValue])
    }
  }

  package func removeMember(_ user: String, of project: String) throws(Problem) {
    try write {
      try $0.change(
        "DELETE FROM member WHERE user = ? AND project = ?", [user, project],
        missing: "\(user) is no member of \(project)")
    }
  }

  /// Project by project.
  package func roles(of user: String) throws(Problem) -> [String: Role] {
    try read { database in
      let pairs = try database.rows("SELECT project, role FROM member WHERE user = ?", [user]) {
        ($0["project"] as String, try ProjectRows.role($0))
      }
      return Dictionary(uniqueKeysWithValues: pairs)
    }
  }
}

enum ProjectRows {
  static func project(_ row: Row) -> Project {
    Project(name: row["name"], title: row["title"], createdAt: row["created_at"])
  }

  static func role(_ row: Row) throws -> Role {
    guard let role = Role(rawValue: row["role"]) else { throw RunRows.unknownWord(row["role"]) }
    return role
  }

  static func missing(_ name: String) -> Problem { Problem(.nothingHere, "there is no project \(name)") }
}

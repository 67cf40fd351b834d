// What a route gets: a request whose parameters, body, caller and project have been checked.
import ControlPlane
import HTTPTypes
import Hummingbird
import JSONValue
package import Model

/// Who asks.
package struct Caller: Sendable {
  package var user: User
  /// By project. An admin of the host has `admin` in each without an entry.
  package var roles: [String: Role]
  package var token: AccessToken?
  /// Of the browser's session; nil for tokens.
  package var session: Session?

  package var actor: Actor { Actor(token == nil ? .user : .token, user.name) }

  /// The highest role in a project, the token's bounds applied.
  package func role(in project: String) -> Role? {
    var role = user.isAdmin ? Role.admin : roles[project]
    if let token {
      if let projects = token.projects, !projects.contains(project) { return nil }
      role = role.map { min($0, token.role) }
    }
    return role
  }

  /// Rights over the host itself: an admin, not narrowed by a token.
  package var isHostAdmin: Bool { user.isAdmin && (token == nil || token?.role == .admin && token?.projects == nil) }

  /// What lists may show; nil: all projects.
  package var visibleProjects: [String]? {
    if user.isAdmin { return token?.projects }
    let own = Array(roles.keys)
    guard let projects = token?.projects else { return own }
    return own.filter(projects.contains)
  }
}

package struct Call: Sendable {
  let operation: Operation
  let parameters: [String: JSONValue]
  let body: JSONValue
  /// The bytes of a route that takes them; everything else has been read.
  let bytes: RequestBody?
  let optionalCaller: Caller?
  /// Of what the request is about, where its route has one.
  let project: String?
  let address: String
  /// Host and port as the client has named them.
  let authority: String?
  let headers: HTTPFields
  let plane: ControlPlane

  /// Who asks. Every route but public ones has somebody.
  var caller: Caller {
    get throws(Problem) {
      guard let optionalCaller else { throw Problem(.notSignedIn, "\(operation.id) needs somebody who is signed in") }
      return optionalCaller
    }
  }

  func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }

  func text(_ name: String) -> String? { parameters[name]?.string }
  func int(_ name: String) -> Int? { parameters[name]?.int.map { Int($0) } }
  func flag(_ name: String) -> Bool { parameters[name]?.bool ?? false }

  /// A path parameter: the router has seen that it is there.
  func path(_ name: String) -> String { text(name) ?? "" }
  var limit: Int { int("limit") ?? 50 }
  var cursor: String? { text("cursor").flatMap { $0.isEmpty ? nil : $0 } }

  /// The cursor of a list that counts. With another list's cursor a client would read the first page for ever.
  func countedCursor() throws(Problem) -> Int64? {
    guard let cursor else { return nil }
    guard let number = Int64(cursor), number >= 0 else {
      throw Problem(.requestInvalid, "the cursor is none that this list gave")
    }
    return number
  }

  /// The projects that a list may show: those of the caller, or the one that was asked for.
  func visibleProjects() throws(Problem) -> [String]? {
    let visible = try caller.visibleProjects
    guard let wanted = text("project") else { return visible }
    guard try caller.role(in: wanted) != nil else {
      throw Problem(.nothingHere, "there is no project \(wanted), or you are not in it")
    }
    return [wanted]
  }

  func audit(_ action: String, _ subject: String, detail: JSONValue = [:]) throws(Problem) {
    try plane.audit.note(try caller.actor, action, subject, project: project, detail: detail)
  }

  /// Refuses an edit of another version than the newest: OTE-6010 without If-Match, OTE-6005 where it differs.
  func requireMatch(_ etag: String, of thing: String) throws(Problem) {
    guard let sent = text("If-Match"), !sent.isEmpty else {
      throw Problem(.editConditionMissing, "saving \(thing) needs If-Match")
    }
    let tags = sent.split(separator: ",").map { $0.trimmingPrefix(" ").trimmingPrefix("W/") }
    guard tags.contains("*") || tags.contains(Substring(etag)) else {
      throw Problem(.editConflict, "\(thing) was changed since it was read")
    }
  }
}

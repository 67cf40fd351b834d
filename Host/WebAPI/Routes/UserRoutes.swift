// People, their sign-in links and tokens, projects and members.
import Accounts
import ControlPlane
import JSONValue
package import MetadataStore
package import Model
import WorkerProtocol

struct UserWithLink: Encodable {
  var user: User
  var link: String
  var expires_at: String
}

package enum SignInLinks {
  /// A link for this person, good for three days and one use. The secret stands behind `#`: it is never sent in an address.
  package static func make(_ user: String, _ metadata: MetadataStore) throws(Problem) -> (path: String, until: String) {
    let secret = AccessSecret(.link)
    let until = TimeStamp.text(afterSeconds: 3 * 24 * 3600)
    try metadata.createLink(SignInLink(hash: secret.hash, user: user, expiresAt: until))
    return ("/welcome#\(secret.text)", until)
  }
}

enum UserRoutes {
  static let all: [String: Route] = [
    "listUsers": { call in try Answer.items(try call.plane.metadata.users()) },
    "createUser": { call in
      let name = call.body["name"]?.string ?? ""
      let user = User(
        name: name, title: call.body["title"]?.string ?? name, email: call.body["email"]?.string,
        isAdmin: call.body["admin"]?.bool ?? false, createdAt: TimeStamp.now())
      try call.plane.metadata.createUser(user)
      try call.audit("user.create", "user:\(name)", detail: ["admin": .bool(user.isAdmin)])
      return try withLink(user, call)
    },
    "changeUser": { call in
      var user = try existing(call)
      if let title = call.body["title"]?.string { user.title = title }
      if let email = call.body["email"]?.string { user.email = email.isEmpty ? nil : email }
      if let admin = call.body["admin"]?.bool { user.isAdmin = admin }
      if let disabled = call.body["disabled"]?.bool { user.isDisabled = disabled }
      try call.plane.metadata.updateUser(user)
      if user.isDisabled { try call.plane.metadata.deleteSessions(of: user.name) }
      try call.audit("user.change", "user:\(user.name)", detail: call.body)
      return try Answer.json(user)
    },
    "removeUser": { call in
      let user = try existing(call)
      guard user.name != (try call.caller.user.name) else {
        throw Problem(.wrongState, "nobody can remove the own account")
      }
      try call.plane.metadata.deleteUser(user.name)
      try call.audit("user.remove", "user:\(user.name)")
      return .nothing
    },
    "createSignInLink": { call in
      let user = try existing(call)
      try call.audit("user.link", "user:\(user.name)")
      return try withLink(user, call)
    },
  ]

  private static func existing(_ call: Call) throws(Problem) -> User {
    guard let user = try call.plane.metadata.user(call.path("user")) else {
      throw Problem(.nothingHere, "there is no user \(call.path("user"))")
    }
    return user
  }

  private static func withLink(_ user: User, _ call: Call) throws -> Answer {
    let (path, until) = try SignInLinks.make(user.name, call.plane.metadata)
    return try Answer.json(UserWithLink(user: user, link: path, expires_at: until))
  }
}

enum TokenRoutes {
  private struct TokenWithSecret: Encodable {
    var token: AccessToken
    var secret: String
  }

  static let all: [String: Route] = [
    "listTokens": { call in try Answer.items(try call.plane.metadata.tokens(of: try call.caller.user.name)) },
    "createToken": { call in
      let caller = try call.caller
      guard caller.token == nil else { throw Problem(.notAllowed, "a token cannot make further tokens") }
      let secret = AccessSecret(.token)
      let days = call.body["days"]?.int ?? 90
      let token = AccessToken(
        id: secret.id ?? "", user: caller.user.name, title: call.body["title"]?.string ?? "",
        role: call.body["role"]?.string.flatMap(Role.init) ?? .viewer,
        projects: call.body["projects"]?.array?.compactMap(\.string), createdAt: TimeStamp.now(),
        expiresAt: TimeStamp.text(afterSeconds: Double(days) * 24 * 3600))
      try call.plane.metadata.createToken(token, hash: secret.hash)
      try call.audit("token.create", "token:\(token.id)", detail: ["role": .string(token.role.rawValue)])
      return try Answer.json(TokenWithSecret(token: token, secret: secret.text))
    },
    "removeToken": { call in
      let id = call.path("token")
      try call.plane.metadata.deleteToken(id: id, of: try call.caller.user.name)
      try call.audit("token.remove", "token:\(id)")
      return .nothing
    },
  ]
}

enum ProjectRoutes {
  private struct View: Encodable {
    var name: String
    var title: String
    var created_at: String
    var role: Role?
  }

  private struct MemberView: Encodable {
    var user: String
    var role: Role
    var title: String?
  }

  static let all: [String: Route] = [
    "listProjects": { call in
      let caller = try call.caller
      return try Answer.items(try call.plane.metadata.projects().compactMap { view($0, caller) })
    },
    "createProject": { call in
      let name = call.body["name"]?.string ?? ""
      let project = try call.plane.metadata.createProject(name, title: call.body["title"]?.string ?? name)
      try call.audit("project.create", "project:\(name)")
      return try Answer.json(view(project, try call.caller))
    },
    "renameProject": { call in
      let name = call.path("project")
      try call.plane.metadata.renameProject(name, title: call.body["title"]?.string ?? name)
      try call.audit("project.rename", "project:\(name)")
      guard let project = try call.plane.metadata.project(name) else {
        throw Problem(.nothingHere, "there is no project \(name)")
      }
      return try Answer.json(view(project, try call.caller))
    },
    "listMembers": { call in try members(call) },
    "setMember": { call in
      let (user, role) = (call.path("user"), call.body["role"]?.string.flatMap(Role.init) ?? .viewer)
      try call.plane.metadata.setMember(user, of: call.path("project"), role: role)
      try call.audit("member.set", "user:\(user)", detail: ["role": .string(role.rawValue)])
      return try members(call)
    },
    "removeMember": { call in
      try call.plane.metadata.removeMember(call.path("user"), of: call.path("project"))
      try call.audit("member.remove", "user:\(call.path("user"))")
      return .nothing
    },
  ]

  private static func view(_ project: Project, _ caller: Caller) -> View? {
    caller.role(in: project.name).map {
      View(name: project.name, title: project.title, created_at: project.createdAt, role: $0)
    }
  }

  private static func members(_ call: Call) throws -> Answer {
    let metadata = call.plane.metadata
    let titles = Dictionary(try metadata.users().map { ($0.name, $0.title) }, uniquingKeysWith: { first, _ in first })
    return try Answer.items(
      try metadata.members(of: call.path("project")).map {
        MemberView(user: $0.user, role: $0.role, title: titles[$0.user])
      })
  }
}

// Every operation of the API with every kind of caller: refused exactly where the document says so.
import JSONValue
import TestSupport
import Testing

/// What a caller may do in the project of the walk, and on the host.
private struct RoleCaller {
  var visitor: Visitor
  /// viewer 1, editor 2, operator 3, admin 4; 0: the project must not be seen.
  var rank = 0
  var isSignedIn = true
  var isHostAdmin = false
}

@Suite(.enabled(if: Documents.hasDuckDB, "libduckdb.so is not here: Scripts/setup-duckdb.sh fetches it"))
struct RoleTests {
  @Test func `every operation refuses exactly those whom the document does not let in`() throws {
    let host = try ServedHost(TestHost("slow-source", "duckdb", "registers-models"))
    let scene = try Self.scene(host)
    let callers = try Self.callers(host)
    // Signing out ends a caller's session, so it comes last.
    let operations = try Self.operations(host).sorted { ($0.id == "signOut" ? 1 : 0) < ($1.id == "signOut" ? 1 : 0) }
    #expect(operations.count > 80)
    for operation in operations {
      for caller in callers { try Self.walk(operation, caller, scene) }
    }
  }

  private struct Walked {
    var id: String
    var method: String
    var access: String
  }

  private static func operations(_ host: ServedHost) throws -> [Walked] {
    let document = try host.expect(200, "GET", "/openapi.json", as: .nobody)
    return (document["paths"]?.object ?? [:]).values.flatMap { path in
      (path.object ?? [:]).compactMap { method, entry in
        guard let id = entry["operationId"]?.string, let access = entry["x-access"]?.string else { return nil }
        return Walked(id: id, method: method.uppercased(), access: access)
      }
    }.sorted { $0.id < $1.id }
  }

  private static func scene(_ host: ServedHost) throws -> RoleScene {
    try host.expect(201, "POST", "/projects", ["name": "lab"])
    var scene = RoleScene(host: host)
    try host.save(Documents.toDataset(scene.pipeline, scene.dataset, rows: 10), project: "lab")
    scene.run = try host.run(scene.pipeline)
    _ = try host.finished(scene.run)
    try host.save(
      Documents.toModel("walked-training", scene.model, below: host.installation.unusedPath()), project: "lab")
    _ = try host.finished(try host.run("walked-training"))
    scene.upload = try scene.newUpload()
    return scene
  }

  private static func callers(_ host: ServedHost) throws -> [RoleCaller] {
    var callers = [RoleCaller(visitor: .nobody, isSignedIn: false)]
    for (index, role) in ["viewer", "editor", "operator", "admin"].enumerated() {
      callers.append(RoleCaller(visitor: try host.person("a-\(role)", role: role, in: "lab"), rank: index + 1))
    }
    callers.append(RoleCaller(visitor: try host.person("outsider")))
    let boss = try host.expect(201, "POST", "/users", ["name": "boss", "admin": true])
    let session = try host.useLink(boss["link"]?.string ?? "", name: "boss")
    callers.append(RoleCaller(visitor: session, rank: 4, isHostAdmin: true))
    for (index, role) in ["viewer", "editor", "operator", "admin"].enumerated() {
      let token = try token(host, role, of: session)
      callers.append(RoleCaller(visitor: token, rank: index + 1, isHostAdmin: role == "admin"))
    }
    callers.append(RoleCaller(visitor: try token(host, "admin", of: session, projects: ["lab"]), rank: 4))
    callers.append(RoleCaller(visitor: try token(host, "admin", of: session, projects: ["default"])))
    // A token never reaches further than its person.
    callers.append(RoleCaller(visitor: try token(host, "admin", of: callers[1].visitor), rank: 1))
    return callers
  }

  private static func token(
    _ host: ServedHost, _ role: String, of person: Visitor, projects: [String]? = nil
  ) throws -> Visitor {
    var body: [String: JSONValue] = ["title": "walk", "role": .string(role)]
    if let projects { body["projects"] = .array(projects.map { .string($0) }) }
    let made = try host.expect(201, "POST", "/tokens", .object(body), as: person)
    return .token(made["secret"]?.string ?? "", name: "\(person.name)'s \(role) token for \(projects ?? ["all"])")
  }

  private static func walk(_ operation: Walked, _ caller: RoleCaller, _ scene: RoleScene) throws {
    let needed = ["viewer": 1, "editor": 2, "operator": 3, "project-admin": 4][operation.access]
    var isAllowed =
      switch operation.access {
      case "public": true
      case "session": caller.isSignedIn
      case "admin": caller.isHostAdmin
      default: caller.rank >= (needed ?? .max)
      }
    guard let request = try scene.request(operation.id, caller.visitor, isAllowed) else {
      Issue.record("\(operation.id) has no row in RoleRows.swift")
      return
    }
    if request.refusesTokens, caller.visitor.isToken { isAllowed = false }
    let answer = try scene.host.ask(
      operation.method, request.path, request.body, as: caller.visitor, headers: request.headers,
      bytes: request.bytes, headOnly: request.headOnly)
    let who = "\(operation.id) by \(caller.visitor.name): \(answer.status) \(answer.text.prefix(300))"
    let isRefused = answer.code == "OTE-6002" || answer.code == "OTE-6003"
    if isAllowed {
      #expect(!isRefused && answer.status < 500 && answer.status != 0, "\(who)")
      // A role in the project shows the thing itself; what is below it may still be missing.
      if needed != nil { #expect(answer.json["detail"]?.string?.contains("in your projects") != true, "\(who)") }
    } else if !caller.isSignedIn {
      #expect(answer.status == 401 && answer.code == "OTE-6002", "\(who)")
    } else if needed != nil, caller.rank == 0 {
      #expect(answer.status == 404 && answer.code == "OTE-6004", "\(who)")
    } else {
      #expect(answer.status == 403 && answer.code == "OTE-6003", "\(who)")
    }
  }
}

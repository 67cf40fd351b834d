// Saved connections: checked before they are saved, with their history, health and use.
import ControlPlane
import JSONValue
import MetadataStore
import Model
import Registry
import Supervisor
import WorkerProtocol

enum ConnectionRoutes {
  static let all: [String: Route] = [
    "listConnections": { call in
      try Answer.items(try call.plane.metadata.connections(of: try call.visibleProjects()))
    },
    "readConnection": { call in
      let (name, project) = (call.path("connection"), call.path("project"))
      let metadata = call.plane.metadata
      return try Answer.json(
        JSONValue.object([
          "connection": JSONValue(of: try metadata.connection(name, of: project)),
          "revisions": JSONValue(of: try metadata.connectionRevisions(name, of: project)),
          "usage": JSONValue(of: try metadata.connectionUsage(name, of: project)),
        ]))
    },
    "saveConnection": { call in
      let (name, desk, user) = (call.path("connection"), desk(call), try call.caller.user.name)
      let (use, config) = (call.body["use"]?.string ?? "", call.body["config"] ?? [:])
      let (checks, revision) = (call.body["check"]?.bool ?? true, call.body["revision"]?.int.map { Int($0) })
      let saved = try await BlockingWork.run {
        try desk.save(name, use: use, config: config, by: user, checks: checks, ifRevision: revision)
      }
      try note("connection.save", saved.connection, call)
      return try Answer.json(view(saved.connection, saved.verdict))
    },
    "removeConnection": { call in
      let (name, project) = (call.path("connection"), call.path("project"))
      let connection = try call.plane.metadata.connection(name, of: project)
      let others = try call.plane.registry.documents(namingConnection: name, of: project)
      try call.plane.metadata.removeConnection(name, of: project, others: others)
      try note("connection.remove", connection, call)
      return .nothing
    },
    "checkConnection": { call in
      let (name, desk) = (call.path("connection"), desk(call))
      let found = try await BlockingWork.run { try desk.check(name) }
      announce(found.connection, call)
      return try Answer.json(view(found.connection, found.verdict))
    },
    "rollbackConnection": { call in
      let (name, desk, user) = (call.path("connection"), desk(call), try call.caller.user.name)
      let (checks, revision) = (call.body["check"]?.bool ?? true, call.body["revision"]?.int.map { Int($0) })
      let saved = try await BlockingWork.run {
        try desk.rollback(name, to: revision, by: user, checks: checks)
      }
      try note("connection.rollback", saved.connection, call)
      return try Answer.json(view(saved.connection, saved.verdict))
    },
    "setConnectionBudget": { call in
      let budget: ConnectionBudget = try call.body.decode()
      let saved = try desk(call).setBudget(budget, of: call.path("connection"))
      try note("connection.budget", saved, call, detail: ["budget": call.body])
      return try Answer.json(saved)
    },
    "testConnection": { call in
      let (desk, use, config) = (desk(call), call.body["use"]?.string ?? "", call.body["config"] ?? [:])
      return try Answer.json(try await BlockingWork.run { try desk.test(use: use, config: config) })
    },
  ]

  private static func desk(_ call: Call) -> ConnectionDesk {
    let project = call.project ?? ""
    return ConnectionDesk(
      project: project, metadata: call.plane.metadata, inquiry: PipelineDesk(call.plane).inquiry(project))
  }

  private static func view(_ connection: SavedConnection, _ verdict: ConnectionVerdict?) -> JSONValue {
    var fields: [String: JSONValue] = ["connection": JSONValue(of: connection)]
    fields["check"] = verdict.map { JSONValue(of: $0) }
    return .object(fields)
  }

  private static func note(
    _ action: String, _ connection: SavedConnection, _ call: Call, detail: [String: JSONValue] = [:]
  ) throws(Problem) {
    let what: [String: JSONValue] = [
      "revision": .int(Int64(connection.revision)), "use": .string(connection.use),
    ]
    try call.audit(
      action, "connection:\(connection.project)/\(connection.name)",
      detail: .object(what.merging(detail, uniquingKeysWith: { $1 })))
    announce(connection, call)
  }

  private static func announce(_ connection: SavedConnection, _ call: Call) {
    call.plane.events.append(
      HostEvent(
        at: TimeStamp.now(), type: "connection.changed", project: connection.project, subject: connection.name,
        body: ["by": .string((try? call.caller.user.name) ?? "")]))
  }
}

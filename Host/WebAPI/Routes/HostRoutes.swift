// Secrets, audit, the event stream, and the host itself.
import ControlPlane
import Foundation
import JSONValue
import MetadataStore
import Model
import Telemetry
import WorkerProtocol

enum HostRoutes {
  static let all: [String: Route] = [
    "listSecrets": { call in try Answer.items(try call.plane.metadata.secrets(of: try call.visibleProjects())) },
    "setSecret": { call in
      let (name, project) = (call.path("secret"), call.path("project"))
      try call.plane.vault.set(
        name, of: project, value: call.body["value"]?.string ?? "", by: try call.caller.user.name)
      try call.audit("secret.set", "secret:\(project)/\(name)")
      return .nothing
    },
    "removeSecret": { call in
      let (name, project) = (call.path("secret"), call.path("project"))
      try call.plane.metadata.deleteSecret(name, of: project)
      try call.audit("secret.remove", "secret:\(project)/\(name)")
      return .nothing
    },
    "listAudit": { call in
      let query = AuditQuery(
        actor: call.text("actor"), action: call.text("action"), projects: call.text("project").map { [$0] },
        subject: call.text("subject"), limit: call.limit + 1, before: try call.countedCursor())
      let entries = try call.plane.metadata.auditEntries(query)
      return try Answer.page(
        Array(entries.prefix(call.limit)),
        next: entries.count > call.limit ? String(entries[call.limit - 1].id) : nil)
    },
    "verifyAudit": { call in
      let audit = call.plane.audit
      let verdict = try await BlockingWork.run { try audit.verify() }
      return try Answer.json(
        JSONValue.fields([
          "holds": .bool(verdict.problem == nil), "entries": .int(Int64(verdict.entries)), "last": verdict.last.json,
          "reason": (verdict.problem?.detail).json,
        ]))
    },
    "readSystem": { call in
      let plane = call.plane
      let load = plane.runs.load
      let isAdmin = try call.caller.isHostAdmin
      return try Answer.json(
        JSONValue.fields([
          "version": .string(HostVersion.text), "abi": .string(HostVersion.abi), "started_at": .string(plane.startedAt),
          "home": isAdmin ? .string(plane.settings.home) : nil,
          "runs": [
            "running": .int(Int64(load.running)), "queued": .int(Int64(load.queued)), "limit": .int(Int64(load.limit)),
          ],
          "memory_bytes": ProcessFigures.residentBytes().map { .int($0) },
          "store_bytes": plane.store.metadataBytes.map { .int($0) },
          "disk_free_bytes": plane.store.diskFreeBytes.map { .int($0) },
          "subscribers": .int(Int64(plane.events.followerCount)),
        ]))
    },
  ]
}

enum EventRoutes {
  static let all: [String: Route] = [
    "followEvents": { call in
      let caller = try call.caller
      let filter = EventStream.Filter(
        projects: try call.visibleProjects().map(Set.init), user: caller.user.name,
        types: (call.text("types") ?? "").split(separator: ",").map(String.init), subject: call.text("subject"))
      let log = call.plane.events
      let sent = call.header("Last-Event-ID").flatMap { Int64($0) }
      let after = sent ?? call.parameters["after"]?.int ?? log.lastID
      return EventStream.answer(log, filter: filter, after: min(after, log.lastID), until: caller.session?.expiresAt)
    }
  ]
}

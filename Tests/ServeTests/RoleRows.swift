// One minimal request for each operation of the API. An operation without a row fails the walk.
import Foundation
import JSONValue
import TestSupport

struct RoleRequest {
  var path: String
  var body: JSONValue?
  var bytes: [UInt8]?
  /// A stream without end: its head is enough.
  var headOnly = false
  /// A person may do it, and a token may not, whatever its role.
  var refusesTokens = false
  var headers: [(String, String)] = []

  init(_ path: String, _ body: JSONValue? = nil) {
    self.path = path
    self.body = body
  }
}

/// What the requests are about, all in the project `lab`.
struct RoleScene {
  let host: ServedHost
  var pipeline = "walked"
  var run = ""
  var dataset = "walked-data"
  var model = "walked-model"
  var upload = ""

  func newUpload() throws -> String {
    try host.expect(201, "POST", "/uploads", ["project": "lab", "name": "f.csv", "bytes": 1])["id"]?.string ?? ""
  }

  /// The own comment where the caller may write one.
  func newComment(_ caller: Visitor, _ isAllowed: Bool) throws -> String {
    let body: JSONValue = ["subject": .string("run:\(run)"), "text": "hello"]
    return try host.expect(201, "POST", "/comments", body, as: isAllowed ? caller : host.admin)["id"]?.string ?? ""
  }

  func newPerson() throws -> String {
    let name = "p\(UUID().uuidString.lowercased().prefix(12))"
    try host.expect(201, "POST", "/users", ["name": .string(name)])
    return name
  }
}

extension RoleScene {
  func request(_ operation: String, _ caller: Visitor, _ isAllowed: Bool) throws -> RoleRequest? {
    try session(operation) ?? people(operation, isAllowed) ?? pipelines(operation) ?? runs(operation)
      ?? data(operation, isAllowed) ?? models(operation) ?? rest(operation, caller, isAllowed)
  }

  private func session(_ operation: String) -> RoleRequest? {
    switch operation {
    case "readSession", "signOut": return RoleRequest("/session")
    case "signIn": return RoleRequest("/session", ["name": "stranger", "password": "a wrong password"])
    case "useSignInLink": return RoleRequest("/session/link", ["token": "none"])
    case "listSignInProviders": return RoleRequest("/session/providers")
    case "startProviderSignIn": return RoleRequest("/session/providers/unknown/start")
    case "endProviderSignIn": return RoleRequest("/session/providers/unknown/callback?code=c&state=s&more=m")
    case "readSignInRefusal": return RoleRequest("/session/refusals/none")
    case "changePassword":
      return RoleRequest("/session/password", ["current": "a wrong password", "password": "another long password"])
    case "readPreferences": return RoleRequest("/session/preferences")
    case "savePreferences": return RoleRequest("/session/preferences", ["a": 1])
    default: return nil
    }
  }

  private func people(_ operation: String, _ isAllowed: Bool) throws -> RoleRequest? {
    switch operation {
    case "listUsers": return RoleRequest("/users")
    case "createUser": return RoleRequest("/users", ["name": .string("n\(UUID().uuidString.lowercased().prefix(12))")])
    case "changeUser": return RoleRequest("/users/\(isAllowed ? try newPerson() : "outsider")", ["title": "T"])
    case "removeUser": return RoleRequest("/users/\(isAllowed ? try newPerson() : "outsider")")
    case "createSignInLink": return RoleRequest("/users/\(isAllowed ? try newPerson() : "outsider")/link")
    case "listTokens": return RoleRequest("/tokens")
    case "createToken":
      var request = RoleRequest("/tokens", ["title": "t", "role": "viewer"])
      request.refusesTokens = true
      return request
    case "removeToken": return RoleRequest("/tokens/unknown")
    case "listProjects": return RoleRequest("/projects")
    case "createProject":
      return RoleRequest("/projects", ["name": .string("n\(UUID().uuidString.lowercased().prefix(12))")])
    case "renameProject": return RoleRequest("/projects/lab", ["title": "Lab"])
    case "listMembers": return RoleRequest("/projects/lab/members")
    case "setMember":
      return RoleRequest("/projects/lab/members/\(isAllowed ? try newPerson() : "outsider")", ["role": "viewer"])
    case "removeMember":
      let name = isAllowed ? try newPerson() : "outsider"
      if isAllowed { try host.expect(200, "PUT", "/projects/lab/members/\(name)", ["role": "viewer"]) }
      return RoleRequest("/projects/lab/members/\(name)")
    default: return nil
    }
  }

  private func pipelines(_ operation: String) -> RoleRequest? {
    let broken: JSONValue = ["project": "lab", "document": "nodes: ["]
    switch operation {
    case "listPipelines": return RoleRequest("/pipelines")
    case "createPipeline": return RoleRequest("/pipelines", broken)
    case "checkPipeline": return RoleRequest("/pipelines/check", broken)
    case "previewNode":
      return RoleRequest("/pipelines/preview", ["project": "lab", "document": "nodes: [", "node": "rows"])
    case "explainSchedule": return RoleRequest("/pipelines/schedule", ["schedule": ["every": "1h"]])
    case "readPipeline": return RoleRequest("/pipelines/\(pipeline)")
    case "savePipeline": return RoleRequest("/pipelines/\(pipeline)", ["document": "nodes: ["])
    case "changePipeline": return RoleRequest("/pipelines/\(pipeline)", ["paused": false])
    case "saveLayout": return RoleRequest("/pipelines/\(pipeline)/layout", [:])
    case "listKeptState", "forgetState": return RoleRequest("/pipelines/\(pipeline)/state")
    case "listPipelineVersions": return RoleRequest("/pipelines/\(pipeline)/versions")
    case "readPipelineVersion": return RoleRequest("/pipelines/\(pipeline)/versions/1")
    case "startRun": return RoleRequest("/pipelines/\(pipeline)/runs", ["parameters": ["unknown": 1]])
    case "listTemplates": return RoleRequest("/templates")
    case "readTemplate": return RoleRequest("/templates/flights")
    default: return nil
    }
  }

  private func runs(_ operation: String) -> RoleRequest? {
    switch operation {
    case "listRuns": return RoleRequest("/runs")
    case "readRun": return RoleRequest("/runs/\(run)")
    case "cancelRun": return RoleRequest("/runs/\(run)/cancel")
    case "retryRun": return RoleRequest("/runs/\(run)/retry", ["from": "nothing"])
    case "readRunLog": return RoleRequest("/runs/\(run)/log")
    case "readRunMetrics": return RoleRequest("/runs/\(run)/metrics")
    case "readRunNotifications": return RoleRequest("/runs/\(run)/notifications")
    case "readRunTimeline": return RoleRequest("/runs/\(run)/timeline")
    case "readFailingRows": return RoleRequest("/runs/\(run)/findings/0/rows")
    case "readCrash": return RoleRequest("/runs/\(run)/crashes/1")
    default: return nil
    }
  }

  private func data(_ operation: String, _ isAllowed: Bool) throws -> RoleRequest? {
    switch operation {
    case "listDatasets": return RoleRequest("/datasets")
    case "readDataset": return RoleRequest("/datasets/\(dataset)")
    case "changeDataset": return RoleRequest("/datasets/\(dataset)", ["description": "d"])
    case "readDatasetVersion": return RoleRequest("/datasets/\(dataset)/versions/1")
    case "readDatasetRows": return RoleRequest("/datasets/\(dataset)/versions/1/rows?limit=1")
    case "readDatasetProfile": return RoleRequest("/datasets/\(dataset)/versions/1/profile")
    case "downloadDataset": return RoleRequest("/datasets/\(dataset)/versions/1/download")
    case "compareDatasetVersions": return RoleRequest("/datasets/\(dataset)/diff?from=1&to=1")
    case "readLineage": return RoleRequest("/datasets/\(dataset)/lineage")
    case "createUpload": return RoleRequest("/uploads", ["project": "lab", "name": "f.csv", "bytes": 1])
    case "readUpload": return RoleRequest("/uploads/\(upload)")
    case "appendUpload":
      var request = RoleRequest("/uploads/\(isAllowed ? try newUpload() : upload)?offset=0")
      request.bytes = [65]
      return request
    case "removeUpload": return RoleRequest("/uploads/\(isAllowed ? try newUpload() : upload)")
    case "completeUpload": return RoleRequest("/uploads/\(upload)/complete", [:])
    case "inspectUpload": return RoleRequest("/uploads/\(upload)/inspect", [:])
    case "publishUpload": return RoleRequest("/uploads/\(upload)/publish", ["dataset": "other"])
    case "readQualityTrends": return RoleRequest("/quality/trends")
    case "suggestRules": return RoleRequest("/quality/suggestions?dataset=\(dataset)")
    case "proposeQualityEdit": return RoleRequest("/quality/edits", ["dataset": .string(dataset), "rules": []])
    default: return nil
    }
  }

  /// Of things that are not there: who may not do it is told nothing else than who may.
  private func models(_ operation: String) -> RoleRequest? {
    let config: JSONValue = ["use": "unknown/source", "config": [:]]
    switch operation {
    case "listModels": return RoleRequest("/models")
    case "readModel": return RoleRequest("/models/\(model)")
    case "changeModel": return RoleRequest("/models/\(model)", ["description": "d"])
    case "readModelVersion": return RoleRequest("/models/\(model)/versions/1")
    case "removeModelVersion": return RoleRequest("/models/\(model)/versions/9")
    case "setModelAlias": return RoleRequest("/models/\(model)/aliases/walked", ["version": 1])
    case "removeModelAlias": return RoleRequest("/models/\(model)/aliases/unknown")
    case "compareModels": return RoleRequest("/models/\(model)/compare?from=1&to=1")
    case "listEvaluations": return RoleRequest("/evaluations")
    case "readEvaluation": return RoleRequest("/evaluations/1")
    case "compareEvaluations": return RoleRequest("/evaluations/1/compare?to=1")
    case "listConnections": return RoleRequest("/connections")
    case "testConnection":
      return RoleRequest("/connections/test", ["project": "lab", "use": "unknown/source", "config": [:]])
    case "readConnection": return RoleRequest("/projects/lab/connections/unknown")
    case "saveConnection": return RoleRequest("/projects/lab/connections/unknown", config)
    case "removeConnection": return RoleRequest("/projects/lab/connections/unknown")
    case "askModel":
      return RoleRequest("/projects/lab/playground", ["model": "unknown", "request": ["prompt": "hello"]])
    case "checkConnection": return RoleRequest("/projects/lab/connections/unknown/check")
    case "setConnectionBudget": return RoleRequest("/projects/lab/connections/unknown/budget", [:])
    case "rollbackConnection": return RoleRequest("/projects/lab/connections/unknown/rollback", [:])
    default: return nil
    }
  }

  private func rest(_ operation: String, _ caller: Visitor, _ isAllowed: Bool) throws -> RoleRequest? {
    switch operation {
    case "listPlugins": return RoleRequest("/plugins")
    case "scanPlugins": return RoleRequest("/plugins/scan")
    case "readPlugin": return RoleRequest("/plugins/duckdb")
    case "readPluginIcon": return RoleRequest("/plugins/duckdb/icon")
    case "readPluginPanel": return RoleRequest("/plugins/duckdb/panel")
    case "enablePlugin": return RoleRequest("/plugins/unknown/enable")
    case "disablePlugin": return RoleRequest("/plugins/unknown/disable")
    case "readManifest": return RoleRequest("/plugins/duckdb/manifest")
    case "saveManifest": return RoleRequest("/plugins/duckdb/manifest", ["text": ""])
    case "listComponents": return RoleRequest("/components")
    case "listOptions":
      return RoleRequest("/components/unknown/source/options", ["project": "lab", "field": "/a", "config": [:]])
    case "testComponent": return RoleRequest("/components/unknown/source/test", ["project": "lab", "config": [:]])
    case "readHome": return RoleRequest("/home")
    case "search": return RoleRequest("/search?q=a")
    case "listNotifications": return RoleRequest("/notifications")
    case "markNotificationsRead": return RoleRequest("/notifications/read", ["up_to": 0])
    case "listComments": return RoleRequest("/comments?subject=run:\(run)")
    case "addComment": return RoleRequest("/comments", ["subject": .string("run:\(run)"), "text": "hello"])
    case "changeComment":
      return RoleRequest("/comments/\(try newComment(caller, isAllowed))", ["text": "changed"])
    case "removeComment": return RoleRequest("/comments/\(try newComment(caller, isAllowed))")
    case "listSecrets": return RoleRequest("/secrets")
    case "setSecret": return RoleRequest("/projects/lab/secrets/key", ["value": "v"])
    case "removeSecret":
      if isAllowed { try host.expect(204, "PUT", "/projects/lab/secrets/key", ["value": "v"]) }
      return RoleRequest("/projects/lab/secrets/key")
    case "listAudit": return RoleRequest("/audit")
    case "verifyAudit": return RoleRequest("/audit/verify")
    case "followEvents":
      var request = RoleRequest("/events")
      request.headOnly = true
      return request
    case "readSystem": return RoleRequest("/system")
    case "readDocument": return RoleRequest("/openapi.json")
    default: return nil
    }
  }
}

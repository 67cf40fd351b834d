// Models and connections over HTTP: what runs register, what people change, and what the live stream tells of it.
import Foundation
import JSONValue
import TestSupport
import Testing

struct RegistryTests {
  private func host() throws -> ServedHost {
    try ServedHost(TestHost("slow-source", "registers-models", "answers-forms", "well-behaved"))
  }

  private func registered(_ host: ServedHost, _ model: String, times: Int = 1) throws {
    try host.save(Documents.toModel("trains", model, below: host.installation.unusedPath()))
    for _ in 0..<times {
      let run = try host.finished(host.run("trains"))
      #expect(run["status"] == "succeeded", "\(run.text)")
    }
  }

  @Test func `a model is found with its versions, and its aliases are moved and taken away`() throws {
    let host = try host()
    try registered(host, "smollm@candidate", times: 2)
    let listed = try host.expect(200, "GET", "/models")["items"]
    #expect(listed?[0]?["model"] == "smollm" && listed?[0]?["aliases"] == ["candidate": 2])
    let model = try host.expect(200, "PUT", "/models/smollm/aliases/champion", ["version": 1])
    #expect(model["aliases"] == ["candidate": 2, "champion": 1])
    #expect((model["versions"]?.array ?? []).map { $0["version"]?.int } == [2, 1])
    #expect(model["history"]?[0]?["by"]?.string == "admin")
    let version = try host.expect(200, "GET", "/models/smollm/versions/1")
    #expect(version["lineage"]?["nodes"]?[0]?["name"] == "rows")
    #expect(version["document"]?["license"] == "apache-2.0")
    #expect(version["document"]?["path"] == nil)
    let refused = try host.ask("DELETE", "/models/smollm/versions/1")
    #expect(refused.status == 409 && refused.code == "OTE-4011")
    try host.expect(204, "DELETE", "/models/smollm/aliases/champion")
    try host.expect(204, "DELETE", "/models/smollm/versions/1")
    #expect(try host.ask("GET", "/models/smollm/versions/1").code == "OTE-4008")
    try host.expect(200, "PATCH", "/models/smollm", ["description": "Small."])
    #expect(try host.expect(200, "GET", "/models/smollm")["description"] == "Small.")
    let compared = try host.expect(200, "GET", "/models/smollm/compare?from=2&to=2")
    #expect(compared["first"] == "smollm@2" && compared["figures"] == [])
    #expect(try host.expect(200, "GET", "/evaluations")["items"] == [])
  }

  @Test func `a saved pipeline that names a version keeps it there`() throws {
    let host = try host()
    try registered(host, "base", times: 2)
    try host.save(
      """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: names-it}
      models: {m: {model: base@1, use: registers-models/model}}
      nodes: {rows: {use: slow-source/source, with: {rows: 1}}, out: {use: well-behaved/sink, in: rows}}
      """)
    let refused = try host.ask("DELETE", "/models/base/versions/1")
    #expect(refused.status == 409)
    #expect(refused.json["detail"]?.string?.contains("the pipeline 'names-it' names base@1") == true, "\(refused.text)")
  }

  @Test func `a connection is tried, kept where a change fails, and rolled back`() throws {
    let host = try host()
    let path = "/projects/default/connections/feed"
    func config(_ path: String) -> JSONValue {
      ["use": "answers-forms/source", "config": ["path": .string(path), "rows": 7]]
    }
    let tried = try host.expect(
      200, "POST", "/connections/test",
      ["project": "default", "use": "answers-forms/source", "config": ["path": "doubts"]])
    #expect(tried["works"] == false && tried["message"] == "no table")
    let saved = try host.expect(200, "PUT", path, config("here"))
    #expect(saved["connection"]?["revision"] == 1 && saved["check"]?["message"] == "7 rows")
    let refused = try host.ask("PUT", path, config("crashes"))
    #expect(refused.status == 422 && refused.code == "OTE-6022", "\(refused.text)")
    #expect(try host.expect(200, "GET", path)["connection"]?["config"]?["path"] == "here")
    var stale = config("there").object ?? [:]
    stale["revision"] = 0
    #expect(try host.ask("PUT", path, .object(stale)).code == "OTE-6006")
    stale["revision"] = 1
    try host.expect(200, "PUT", path, .object(stale))
    #expect(try host.ask("PUT", path, .object(stale)).status == 412)
    let back = try host.expect(200, "POST", path + "/rollback", [:])
    #expect(back["connection"]?["config"]?["path"] == "here" && back["connection"]?["revision"] == 3)
    #expect(try host.expect(200, "POST", path + "/check")["check"]?["works"] == true)
    #expect(try host.expect(200, "GET", path)["revisions"]?[0]?["restores"] == 1)
    try host.save(
      """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: connected}
      nodes:
        rows: {use: answers-forms/source, connection: feed}
        out: {use: well-behaved/sink, in: rows}
      """)
    #expect(try host.ask("DELETE", path).code == "OTE-4011")
    let run = try host.finished(host.run("connected"))
    #expect(run["status"] == "succeeded", "\(run.text)")
    #expect(run["nodes"]?[0]?["rows_out"] == 7)
  }

  @Test func `a connection belongs to its project`() throws {
    let host = try host()
    try host.expect(201, "POST", "/projects", ["name": "lab"])
    try host.expect(
      200, "PUT", "/projects/lab/connections/feed",
      ["use": "answers-forms/source", "config": ["path": "here"]])
    let document = """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: connected}
      nodes: {rows: {use: answers-forms/source, connection: feed}, out: {use: well-behaved/sink, in: rows}}
      """
    func check(_ project: String) throws -> JSONValue {
      try host.expect(
        200, "POST", "/pipelines/check",
        ["project": .string(project), "document": .string(document), "columns": false])
    }
    #expect(try check("lab")["valid"] == true)
    let elsewhere = try check("default")
    #expect(elsewhere["valid"] == false && elsewhere["problems"]?[0]?["code"] == "OTE-4009")
    #expect(elsewhere["problems"]?[0]?["at"]?["pointer"] == "/nodes/rows/connection")
    let outsider = try host.person("outsider")
    #expect(try host.expect(200, "GET", "/connections", as: outsider)["items"] == [])
    #expect(try host.ask("GET", "/projects/lab/connections/feed", as: outsider).status == 404)
  }
}

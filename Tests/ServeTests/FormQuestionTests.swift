// What forms ask of components: choices for a field and the test of a configuration, by plugins that answer and such that
// do not.
import Foundation
import JSONValue
import TestSupport
import Testing

struct FormQuestionTests {
  private static let canary = "c4n4ry-\(UUID().uuidString)"

  private static func makeHost() throws -> ServedHost {
    let installation = try TestHost("answers-forms", "well-behaved", "local-files", "segfault", "bad-offsets")
    // A hang is to cost the tests one second, not twenty.
    let manifest = "\(installation.manifests)/answers-forms.yaml"
    let text = try String(contentsOfFile: manifest, encoding: .utf8)
    let more = "  permissions: {secrets: [TOKEN]}\n  limits: {stall: 1s}\n"
    try Data((text + more).utf8).write(to: URL(fileURLWithPath: manifest))
    let host = try ServedHost(installation)
    try host.expect(204, "PUT", "/projects/default/secrets/TOKEN", ["value": .string(canary)])
    ProcessEnd.removes(installation.folder)
    return host
  }

  nonisolated(unsafe) private static let host = Result { try makeHost() }

  private func options(_ text: String, _ config: JSONValue = [:], field: String = "/path") throws -> HTTPAnswer {
    try Self.host.get().ask(
      "POST", "/components/answers-forms/source/options",
      ["project": "default", "field": .string(field), "text": .string(text), "config": config])
  }

  private func test(_ config: JSONValue, parameters: JSONValue = [:]) throws -> HTTPAnswer {
    try Self.host.get().ask(
      "POST", "/components/answers-forms/source/test",
      ["project": "default", "config": config, "parameters": parameters])
  }

  // MARK: choices

  @Test func `a plugin is asked for choices while the form is not filled in yet`() throws {
    let answer = try options("ab", ["rows": 7])
    #expect(answer.status == 200, "\(answer.text)")
    #expect(answer.json == ["choices": [["value": "ab-7", "title": "/path"], ["value": 2]], "more": true])
    // Defaults are there as in a run.
    #expect(try options("ab").json["choices"]?[0]?["value"] == "ab-200")
    // What does not fit its place is left out: a plugin gets a valid configuration, or a part of one.
    #expect(try options("ab", ["rows": "many", "path": ""]).json["choices"]?[0]?["value"] == "ab-200")
  }

  @Test(
    arguments: [
      ("crashes", 502, "OTE-3001"), ("exits", 502, "OTE-3002"), ("hangs", 504, "OTE-3003"), ("fails", 502, "OTE-3013"),
      ("lies", 502, "OTE-3007"), ("babbles", 502, "OTE-3007"), ("floods", 502, "OTE-3007"),
      ("forgets", 502, "OTE-3007"), ("nests", 502, "OTE-3007"),
      ("points", 502, "OTE-3007"), ("runs", 502, "OTE-3007"),
    ])
  func `choices of a plugin that misbehaves are a problem with its name, and the host goes on`(
    how: String, status: Int, code: String
  ) throws {
    let answer = try options(how)
    #expect(answer.status == status, "\(answer.text)")
    #expect(answer.code == code, "\(answer.text)")
    #expect(answer.json["plugin"] == "answers-forms")
    #expect(answer.json["node"] == nil)
    #expect(try options("ab").status == 200)
  }

  @Test func `a choice may be a page to open in place of a value`() throws {
    let answer = try options("opens")
    #expect(answer.json == ["choices": [["link": "https://pages.example/x?y=1", "title": "Sign in"]], "more": false])
  }

  @Test func `a component that lists no choices says so`() throws {
    let host = try Self.host.get()
    let answer = try host.ask(
      "POST", "/components/well-behaved/source/options", ["project": "default", "field": "/rows", "config": [:]])
    #expect(answer.status == 422 && answer.code == "OTE-3018", "\(answer.text)")
    let unknown = try host.ask(
      "POST", "/components/well-behaved/none/options", ["project": "default", "field": "/rows", "config": [:]])
    #expect(unknown.status == 404, "\(unknown.text)")
  }

  @Test func `paths of this machine are offered by the shipped plugin`() throws {
    let host = try Self.host.get()
    _ = try host.installation.folder.write("a,b\n1,2\n", to: "choices/small.csv")
    let folder = "\(host.installation.folder.path)/choices/"
    let answer = try host.expect(
      200, "POST", "/components/local-files/source/options",
      ["project": "default", "field": "/path", "text": .string(folder), "config": [:]])
    #expect(answer["choices"]?[0]?["value"] == .string(folder + "small.csv"))
    #expect(answer["choices"]?[0]?["title"] == "8 bytes")
  }

  // MARK: test

  @Test func `a test says what the component found and which columns it gives`() throws {
    let answer = try test(["path": "fine", "rows": 12])
    #expect(answer.status == 200, "\(answer.text)")
    #expect(answer.json["ok"] == true)
    #expect(answer.json["message"] == "12 rows")
    #expect(answer.json["schema"]?[0]?["name"] == "n")
    #expect(answer.json["schema"]?[0]?["type"] == "int64")
    #expect(answer.json["report"]?["metrics"]?[0]?["value"] == 12)
    #expect((answer.json["seconds"]?.double ?? 0) > 0)
  }

  @Test func `a component that doubts itself has not passed`() throws {
    let answer = try test(["path": "doubts"])
    #expect(answer.json["ok"] == false && answer.json["message"] == "no table", "\(answer.text)")
  }

  @Test(
    arguments: [
      ("crashes", "OTE-3001"), ("exits", "OTE-3002"), ("hangs", "OTE-3003"), ("fails", "OTE-3013"),
      ("lies", "OTE-3007"), ("babbles", "OTE-3007"), ("floods", "OTE-3007"), ("forgets", "OTE-3007"),
    ])
  func `a test that the component fails is an answer with the problem`(how: String, code: String) throws {
    let answer = try test(["path": .string(how)])
    #expect(answer.status == 200, "\(answer.text)")
    #expect(answer.json["ok"] == false)
    #expect(answer.json["problem"]?["code"]?.string == code, "\(answer.text)")
    #expect(answer.json["problem"]?["plugin"] == "answers-forms")
    #expect(try test(["path": "fine"]).json["ok"] == true)
  }

  @Test func `a configuration is checked before any worker starts`() throws {
    let answer = try test(["rows": "many"])
    #expect(answer.status == 422 && answer.code == "OTE-1030", "\(answer.text)")
    let pointers = ([answer.json] + (answer.json["problems"]?.array ?? [])).compactMap { $0["at"]?["pointer"]?.string }
    #expect(Set(pointers) == ["/rows", ""] || pointers.contains("/rows"), "\(answer.text)")
  }

  @Test func `parameters stand for their values, and one without a value is named`() throws {
    let config: JSONValue = ["path": "fine", "rows": "${parameters.rows}"]
    #expect(try test(config, parameters: ["rows": 31]).json["message"] == "31 rows")
    let missing = try test(config, parameters: ["rows": .null])
    #expect(missing.status == 422 && missing.code == "OTE-1020", "\(missing.text)")
    let unknown = try test(config)
    #expect(unknown.status == 422 && unknown.code == "OTE-1023", "\(unknown.text)")
  }

  @Test func `a secret reaches the test in its worker, and no answer tells it`() throws {
    let answer = try test(["path": "tells", "token": "${secrets.TOKEN}"])
    #expect(answer.json["ok"] == false)
    let problem = answer.json["problem"]
    #expect(problem?["code"] == "OTE-3015", "\(answer.text)")
    #expect(problem?["detail"] == "The server refuses •••.")
    #expect(problem?["at"]?["pointer"] == "/token")
    #expect(!answer.text.contains(Self.canary))
    let refused = try options("tells", ["token": "${secrets.TOKEN}"])
    #expect(refused.json["detail"] == "The server refuses •••.", "\(refused.text)")
  }

  @Test func `a secret that is not granted is not given`() throws {
    let answer = try test(["path": "tells", "token": "${secrets.OTHER}"])
    #expect(answer.status == 422 && answer.code == "OTE-1023", "\(answer.text)")
    // Nothing in the configuration names it.
    let unnamed = try test(["path": "tells"])
    #expect(unnamed.json["problem"]?["code"] == "OTE-3016", "\(unnamed.text)")
  }

  @Test func `a component that connects to nothing passes with its creation`() throws {
    let answer = try Self.host.get().ask(
      "POST", "/components/answers-forms/sink/test", ["project": "default", "config": ["path": "x"]])
    #expect(answer.json["ok"] == true && answer.json["schema"] == nil, "\(answer.text)")
  }

  @Test func `a shipped source counts its files, and says which path is missing`() throws {
    let host = try Self.host.get()
    let path = try host.installation.folder.write("a,b\n1,2\n", to: "tested/small.csv")
    let found = try host.expect(
      200, "POST", "/components/local-files/source/test",
      ["project": "default", "config": ["path": .string(path)]])
    #expect(found["ok"] == true && found["message"] == "1 file, 8 bytes", "\(found.text)")
    #expect(found["schema"]?.array?.count == 7)
    let gone = try host.expect(
      200, "POST", "/components/local-files/source/test",
      ["project": "default", "config": ["path": .string(path + "x")]])
    #expect(gone["ok"] == false)
    #expect(gone["problem"]?["code"] == "OTE-3011", "\(gone.text)")
    #expect(gone["problem"]?["at"]?["pointer"] == "/path")
  }

  // MARK: previews

  @Test func `each port of a node is previewed, and one that is not there is named`() throws {
    let host = try Self.host.get()
    let document = """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: ports}
      nodes:
        rows: {use: well-behaved/source, with: {rows: 200}}
        check: {use: well-behaved/check, in: rows, with: {fail_every: 50}}
        out: {use: well-behaved/sink, in: check, with: {path: \(host.installation.unusedPath())}}
      """
    func preview(_ port: String?) throws -> HTTPAnswer {
      var body: [String: JSONValue] = [
        "project": "default", "document": .string(document), "node": "check", "rows": 20,
      ]
      body["port"] = port.map { .string($0) }
      return try host.ask("POST", "/pipelines/preview", .object(body))
    }
    #expect(try preview(nil).json["rows"]?.array?.count == 20)
    #expect(try preview("table").json["rows"]?.array?.count == 20)
    let failing = try preview("failing")
    #expect(failing.json["rows"]?.array?.compactMap { $0[0]?.int } == [0, 50, 100, 150], "\(failing.text)")
    let findings = try preview("findings")
    #expect(findings.json["schema"]?[0]?["name"] == "rule", "\(findings.text)")
    #expect(findings.json["rows"]?.array?.count == 1)
    let unknown = try preview("other")
    #expect(unknown.status == 422 && unknown.code == "OTE-1017", "\(unknown.text)")
  }

  @Test(arguments: [("segfault", "OTE-3001"), ("bad-offsets", "OTE-3006")])
  func `a preview of a plugin that crashes, or gives broken data, is a problem with its name`(
    plugin: String, code: String
  ) throws {
    let host = try Self.host.get()
    let document = Documents.toFile("previewed", host.installation.unusedPath(), source: plugin)
    let answer = try host.ask(
      "POST", "/pipelines/preview", ["project": "default", "document": .string(document), "node": "rows", "rows": 50])
    #expect(answer.status == 502 && answer.code == code, "\(answer.text)")
    #expect(answer.json["plugin"]?.string == plugin && answer.json["node"] == "rows")
  }
}

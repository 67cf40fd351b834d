// The command line: exit codes, help, and the shape of what it answers.
import Foundation
import JSONValue
import Model
import TestSupport
import Testing

struct CommandTests {
  @Test(arguments: [
    ["run"], ["run", "a.yaml", "b.yaml"], ["run", "a.yaml", "--nothing"], ["run", "a.yaml", "--param", "x"],
    ["run", "a.yaml", "--param", "=x"], ["nothing"], ["pipelines", "nothing"], ["pipelines", "validate"],
    ["plugins", "show"], ["plugins", "enable"], ["runs", "list", "--limit", "0"], ["runs", "list", "--limit", "x"],
    ["runs", "list", "--status", "nothing"], ["runs", "show"], ["datasets", "show"], ["--nothing"],
    ["secrets", "set"], ["secrets", "set", "no name"], ["secrets", "remove"],
  ])
  func `a usage error ends with 2 and says how to use it`(_ arguments: [String]) throws {
    let result = try Bench.host().start(arguments).finish()
    #expect(result.code == 2)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains("sage:") || result.errors.contains("--help"), "\(result.errors)")
  }

  @Test(arguments: [
    [], ["run"], ["pipelines"], ["pipelines", "validate"], ["pipelines", "explain"], ["plugins"],
    ["plugins", "enable"], ["runs"], ["runs", "logs"], ["datasets"],
    ["secrets"], ["secrets", "set"], ["audit", "verify"],
  ])
  func `help goes to stdout and ends with 0`(_ command: [String]) throws {
    let result = try Bench.host().start(command + ["--help"]).finish()
    #expect(result.code == 0)
    #expect(result.output.contains("USAGE"))
    #expect(result.errors.isEmpty)
  }

  @Test func `the version is one line`() throws {
    let result = try Bench.host().ote("--version")
    #expect(result.code == 0)
    #expect(result.output.hasPrefix("ote "))
    #expect(result.output.split(separator: "\n").count == 1)
  }

  @Test func `validate moves no rows and says that the document is valid`() throws {
    let host = try Bench.host()
    let path = host.unusedPath()
    let document = try host.document(FourNodes(path: path, name: "checked").text)
    let text = try host.ote("pipelines", "validate", document)
    #expect(text.code == 0)
    #expect(text.output == "checked: valid\n")
    let answer = try host.ote("pipelines", "validate", document, "--json").json()
    #expect(answer["valid"] == .bool(true))
    #expect(answer["problems"] == [])
    #expect(!Bench.exists(path))
    #expect(!Bench.exists("\(path).part"))
  }

  @Test func `explain shows the columns on every edge`() throws {
    let host = try Bench.host("counter", "scale")
    let document = try host.document(
      """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: explained}
      nodes:
        numbers: {use: counter/numbers, with: {rows: 10}}
        scaled: {use: scale/scale, in: numbers, with: {column: n, factor: 0.5}}
        out: {use: counter/null, in: scaled}
      """)
    let answer = try host.ote("pipelines", "explain", document, "--json").json()
    let nodes = answer["nodes"]?.array ?? []
    #expect(nodes.compactMap { $0["name"]?.string } == ["numbers", "scaled", "out"])
    func columns(_ node: Int) -> [String] {
      (nodes[node]["outputs"]?["table"]?.array ?? []).map { "\($0["name"]?.string ?? "") \($0["type"]?.string ?? "")" }
    }
    try #require(nodes.count == 3)
    #expect(columns(0) == ["n int64", "x float64", "s utf8"])
    #expect(columns(1) == ["n float64", "x float64", "s utf8"])
    let text = try host.ote("pipelines", "explain", document)
    #expect(text.output.contains("n float64"))
  }

  @Test func `the schema of the document is JSON`() throws {
    let schema = try Bench.host().ote("pipelines", "schema").json()
    #expect(schema["$schema"]?.string?.contains("2020-12") == true)
  }

  @Test func `plugins can be shown, and switched off and on`() throws {
    let host = try TestHost("well-behaved")
    let shown = try host.ote("plugins", "show", "well-behaved/check")
    #expect(shown.output.contains("fail_every"))
    let document = try host.document(FourNodes(path: host.unusedPath()).text)
    #expect(try host.ote("plugins", "disable", "well-behaved").code == 0)
    let refused = try host.ote("run", document)
    #expect(refused.code == 1)
    #expect(refused.errors.contains("disabled"), "\(refused.errors)")
    #expect(try host.ote("plugins", "enable", Products.plugin("well-behaved")).code == 0)
    #expect(try host.ote("run", document).code == 0)
    let unknown = try host.ote("plugins", "show", "nothing")
    #expect(unknown.code == 1)
    #expect(unknown.errors.contains("OTE-4007"))
  }

  @Test func `a plugin whose bytes have changed since it was pinned is refused`() throws {
    let host = TestHost()
    let copy = "\(host.folder.path)/copy"
    try FileManager.default.copyItem(atPath: Products.plugin("well-behaved"), toPath: copy)
    #expect(try host.ote("plugins", "enable", copy).code == 0)
    let document = try host.document(FourNodes(path: host.unusedPath()).text)
    #expect(try host.ote("run", document).code == 0)
    let library = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(copy)/libwell-behaved.so"))
    try library.seekToEnd()
    try library.write(contentsOf: Data([0]))
    try library.close()
    let refused = try host.ote("run", document)
    #expect(refused.code == 1)
    #expect(refused.errors.contains("OTE-2004"), "\(refused.errors)")
  }

  @Test func `the report has the documented fields`() throws {
    let host = try Bench.host()
    let document = try host.document(
      FourNodes(path: host.unusedPath(), failEvery: 50, gate: "on: error, action: warn").text)
    let report = try host.ote("run", document, "--json").json()
    func keys(_ value: JSONValue?) -> Set<String> {
      guard let object = value?.object else { return [] }
      return Set(object.keys)
    }
    #expect(
      keys(report) == [
        "run", "pipeline", "status", "started_at", "finished_at", "seconds", "attempts", "parameters", "nodes",
        "findings", "gates", "inputs", "outputs", "problems", "resources",
      ])
    #expect(keys(report["pipeline"]) == ["name", "version", "digest"])
    let nodes = report["nodes"]?.array ?? []
    #expect(nodes.compactMap { $0["name"]?.string } == ["rows", "step", "rules", "out"])
    let (stage, finding) = (keys(nodes.dropFirst().first), keys(report["findings"]?.array?.first))
    let (gate, output) = (keys(report["gates"]?.array?.first), keys(report["outputs"]?.array?.first))
    #expect(
      stage.isSuperset(of: [
        "name", "use", "status", "rows_in", "rows_out", "bytes_out", "batches", "seconds", "attempts", "plugin_digest",
      ]))
    #expect(
      finding.isSuperset(of: [
        "node", "rule", "column", "severity", "passed", "observed", "limit", "unit", "failing_rows", "message",
      ]))
    #expect(gate == ["node", "action", "tripped"])
    #expect(output.isSuperset(of: ["node", "rows"]))
    #expect(report["run"]?.string?.utf8.count == 26)
  }

  @Test func `a problem has the documented fields`() throws {
    let host = try Bench.host("fails-mid-stream")
    let document = try host.document(
      FourNodes(path: host.unusedPath(), plugins: [.source: "fails-mid-stream"]).text)
    let problem = try host.ote("run", document, "--json").json()["problems"]?.array?.first?.object ?? [:]
    #expect(
      Set(problem.keys.map { $0 }) == [
        "code", "title", "detail", "origin", "node", "plugin", "at", "next", "page", "retryable",
      ])
    #expect(problem["at"] == ["file": "numbers.csv", "line": 41])
    #expect(problem["page"]?.string == "Docs/problems/OTE-3012.md")
  }

  @Test func `runs can be listed, narrowed and shown by the start of their id`() throws {
    let host = try TestHost("well-behaved")
    let good = try host.run(FourNodes(path: host.unusedPath(), name: "good").text)
    let stopped = try host.run(FourNodes(path: host.unusedPath(), failEvery: 2, name: "bad").text)
    func list(_ more: String...) throws -> [String] {
      let answer = try host.start(["runs", "list", "--json"] + more).finish().json()
      return (answer.array ?? []).compactMap { $0["run"]?.string }
    }
    #expect(try list() == [stopped.report.run, good.report.run])
    #expect(try list("--limit", "1") == [stopped.report.run])
    #expect(try list("--status", "succeeded") == [good.report.run])
    #expect(try list("--pipeline", "bad") == [stopped.report.run])
    #expect(try list("--before", stopped.report.run) == [good.report.run])
    // Ten characters of time and six that are random: enough to tell two runs apart.
    let shown = try host.ote("runs", "show", String(good.report.run.prefix(16)), "--json").report()
    #expect(shown.run == good.report.run)
  }

  @Test func `without plugins and runs the commands say what to do`() throws {
    let host = TestHost()
    let plugins = try host.ote("plugins", "list")
    #expect(plugins.code == 0)
    #expect(plugins.output.contains("ote plugins enable"))
    let runs = try host.ote("runs", "list")
    #expect(runs.code == 0)
    #expect(runs.output.contains("ote run"))
    #expect(try host.ote("datasets", "list").code == 0)
  }
}

// Models that runs register: numbered, traced, and there only once their run has succeeded.
import Foundation
import JSONValue
import Model
import TestSupport
import Testing

struct ModelRegistryTests {
  private func host() throws -> TestHost { try TestHost("well-behaved", "registers-models", "fails-in-commit") }

  /// `model` is NAME, NAME@ALIAS, and +REFERENCE behind it for what it is made from.
  private func document(_ host: TestHost, _ model: String, pipeline: String = "trains", more: String = "") throws
    -> String
  {
    let folder = host.unusedPath()
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: \(pipeline)}
      parameters: {rows: {type: integer, default: 40}}
      nodes:
        rows: {use: well-behaved/source, with: {rows: "${parameters.rows}"}}
        train: {use: registers-models/sink, in: rows, with: {path: "\(folder)/\(model)"}}
      \(more)
      """
  }

  private func shown(_ host: TestHost, _ name: String) throws -> JSONValue {
    try host.ote("models", "show", name, "--json").json()
  }

  private func names(_ host: TestHost) throws -> [String] {
    (try host.ote("models", "list", "--json").json().array ?? []).map {
      "\($0["model"]?.string ?? "")@\($0["version"]?.int ?? 0)"
    }
  }

  @Test func `a run registers a model with its alias and where it came from`() throws {
    let host = try host()
    let result = try host.run(document(host, "smollm@candidate"), "--param", "rows=30")
    #expect(result.status == .succeeded, "\(result.problem?.detail ?? "")")
    let output = try #require(result.report.outputs.last)
    #expect(output["model"] == "smollm" && output["version"] == 1 && output["aliases"] == ["candidate"])
    let version = try shown(host, "smollm@candidate")
    #expect(version["run"]?.string == result.report.run)
    #expect(version["node"] == "train" && version["pipeline"] == "trains")
    #expect(version["document"]?["format"] == "gguf" && version["document"]?["path"] == nil)
    #expect(version["lineage"]?["parameters"] == ["rows": 30])
    let plugins = version["lineage"]?["plugins"]?.array ?? []
    #expect(plugins.compactMap { $0["name"]?.string } == ["registers-models", "well-behaved"])
    #expect(plugins.allSatisfy { $0["digest"]?.string?.hasPrefix("sha256:") == true })
    #expect((version["lineage"]?["nodes"]?.array ?? []).compactMap { $0["name"]?.string } == ["rows", "train"])
    let path = version["path"]?.string ?? ""
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "GGUF rows 30")
  }

  @Test func `versions count up, and an alias moves with the run that sets it`() throws {
    let host = try host()
    for rows in 1...3 {
      let model = rows == 2 ? "smollm" : "smollm@candidate"
      #expect(try host.run(document(host, model), "--param", "rows=\(rows)").status == .succeeded)
    }
    #expect(try names(host) == ["smollm@3"])
    #expect(try shown(host, "smollm@candidate")["version"] == 3)
    let history = try shown(host, "smollm")["alias_history"]?.array ?? []
    #expect(history.map { $0["version"]?.int } == [3, 1])
    #expect(history.allSatisfy { $0["run"]?.string != nil })
  }

  @Test func `a model that is fetched is an input of the run and the base of what comes out`() throws {
    let host = try host()
    #expect(try host.run(document(host, "base@stable")).status == .succeeded)
    let result = try host.run(document(host, "tuned+base@stable", pipeline: "tunes"))
    #expect(result.status == .succeeded, "\(result.problem?.detail ?? "")")
    let used = try #require(result.report.models?.first)
    #expect(used.node == "train" && used.model == "base" && used.version == 1 && used.reference == "base@stable")
    let shown = try shown(host, "tuned")
    #expect(shown["document"]?["base"]?["name"] == "base")
    #expect(shown["document"]?["base"]?["path"] == nil)
    // What the base came from stands with the base.
    #expect(shown["document"]?["base"]?["lineage"] == nil && shown["document"]?["lineage"] == nil)
    #expect(shown["lineage"]?["base"]?["version"] == 1)
    #expect(shown["lineage"]?["models"]?[0]?["reference"] == "base@stable")
    let stored = try host.ote("runs", "show", result.report.run, "--json").json()
    #expect(stored["models"]?[0]?["model"] == "base")
  }

  @Test func `a model that is not there fails the node with the nearest name`() throws {
    let host = try host()
    #expect(try host.run(document(host, "base@stable")).status == .succeeded)
    let result = try host.run(document(host, "tuned+base@stabel"))
    #expect(result.problem?.code == .notFound)
    #expect(result.problem?.detail.contains("did you mean 'stable'?") == true)
    #expect(result.problem?.node == "train")
  }

  @Test func `what still refers to a version keeps it there`() throws {
    let host = try host()
    #expect(try host.run(document(host, "base@stable")).status == .succeeded)
    #expect(try host.run(document(host, "tuned+base@stable")).status == .succeeded)
    func refusal() throws -> String { try host.ote("models", "remove", "base@1").errors }
    let words = try refusal()
    #expect(words.contains("OTE-4011") && words.contains("alias 'stable'") && words.contains("tuned@1 is made from it"))
    #expect(try host.ote("models", "alias", "base", "stable", "--remove").code == 0)
    #expect(try host.ote("models", "remove", "tuned@1").code == 0)
    #expect(try host.ote("models", "remove", "base@1").code == 0)
    #expect(try names(host) == [])
    #expect(try host.run(document(host, "base")).report.outputs.last?["version"] == 2)
  }

  @Test func `a version that a pipeline names stays`() throws {
    let host = try host()
    for _ in 0..<2 { #expect(try host.run(document(host, "base")).status == .succeeded) }
    let naming = """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: names-it}
      models: {m: {model: base@1, use: registers-models/model}}
      nodes: {rows: {use: well-behaved/source}, out: {use: well-behaved/sink, in: rows}}
      """
    #expect(try host.run(naming).status == .succeeded)
    let refused = try host.ote("models", "remove", "base@1").errors
    #expect(refused.contains("OTE-4011") && refused.contains("the pipeline 'names-it' names base@1"), "\(refused)")
    #expect(try host.ote("models", "remove", "base@2").code == 0)
    let unknown = try host.ote("pipelines", "validate", try host.document(naming.replacing("base@1", with: "bse@1")))
    #expect(unknown.errors.contains("OTE-4008") && unknown.errors.contains("did you mean 'base'?"), "\(unknown.errors)")
  }

  @Test func `runs that register at once never share a version`() throws {
    let host = try host()
    let runs = try (0..<4).map { _ in try host.startRun(document(host, "shared@newest")) }
    let versions = try runs.map { try RunResult($0.finish()).report.outputs.last?["version"]?.int ?? 0 }
    #expect(versions.sorted() == [1, 2, 3, 4])
    #expect(try shown(host, "shared")["versions"]?.array?.count == 4)
  }

  @Test func `a run that fails after publishing registers nothing`() throws {
    let host = try host()
    let more = "  late: {use: fails-in-commit/sink, in: rows, with: {path: \"\(host.unusedPath())\"}}"
    let result = try host.run(document(host, "lost@candidate", more: more))
    #expect(result.status == .failed)
    #expect(result.report.outputs.isEmpty)
    #expect(try names(host) == [])
  }

  @Test func `a host that is killed after a model was published leaves no version`() throws {
    let host = try host()
    let run = try host.startRun(document(host, "waits@candidate"))
    _ = try #require(try run.waitForLine { $0.contains("model published") })
    run.signal(SIGKILL)
    _ = try run.finish()
    #expect(try names(host) == [])
    #expect(try host.run(document(host, "after")).status == .succeeded)
    #expect(try names(host) == ["after@1"])
    let runs = try host.ote("runs", "list", "--json").json().array ?? []
    #expect(runs.compactMap { $0["status"]?.string }.sorted() == ["failed", "succeeded"])
  }

  @Test func `a file or folder is added by what it holds`() throws {
    let host = try host()
    let gguf = try host.folder.write("GGUF and more", to: "a/model.bin")
    #expect(try host.ote("models", "add", "plain", gguf, "--license", "mit", "--alias", "champion").code == 0)
    let plain = try shown(host, "plain@champion")
    #expect(plain["document"]?["format"] == "gguf" && plain["document"]?["license"] == "mit")
    #expect(Bench.exists(gguf))
    _ = try host.folder.write("{}", to: "hf/config.json")
    let weights = try host.folder.write("weights", to: "blobs/weights")
    try FileManager.default.createSymbolicLink(
      atPath: "\(host.folder.path)/hf/model.safetensors", withDestinationPath: weights)
    let words = [
      "models", "add", "folder", "\(host.folder.path)/hf", "--base", "plain@1", "--use", "serving/model", "--with",
      "{\"context\": 512}", "--json",
    ]
    // A provider that is not here cannot load it.
    let untried = try host.start(words).finish()
    #expect(untried.code == 1 && untried.errors.contains("serving"), "\(untried.errors)")
    let added = try host.start(words + ["--no-check"]).finish().json()
    #expect(added["document"]?["format"] == "hf")
    #expect(added["document"]?["serve"] == ["use": "serving/model", "with": ["context": 512]])
    #expect(added["document"]?["base"]?["name"] == "plain")
    let text = try host.folder.write("hello", to: "notes.txt")
    let refused = try host.ote("models", "add", "notes", text)
    #expect(refused.code == 1 && refused.errors.contains("--format NAME"))
    #expect(try host.ote("models", "add", "notes", text, "--format", "words").code == 0)
    #expect(try host.ote("models", "add", "gone", "/no/such/file").errors.contains("OTE-3011"))
    #expect(try host.ote("models", "add", "a b", text).errors.contains("OTE-1016"))
  }

  @Test func `versions without figures compare to nothing, and say so`() throws {
    let host = try host()
    for _ in 0..<2 { #expect(try host.run(document(host, "m")).status == .succeeded) }
    let compared = try host.ote("models", "compare", "m@1", "m@2")
    #expect(compared.code == 0 && compared.output.contains("neither m@1 nor m@2 has been evaluated"))
    #expect(try host.ote("evals", "list").output.contains("no evaluations"))
    #expect(try host.ote("evals", "show", "7").errors.contains("OTE-4010"))
  }
}

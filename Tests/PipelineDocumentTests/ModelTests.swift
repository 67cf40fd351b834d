// Models and connections in documents: names that become provider nodes, and saved fields beneath a node's own.
import JSONValue
import Model
import PipelineDocument
import Testing

struct ModelTests {
  private static let model: JSONValue = ["name": "model", "type": "model"]

  private static let serving = Catalog.plugin(
    "serving",
    [
      Catalog.component(
        "model", "provider", inputs: [["name": "model", "type": "model", "required": false]], outputs: [model],
        config: [
          "type": "object", "additionalProperties": false,
          "properties": [
            "url": ["type": "string"], "key": ["type": "string", "x-secret": true], "context": ["type": "integer"],
            "name": ["type": "string"],
          ],
        ]),
      Catalog.component(
        "answers", "stage", inputs: [Catalog.table, model], outputs: [Catalog.table]),
      Catalog.component("train", "trainer", inputs: [Catalog.table], outputs: [model]),
      Catalog.component("tell", "notifier"),
      Catalog.component(
        "list", "source", outputs: [Catalog.table],
        config: [
          "type": "object", "additionalProperties": false,
          "properties": ["url": ["type": "string"], "key": ["type": "string", "x-secret": true]],
        ]),
    ])

  private static let registry = RegistryLookup(
    connection: { (name) throws(Problem) in
      guard name == "api" || name == "other" else {
        throw Problem(.connectionNotFound, "there is no connection '\(name)'; did you mean 'api'?")
      }
      var saved = SavedConnection(
        name: name, project: "default", use: name == "api" ? "serving/model" : "duckdb/read",
        config: ["url": "https://api", "key": "${secrets.KEY}", "context": 512], revision: 4, updatedAt: "")
      if name == "other" { saved.config = [:] }
      return saved
    },
    model: { (reference) throws(Problem) in
      guard reference.name == "smollm" || reference.name == "bare" else {
        throw Problem(.modelNotFound, "there is no model '\(reference.name)'; did you mean 'smollm'?")
      }
      var document: [String: JSONValue] = [
        "name": .string(reference.name), "version": 3, "artifact": "sha256:aa", "path": "/store/aa",
      ]
      if reference.name == "smollm" {
        document["serve"] = ["use": "serving/model", "with": ["context": 1024, "name": "x"]]
      }
      return .object(document)
    })

  private func document(_ models: String, _ nodes: String = "") -> String {
    let indented = models.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }
    return Sample.document(
      """
      rows: {use: serving/list}
      \(nodes.isEmpty ? "out: {use: serving/answers, in: {table: rows, model: m}}" : nodes)
      write: {use: local-files/write, in: out}
      """, before: (["models:"] + indented).joined(separator: "\n"))
  }

  private func resolved(_ text: String) throws -> ResolvedPipeline {
    try PipelineDocument(parsing: text, file: "test.yaml").resolve(
      plugins: Catalog.all + [Self.serving], run: "r1", startedAt: "2026-01-01T00:00:00Z", registry: Self.registry)
  }

  private func problem(_ text: String) -> Problem? {
    do {
      _ = try resolved(text)
      return nil
    } catch { return (error as? Problems)?.all.first }
  }

  private func node(_ name: String, _ text: String) throws -> PlanNode {
    try #require(try resolved(text).nodes.first { $0.name == name })
  }

  @Test func `a binding becomes a provider node that others connect to`() throws {
    let text = document("m: {use: serving/model, with: {context: 256}}")
    let resolved = try resolved(text)
    let node = try #require(resolved.nodes.first { $0.name == "m" })
    #expect(node.use == "serving/model" && node.configuration == ["context": 256] && node.model == nil)
    let answers = try #require(resolved.nodes.first { $0.name == "out" })
    #expect(answers.inputs.last == PlanInput(port: "model", name: "model", node: "m", output: "model"))
    #expect(resolved.warnings.isEmpty)
    #expect(resolved.pipeline.nodes.map(\.name) == ["rows", "out", "write"])
  }

  @Test func `a registered model brings its document, its provider and its configuration`() throws {
    for binding in ["m: {model: smollm@champion, with: {context: 2048}}", "m: smollm@champion"] {
      let node = try node("m", document(binding))
      #expect(node.use == "serving/model")
      #expect(node.model?["version"] == 3 && node.model?["path"] == "/store/aa")
      #expect(node.configuration["name"] == "x")
      #expect(node.configuration["context"] == (binding.contains("with") ? 2048 : 1024))
    }
    let chosen = try node("m", document("m: {model: bare, use: serving/model}"))
    #expect(chosen.model?["name"] == "bare")
  }

  @Test func `a model of a trainer is served by the binding`() throws {
    let text = document(
      "m: {use: serving/model, in: train}",
      "train: {use: serving/train, in: rows}\nout: {use: serving/answers, in: {table: rows, model: m}}")
    #expect(try node("m", text).inputs.map(\.node) == ["train"])
    #expect(
      try resolved(text).nodes.map(\.name).firstIndex(of: "train")! < resolved(text).nodes.map(\.name).firstIndex(
        of: "m")!)
  }

  @Test func `a connection gives fields beneath those of the node`() throws {
    let resolved = try resolved(document("m: {connection: api, with: {context: 64}}"))
    let node = try #require(resolved.nodes.first { $0.name == "m" })
    #expect(node.configuration == ["url": "https://api", "key": ["$secret": "KEY"], "context": 64])
    #expect(resolved.connections == ["m": UsedConnection(name: "api", revision: 4)])
  }

  @Test func `another component of the plugin takes the fields that it knows`() throws {
    let text = Sample.document(
      "rows: {use: serving/list, connection: api}\nwrite: {use: local-files/write, in: rows}")
    #expect(try node("rows", text).configuration == ["url": "https://api", "key": ["$secret": "KEY"]])
  }

  @Test(arguments: [
    ("m: smolm@champion", ProblemCode.modelNotFound, "did you mean 'smollm'?", "/models/m/model"),
    ("m: {model: bare}", .missingKey, "which provider", "/models/m/model"),
    ("m: {connection: apo}", .connectionNotFound, "did you mean 'api'?", "/models/m/connection"),
    ("m: {use: serving/model, connection: other}", .invalidConfiguration, "is for duckdb/read", "/models/m/connection"),
    ("m: {use: duckdb/sql}", .kindNotRunnable, "cannot stand under 'models'", "/models/m/use"),
    ("m: {use: serving/modle}", .unknownComponent, "did you mean 'model'?", "/models/m/use"),
    ("m: {use: serving/model, with: {contxt: 1}}", .invalidConfiguration, "contxt", "/models/m/with/contxt"),
  ])
  func `what a binding names and is not there is told at its place`(
    binding: String, code: ProblemCode, words: String, pointer: String
  ) {
    let problem = problem(document(binding))
    #expect(problem?.code == code)
    #expect(problem?.detail.contains(words) == true, "\(problem?.detail ?? "")")
    #expect(problem?.at?.pointer == pointer)
    #expect(problem?.at?.line == 5)
  }

  @Test func `nothing but the missing name is told`() throws {
    for binding in ["m: smolm", "m: {connection: apo}"] {
      do {
        _ = try resolved(document(binding))
        Issue.record("it resolved")
      } catch let problems as Problems { #expect(problems.all.count == 1, "\(problems.all.text)") }
    }
  }

  @Test func `a notifier is resolved with its connection, for the events it is told`() throws {
    let told = try resolved(
      Sample.document(
        "rows: {use: serving/list}", before: "notify: [{on: [failed, gate], use: serving/tell, with: {a: 1}}]"))
    #expect(told.notifications.map(\.events) == [[.failed, .gate]])
    #expect(told.notifications.first?.node.configuration == ["a": 1])
    let wrong = try resolved(
      Sample.document("rows: {use: serving/list}", before: "notify: [{on: [failed], use: serving/list}]"))
    #expect(wrong.notifications.isEmpty)
    #expect(wrong.warnings.contains { $0.message.contains("cannot stand under 'notify'") })
  }

  @Test func `a notifier is no node, and a provider may be one`() throws {
    #expect(problem(Sample.document("n: {use: serving/tell}"))?.code == .kindNotRunnable)
    let text = Sample.document(
      """
      m: {use: serving/model}
      rows: {use: serving/list}
      out: {use: serving/answers, in: {table: rows, model: m}}
      write: {use: local-files/write, in: out}
      """)
    #expect(try node("m", text).use == "serving/model")
  }

  @Test func `a model that nothing uses is left out with a warning`() throws {
    let resolved = try resolved(document("m: {use: serving/model}\nspare: {use: serving/model}"))
    #expect(!resolved.nodes.contains { $0.name == "spare" })
    #expect(resolved.warnings.map(\.message) == ["Nothing uses the model 'spare', so it is left out."])
    #expect(resolved.warnings.first?.at?.line == 6)
  }

  @Test(arguments: [
    ("models: {rows: {use: a/b}}", ProblemCode.duplicateName), ("models: {m: {with: {}}}", .missingKey),
    ("models: {m: {model: a@1, in: rows}}", .invalidConfiguration), ("models: {m: {model: 'a b'}}", .invalidName),
    ("models: {m: {use: a}}", .invalidName), ("models: {m: {use: a/b, gate: {}}}", .unknownKey),
    ("models: {1m: {use: a/b}}", .invalidName), ("models: {m: [a]}", .wrongType),
  ])
  func `a binding that says nothing sound is refused`(models: String, code: ProblemCode) {
    #expect(problems(parsing: Sample.document("rows: {use: serving/list}", before: models)).codes == [code])
  }
}

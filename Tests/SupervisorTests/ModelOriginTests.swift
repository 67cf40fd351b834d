// Which model an evaluation is about, and where a registered one came from, told from a plan and what its run reported.
import JSONValue
import Model
import Testing

@testable import Supervisor

struct ModelOriginTests {
  private static func node(_ name: String, _ kind: String, _ inputs: [(String, String)] = [], seed: Int? = nil) throws
    -> PlanNode
  {
    func port(_ name: String) -> JSONValue {
      let type = ["model", "base", "judge"].contains(name) ? "model" : name == "report" ? "report" : "table"
      return ["name": .string(name), "type": .string(type)]
    }
    let component: JSONValue = [
      "name": .string(kind), "kind": .string(kind), "inputs": .array(inputs.map { port($0.0) }),
      "outputs": [port(kind == "provider" || kind == "trainer" ? "model" : "rows")],
    ]
    return PlanNode(
      name: name, plugin: "p-\(kind)", component: try component.decode(ComponentDescription.self),
      configuration: seed.map { ["train": ["seed": .int(Int64($0))]] } ?? [:],
      inputs: inputs.map { PlanInput(port: $0.0, name: $0.0, node: $0.1, output: "o") })
  }

  /// A base is tuned, both answer the same questions, a judge looks on, and the tuned one is registered.
  private static func nodes() throws -> [PlanNode] {
    [
      try node("rows", "source"), try node("base", "provider"), try node("referee", "provider"),
      try node("tune", "trainer", [("rows", "rows"), ("base", "base")], seed: 7),
      try node("tuned", "provider", [("model", "tune")]),
      try node("answers", "stage", [("rows", "rows"), ("model", "tuned")]),
      try node("answers-base", "stage", [("rows", "rows"), ("model", "base")]),
      try node("scores", "evaluator", [("rows", "answers"), ("judge", "referee")]),
      try node("scores-base", "evaluator", [("rows", "answers-base")]),
      try node("register", "action", [("model", "tune"), ("report", "scores")]),
      try node("unrelated", "source"),
      try node("kept", "sink", [("in", "rows")]), try node("kept-scores", "sink", [("in", "scores")]),
    ]
  }

  private static func report(_ nodes: [PlanNode]) -> RunReport {
    var report = RunReport(
      run: "r1", pipeline: PipelineIdentity(name: "p", version: 1, digest: "d"), status: .succeeded,
      startedAt: "2026-01-01T00:00:00.000Z", parameters: ["steps": 20])
    report.nodes = nodes.map { node in
      var told = NodeReport(name: node.name, use: node.use, status: .succeeded, pluginDigest: "sha256:\(node.plugin)")
      if node.component.kind == .evaluator {
        let value = node.name == "scores" ? 0.75 : 0.25
        told.report = ["title": .string(node.name), "metrics": [["name": "f1", "value": .double(value)]]]
      }
      if node.name == "tune" { told.metrics = ["loss": 0.5] }
      return told
    }
    report.inputs = [
      InputReport(node: "rows", dataset: "examples", version: 3, digest: "sha256:e"),
      InputReport(node: "unrelated", dataset: "others", version: 1, digest: "sha256:o"),
    ]
    return report
  }

  private static func version() -> ModelVersion {
    var version = ModelVersion(
      model: "caller", version: 4, document: [:], digest: "sha256:m", bytes: 1, createdAt: "2026-01-01T00:00:00.000Z")
    version.node = "register"
    return version
  }

  @Test func `a model comes from its trainer, and a provider at the beginning from itself`() throws {
    let graph = RunGraph(try Self.nodes())
    #expect(graph.origins(of: "register") == ["tune"])
    #expect(graph.origins(of: "tuned") == ["tune"])
    #expect(graph.origins(of: "tune") == ["tune"])
    #expect(graph.origins(of: "base") == ["base"])
  }

  @Test func `what only taught a model, and who only judges, is not evaluated`() throws {
    let graph = RunGraph(try Self.nodes())
    #expect(graph.judgedProviders(of: "scores").map(\.name) == ["tuned"])
    #expect(graph.judgedProviders(of: "scores-base").map(\.name) == ["base"])
  }

  @Test func `an evaluation names the version that the run registers, and none for a model that it does not`() throws {
    let nodes = try Self.nodes()
    let drafts = RunEvaluations(report: Self.report(nodes), graph: RunGraph(nodes)).drafts([], [Self.version()])
    #expect(drafts.map(\.node) == ["scores", "scores-base"])
    #expect(drafts[0].models == [EvaluatedModel(node: "tuned", model: "caller", version: 4)])
    #expect(drafts[1].models == [EvaluatedModel(node: "base")])
    #expect(drafts[0].datasets == [DatasetMention(dataset: "examples", version: 3)])
  }

  @Test func `a registered version that is bound is named as it is`() throws {
    var nodes = try Self.nodes()
    nodes[1].model = ["name": "smollm", "version": 2]
    let drafts = RunEvaluations(report: Self.report(nodes), graph: RunGraph(nodes)).drafts([], [])
    #expect(drafts[1].models == [EvaluatedModel(node: "base", model: "smollm", version: 2)])
  }

  @Test func `an evaluator that did not come to its end leaves no evaluation`() throws {
    let nodes = try Self.nodes()
    var report = Self.report(nodes)
    for index in report.nodes.indices where report.nodes[index].name == "scores" {
      report.nodes[index].status = .cancelled
    }
    let drafts = RunEvaluations(report: report, graph: RunGraph(nodes)).drafts([], [])
    #expect(drafts.map(\.node) == ["scores-base"])
  }

  @Test func `lineage holds what is above the model, its own figures and every seed`() throws {
    let nodes = try Self.nodes()
    let plugins = Set(nodes.map(\.plugin)).sorted().map {
      PlanPlugin(name: $0, version: "1.0.0", digest: "sha256:\($0)", path: "/\($0).so")
    }
    let resolved = ResolvedPipeline(
      pipeline: Pipeline(name: "p"), parameters: ["steps": 20], nodes: nodes, plugins: plugins, limits: RunLimits(),
      retry: RetryPolicy(), nodeRetry: [:], warnings: [],
      connections: ["base": UsedConnection(name: "api", revision: 2)])
    var draft = ModelDraft(
      name: "caller", document: ["base": ["name": "smollm", "version": 2, "metadata": ["long": "text"]]],
      digest: "sha256:m", bytes: 1)
    draft.node = "register"
    // Two sinks publish: what the trainer learned from, and what came out of judging it.
    let published = ["kept", "kept-scores"].map { node in
      let draft = DatasetDraft(
        name: "of-\(node)", digest: "sha256:\(node)", rows: 1, bytes: 1, schema: [:], run: "r1", node: node)
      return DatasetVersion(draft, version: 5, publishedAt: "2026-01-01T00:00:00.000Z")
    }
    let lineage = ModelOrigin(report: Self.report(nodes), resolved: resolved, graph: RunGraph(nodes))
      .lineage(of: draft, published: published)
    func names(_ key: String, _ field: String) -> [String] {
      (lineage[key]?.array ?? []).compactMap { $0[field]?.string }
    }
    #expect(!names("nodes", "name").contains("unrelated") && !names("nodes", "name").contains("scores-base"))
    #expect(names("datasets", "dataset") == ["examples", "of-kept"])
    #expect(lineage["datasets"]?[1]?["version"] == 5 && lineage["datasets"]?[1]?["published"] == true)
    #expect(lineage["seeds"] == [["node": "tune", "pointer": "/train/seed", "value": 7]])
    #expect(lineage["figures"]?.array?.count == 1)
    #expect(lineage["figures"]?[0]?["value"] == 0.75)
    #expect(lineage["training"]?[0]?["metrics"] == ["loss": 0.5])
    #expect(lineage["base"] == ["name": "smollm", "version": 2])
    #expect(lineage["parameters"] == ["steps": 20])
    #expect(names("plugins", "digest").contains("sha256:p-trainer"))
    let base = lineage["nodes"]?.array?.first { $0["name"] == "base" }
    #expect(base?["connection"] == ["name": "api", "revision": 2])
  }

  @Test func `what a connection was used for adds up over attempts, and stays unknown where nobody counts`() {
    var meter = ConnectionMeter([
      "gpt": UsedConnection(name: "api", revision: 1), "quiet": UsedConnection(name: "other", revision: 1),
    ])
    var node = NodeReport(name: "gpt", use: "a/b", status: .failed, pluginDigest: "")
    node.metrics = ["requests": 3, "output_tokens": 40]
    let quiet = NodeReport(name: "quiet", use: "a/b", status: .succeeded, pluginDigest: "")
    meter.take([node, quiet])
    meter.take([node])
    #expect(meter.usage.map(\.connection) == ["api"])
    #expect(meter.usage.first?.requests == 6 && meter.usage.first?.outputTokens == 80)
    #expect(meter.usage.first?.inputTokens == nil && meter.usage.first?.cost == nil)
  }
}

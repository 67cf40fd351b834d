// Models in the store: numbers that are never given twice, aliases with their history, and what keeps a version there.
import JSONValue
import Model
import TestSupport
import Testing

@testable import MetadataStore

@Suite struct ModelStoreTests {
  private let folder = TemporaryFolder()
  private func open() throws -> MetadataStore { try MetadataStore(path: "\(folder.path)/m.sqlite") }

  private func draft(_ name: String = "m", run: String? = nil, digest: String = "sha256:1") -> ModelDraft {
    var draft = ModelDraft(name: name, document: ["format": "gguf"], digest: digest, bytes: 10)
    draft.run = run
    draft.node = run.map { _ in "train" }
    return draft
  }

  @Test func `versions count up within their name, and a run registers once`() throws {
    let store = try open()
    #expect(try store.register(draft(run: "r1")).version == 1)
    #expect(try store.register(draft(run: "r1")).version == 1)
    #expect(try store.register(draft(run: "r2")).version == 2)
    #expect(try store.register(draft()).version == 3)
    #expect(try store.register(draft()).version == 4)
    #expect(try store.register(draft("other")).version == 1)
    #expect(try store.versions(ofModel: "m").map(\.version) == [4, 3, 2, 1])
    #expect(try store.models().map(\.model) == ["m", "other"])
    #expect(try store.models().first?.versions == 4)
    #expect(try store.models().first?.format == "gguf")
  }

  @Test func `a version comes back whole`() throws {
    let store = try open()
    var draft = draft(run: "r1")
    draft.pipeline = "p"
    draft.author = "ann"
    draft.alias = "candidate"
    draft.lineage = ["seeds": [["node": "train", "pointer": "/seed", "value": 7]]]
    let made = try store.register(draft)
    #expect(try store.model(ModelReference("m", .version(1))) == made)
    #expect(made.aliases == ["candidate"])
    #expect(made.lineage == draft.lineage)
    #expect(made.pipeline == "p" && made.author == "ann" && made.run == "r1" && made.bytes == 10)
  }

  @Test func `a reference means the newest, a number or an alias, and a near miss is named`() throws {
    let store = try open()
    for _ in 0..<3 { _ = try store.register(draft("smollm")) }
    try store.setAlias("champion", of: "smollm", to: 2, by: "ann")
    func version(_ text: String) throws -> Int { try store.model(try ModelReference(parsing: text)).version }
    #expect(try version("smollm") == 3)
    #expect(try version("model:smollm@1") == 1)
    #expect(try version("smollm@champion") == 2)
    func words(_ text: String) -> String {
      do { return "\(try version(text))" } catch { return (error as? Problem)?.detail ?? "" }
    }
    #expect(words("smolm").contains("did you mean 'smollm'?"))
    #expect(words("smollm@champoin").contains("did you mean 'champion'?"))
    #expect(words("smollm@9") == "there is no smollm@9; the newest versions are 3, 2, 1")
    for bad in ["", "@1", "a@", "a@0", "a@b@c", "../x", "a b", "model:"] {
      #expect(problemCode { try ModelReference(parsing: bad) } == .modelNotFound, "\(bad)")
    }
  }

  @Test func `an alias keeps its history`() throws {
    let store = try open()
    for _ in 0..<2 { _ = try store.register(draft()) }
    try store.setAlias("champion", of: "m", to: 1, by: "ann")
    try store.setAlias("champion", of: "m", to: 2, by: "bob")
    try store.setAlias("champion", of: "m", to: 2, by: "bob")
    #expect(try store.model(ModelReference("m", .version(2))).aliases == ["champion"])
    try store.setAlias("champion", of: "m", to: nil, by: "cid")
    let history = try store.aliasHistory(of: "m")
    #expect(history.map(\.version) == [nil, 2, 1])
    #expect(history.map(\.previous) == [2, 1, nil])
    #expect(history.map(\.by) == ["cid", "bob", "ann"])
    #expect(problemCode { try store.setAlias("champion", of: "m", to: 9, by: nil) } == .modelNotFound)
    #expect(problemCode { try store.setAlias("champion", of: "m", to: nil, by: nil) } == .modelNotFound)
  }

  @Test func `a version is removed only once nothing refers to it, and its number stays taken`() throws {
    let store = try open()
    let base = try store.register(draft("base"))
    var derived = draft("tuned", digest: "sha256:2")
    derived.document = ["base": ["name": "base", "version": 1]]
    let tuned = try store.register(derived)
    try store.setAlias("champion", of: "base", to: 1, by: nil)
    func refusal(_ others: [String] = []) -> String {
      do {
        try store.removeModelVersion(base, others: others)
        return ""
      } catch { return error.code == .stillReferred ? error.detail : "\(error)" }
    }
    #expect(
      refusal() == "base@1 cannot be removed: the alias 'champion' points at it; tuned@1 is made from it")
    try store.setAlias("champion", of: "base", to: nil, by: nil)
    try store.removeModelVersion(tuned)
    #expect(refusal(["the pipeline 'p' names base@1"]).hasSuffix("the pipeline 'p' names base@1"))
    try store.removeModelVersion(base)
    #expect(problemCode { try store.model(ModelReference("base")) } == .modelNotFound)
    #expect(problemCode { try store.removeModelVersion(base) } == .modelNotFound)
    #expect(try store.models().isEmpty)
    #expect(try store.register(draft("base")).version == 2)
  }

  @Test func `a base is recognised by its bytes too`() throws {
    let store = try open()
    let base = try store.register(draft("base", digest: "sha256:base"))
    var derived = draft("tuned", digest: "sha256:2")
    derived.document = ["base": ["artifact": "sha256:base"]]
    _ = try store.register(derived)
    #expect(problemCode { try store.removeModelVersion(base) } == .stillReferred)
  }

  @Test func `runs that register at once never share a version`() async throws {
    let path = "\(folder.path)/at-once.sqlite"
    let versions = try await withThrowingTaskGroup(of: [Int].self) { group in
      for worker in 0..<4 {
        group.addTask {
          let store = try MetadataStore(path: path)
          return try (0..<20).map { round in
            var draft = ModelDraft(name: "m", document: [:], digest: "sha256:\(worker)", bytes: 1)
            draft.run = "r\(worker)-\(round)"
            draft.node = "train"
            draft.alias = "candidate"
            return try store.register(draft).version
          }
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(versions.sorted() == Array(1...80))
    let store = try MetadataStore(path: path)
    #expect(try store.aliasHistory(of: "m").count == 80)
    #expect(try store.models().first?.aliases == ["candidate": 80])
  }

  @Test func `what a run leaves becomes visible in one step or not at all`() throws {
    let store = try open()
    var report = Samples.report("r1")
    report.status = .succeeded
    report.models = [ModelInput(node: "base", model: "b", version: 1, digest: "sha256:b", reference: "b@champion")]
    let finished = report
    let end = RunEnd(
      datasets: [Samples.draft("rows", run: "r1")], models: [draft(run: "r1")],
      report: { datasets, models in
        var report = finished
        report.outputs = models.map { ["model": .string($0.model), "version": .int(Int64($0.version))] }
        return report
      },
      evaluations: { datasets, models in
        [
          EvaluationDraft(
            run: "r1", node: "scores", use: "text-metrics/evaluate", kind: "evaluator", pipeline: "p",
            models: models.map { EvaluatedModel(node: "tuned", model: $0.model, version: $0.version) },
            rows: datasets.first.map { DatasetMention(dataset: $0.dataset, version: $0.version) },
            report: ["title": "Scores", "metrics": [["name": "f1", "value": 0.5, "interval": [0.4, 0.6], "n": 20]]])
        ]
      })
    _ = try store.finish(end)
    #expect(try store.run("r1").outputs == [["model": "m", "version": 1]])
    #expect(try store.run("r1").models == report.models)
    let evaluation = try #require(try store.evaluations(EvaluationQuery(model: "m", version: 1)).first)
    #expect(evaluation.rows == DatasetMention(dataset: "rows", version: 1))
    #expect(evaluation.title == "Scores")
    #expect(evaluation.figures.first?.interval == [0.4, 0.6])
    #expect(try store.evaluation(evaluation.id) == evaluation)
    #expect(try store.evaluations(EvaluationQuery(model: "m", version: 2)).isEmpty)

    // A draft that cannot be stored takes everything else back with it.
    var bad = end
    bad.datasets = [Samples.draft("more", run: "r2")]
    bad.models[0].run = "r2"
    bad.models[0].project = "nowhere"
    bad.models[0].name = "new"
    #expect(throws: Problem.self) { _ = try store.finish(bad) }
    #expect(problemCode { try store.dataset("more") } == .datasetNotFound)
    #expect(problemCode { try store.model(ModelReference("new")) } == .modelNotFound)
  }

  @Test func `saving a run again replaces its evaluations`() throws {
    let store = try open()
    func finish(_ value: Double) throws {
      let report = Samples.report("r1")
      _ = try store.finish(
        RunEnd(
          report: { _, _ in report },
          evaluations: { _, _ in
            [
              EvaluationDraft(
                run: "r1", node: "scores", use: "a/b", kind: "evaluator", pipeline: "p",
                report: ["metrics": [["name": "f1", "value": .double(value)]]])
            ]
          }))
    }
    try finish(0.25)
    try finish(0.75)
    #expect(try store.evaluations().map { $0.figures.first?.value } == [0.75])
    #expect(problemCode { try store.evaluation(99) } == .evaluationNotFound)
  }
}

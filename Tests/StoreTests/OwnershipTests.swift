// Projects, members, and whose pipelines and datasets are.
import JSONValue
import Model
import TestSupport
import Testing

@testable import MetadataStore

@Suite struct OwnershipTests {
  private let folder = TemporaryFolder()
  private func open() throws -> MetadataStore { try MetadataStore(path: "\(folder.path)/m.sqlite") }

  @Test func `projects have names once and members with one role`() throws {
    let store = try open()
    try store.createProject("lab", title: "Lab")
    #expect(problemCode { try store.createProject("lab", title: "Again") } == .nameTaken)
    try store.renameProject("lab", title: "Laboratory")
    #expect(try store.project("lab")?.title == "Laboratory")
    #expect(problemCode { try store.renameProject("none", title: "x") } == .nothingHere)
    try store.createUser(Samples.user("ann"))
    try store.setMember("ann", of: "lab", role: .viewer)
    try store.setMember("ann", of: "lab", role: .admin)
    #expect(try store.members(of: "lab") == [Member(user: "ann", role: .admin)])
    #expect(try store.roles(of: "ann") == ["lab": .admin])
    #expect(problemCode { try store.setMember("bob", of: "lab", role: .viewer) } == .nothingHere)
    #expect(problemCode { try store.setMember("ann", of: "none", role: .viewer) } == .nothingHere)
    try store.removeMember("ann", of: "lab")
    #expect(try store.roles(of: "ann").isEmpty)
  }

  @Test func `two people who edit the same version do not overwrite each other`() throws {
    let store = try open()
    var draft = PipelineDraft(name: "p", project: "default", digest: "d1", document: "one", labels: ["team": "a"])
    #expect(try store.savePipeline(draft, actor: "ann", message: "first", ifVersion: 0).identity.version == 1)
    #expect(problemCode { try store.savePipeline(draft, actor: "bob", ifVersion: 0) } == .editConflict)
    (draft.digest, draft.document) = ("d2", "two")
    #expect(try store.savePipeline(draft, actor: "bob", ifVersion: 1).identity.version == 2)
    #expect(problemCode { try store.savePipeline(draft, actor: "ann", ifVersion: 1) } == .editConflict)
    #expect(try store.savePipeline(draft, actor: "ann", ifVersion: 2).identity.version == 2)
    (draft.digest, draft.document) = ("d1", "one")
    #expect(try store.savePipeline(draft, actor: "ann").identity.version == 3)
    #expect(try store.pipelineVersions("p").map(\.digest) == ["d1", "d2", "d1"])
    #expect(try store.pipelineVersions("p").last?.message == "first")
    #expect(try store.register(name: "p", digest: "d1", document: "one") == 3)
  }

  @Test func `a comment that changes is a new version, though the pipeline is the same`() throws {
    let store = try open()
    var draft = PipelineDraft(name: "p", project: "default", digest: "d1", document: "a: 1")
    #expect(try store.savePipeline(draft, actor: "ann", ifVersion: 0).identity.version == 1)
    draft.document = "a: 1 # why"
    #expect(try store.savePipeline(draft, actor: "ann", ifVersion: 1).identity.version == 2)
    #expect(try store.pipelineVersions("p").map(\.digest) == ["d1", "d1"])
  }

  @Test func `a pipeline's name belongs to one project`() throws {
    let store = try open()
    try store.createProject("lab", title: "Lab")
    _ = try store.register(name: "p", digest: "d", document: "x")
    #expect(try store.pipelineRecord("p")?.project == "default")
    let draft = PipelineDraft(name: "p", project: "lab", digest: "d2", document: "y")
    #expect(problemCode { try store.savePipeline(draft, actor: "ann") } == .nameTaken)
    #expect(try store.pipelineVersions("p").count == 1)
  }

  @Test func `pipelines are listed by project, text and label, page by page`() throws {
    let store = try open()
    try store.createProject("lab", title: "Lab")
    for (number, project) in ["default", "lab", "lab"].enumerated() {
      _ = try store.savePipeline(
        PipelineDraft(
          name: "p\(number)", project: project, digest: "d", document: "x", title: number == 2 ? "Sales" : nil,
          labels: ["team": "t\(number)"], schedule: ["cron": "0 5 * * *"]), actor: "ann")
    }
    func names(_ query: PipelineQuery) throws -> [String] { try store.pipelineRecords(query).map(\.name) }
    #expect(try names(PipelineQuery()) == ["p0", "p1", "p2"])
    #expect(try names(PipelineQuery(projects: ["lab"])) == ["p1", "p2"])
    #expect(try names(PipelineQuery(projects: ["lab", "default"], limit: 2, after: "p0")) == ["p1", "p2"])
    #expect(try names(PipelineQuery(projects: [])).isEmpty)
    #expect(try names(PipelineQuery(text: "sALE")) == ["p2"])
    #expect(try names(PipelineQuery(label: "team=t1")) == ["p1"])
    #expect(try names(PipelineQuery(label: "team")).count == 3)
    try store.archivePipeline("p1")
    #expect(try names(PipelineQuery()) == ["p0", "p2"])
    try store.restorePipeline("p1")
    try store.setPaused(true, of: "p1")
    try store.setLayout(["a": [1, 2]], of: "p1")
    let record = try #require(try store.pipelineRecord("p1"))
    #expect(record.isPaused && record.layout == ["a": [1, 2]] && record.schedule == ["cron": "0 5 * * *"])
    #expect(record.updatedBy == "ann" && record.archivedAt == nil)
  }

  @Test func `a dataset belongs to the project of the run that published it first`() throws {
    let store = try open()
    try store.createProject("lab", title: "Lab")
    _ = try store.savePipeline(PipelineDraft(name: "p", project: "lab", digest: "d", document: "x"), actor: "ann")
    try store.save(Samples.report("r1"))
    _ = try store.publish(Samples.draft("sales", run: "r1"))
    _ = try store.publish(Samples.draft("other", run: "unknown"))
    #expect(try store.datasetRecord("other")?.project == "default")
    let record = try #require(try store.datasetRecord("sales"))
    #expect(record.project == "lab" && record.columns == 1)
    try store.setDatasetDetails("sales", description: "All sales", tags: ["gold"], ifUpdatedAt: record.updatedAt)
    #expect(
      problemCode { try store.setDatasetDetails("sales", description: "x", tags: [], ifUpdatedAt: "long ago") }
        == .editConflict)
    #expect(problemCode { try store.setDatasetDetails("none", description: "x", tags: []) } == .datasetNotFound)
    #expect(try store.datasetRecords(DatasetQuery(projects: ["lab"], text: "ALL", tag: "gold")).count == 1)
    #expect(try store.datasetRecords(DatasetQuery(tag: "silver")).isEmpty)
    #expect(try store.datasetRecords(DatasetQuery(after: "other")).map(\.summary.dataset) == ["sales"])
  }

  @Test func `data is followed both ways`() throws {
    let store = try open()
    for (pipeline, input, output) in [("p1", "raw", "clean"), ("p2", "clean", "report"), ("p3", "clean", "model")] {
      var report = Samples.report("run-\(pipeline)")
      report.pipeline.name = pipeline
      report.inputs = [InputReport(node: "in", dataset: input, version: 1, digest: "sha256:1")]
      try store.save(report)
      _ = try store.publish(Samples.draft(output, run: report.run))
    }
    let lineage = try store.lineage(of: "clean")
    #expect(lineage.nodes.filter { $0.kind == .dataset }.map(\.name) == ["clean", "model", "raw", "report"])
    #expect(lineage.edges.count == 6)
    #expect(try store.lineage(of: "report", depth: 1).nodes.map(\.name) == ["clean", "report", "p2"])
    #expect(try store.lineage(of: "none").nodes.map(\.name) == ["none"])
  }

  @Test func `the search finds names, titles and starts of ids in one's projects`() throws {
    let store = try open()
    _ = try store.register(name: "resale", digest: "d", document: "x")
    _ = try store.register(name: "sales", digest: "d", document: "x")
    try store.save(Samples.report("sal-1"))
    _ = try store.publish(Samples.draft("sales-out", run: "sal-1"))
    #expect(try store.search("SAL").map(\.name) == ["sales", "resale", "sales-out"])
    #expect(try store.search("sal").map(\.name) == ["sales", "resale", "sales-out", "sal-1"])
    #expect(try store.search("sal", projects: ["lab"]).isEmpty)
    #expect(try store.search("").isEmpty)
  }
}

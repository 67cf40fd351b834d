// The metadata store: what is written comes back, in any process, whatever happened in between.
import JSONValue
import Model
import TestSupport
import Testing

@testable import MetadataStore

@Suite struct MetadataStoreTests {
  private let folder = TemporaryFolder()
  private func open() throws -> MetadataStore { try MetadataStore(path: "\(folder.path)/metadata.sqlite") }

  @Test func `a pipeline keeps its number for the same digest and counts up for another`() throws {
    let store = try open()
    #expect(try store.register(name: "a", digest: "d1", document: "one") == 1)
    #expect(try store.register(name: "a", digest: "d2", document: "two") == 2)
    #expect(try store.register(name: "a", digest: "d1", document: "one") == 1)
    #expect(try store.register(name: "b", digest: "d1", document: "one") == 1)
    #expect(try store.pipeline("a")?.document == "two")
    #expect(try store.pipeline("a", version: 1)?.document == "one")
    #expect(try store.pipeline("a", version: 3) == nil)
    #expect(try store.pipelines().map(\.version) == [2, 1])
  }

  @Test func `a report comes back whole`() throws {
    let store = try open()
    let report = Samples.report("run-1")
    try store.save(report, owner: "77 1234")
    #expect(try JSONValue(encoding: store.run("run-1")) == JSONValue(encoding: report))
  }

  @Test func `saving again replaces every part and keeps the owner`() throws {
    let store = try open()
    var report = Samples.report("run-1")
    report.status = .running
    try store.save(report, owner: "me")
    report.nodes.removeLast()
    report.findings = []
    report.problems = []
    try store.save(report)
    #expect(try JSONValue(encoding: store.run("run-1")) == JSONValue(encoding: report))
    #expect(
      try store.unfinishedRuns() == [
        UnfinishedRun(run: "run-1", status: .running, startedAt: report.startedAt, owner: "me")
      ])
  }

  @Test func `a run is found by the start of its id if only one has it`() throws {
    let store = try open()
    for id in ["ab12", "ab34", "cd"] { try store.save(Samples.report(id)) }
    #expect(try store.run("c").run == "cd")
    #expect(try store.run("ab1").run == "ab12")
    #expect(code { try store.run("ab") } == .runNotFound)
    #expect(code { try store.run("x") } == .runNotFound)
    #expect(code { try store.run("") } == .runNotFound)
    #expect(code { try store.run("%") } == .runNotFound)
    try store.save(Samples.report("ab"))
    #expect(try store.run("ab").run == "ab")
  }

  @Test func `lists are newest first, page by page, and filter`() throws {
    let store = try open()
    for second in 10..<30 {
      var report = Samples.report("run-\(second)", startedAt: "2026-01-01T00:00:\(second).000Z")
      report.status = second % 2 == 0 ? .succeeded : .failed
      try store.save(report)
    }
    let first = try store.runs(RunQuery(limit: 8))
    #expect(first.map(\.run) == (22..<30).reversed().map { "run-\($0)" })
    let second = try store.runs(RunQuery(limit: 8, before: first.last?.run))
    #expect(second.map(\.run) == (14..<22).reversed().map { "run-\($0)" })
    #expect(try store.runs(RunQuery(status: .failed)).count == 10)
    #expect(try store.runs(RunQuery(pipeline: "other")).isEmpty)
    #expect(first.first?.problem == "OTE-3012")
  }

  @Test(arguments: [
    "SELECT * FROM run ORDER BY started_at DESC, id DESC LIMIT 50",
    "SELECT * FROM run WHERE status = 'failed' ORDER BY started_at DESC, id DESC LIMIT 50",
    "SELECT * FROM run WHERE pipeline = 'p' AND (started_at, id) < ('x', 'y') ORDER BY started_at DESC, id DESC",
    "SELECT id FROM run WHERE id >= 'a' AND id < 'b' ORDER BY id LIMIT 4",
    "SELECT * FROM finding WHERE run = 'x' ORDER BY position",
    "SELECT run FROM run_input WHERE dataset = 'd' AND version = 1",
    "SELECT run FROM problem WHERE code = 'OTE-3001'",
  ])
  func `questions of a list are answered from an index`(sql: String) throws {
    let store = try open()
    let plan = try store.plan(of: sql)
    #expect(!plan.isEmpty)
    #expect(plan.allSatisfy { $0.contains("USING") && !$0.contains("TEMP B-TREE") }, "\(plan)")
  }

  @Test func `dataset versions count up and publish once per run and node`() throws {
    let store = try open()
    #expect(try store.publish(Samples.draft("sales", run: "r1")).version == 1)
    #expect(try store.publish(Samples.draft("sales", run: "r2")).version == 2)
    let again = try store.publish(Samples.draft("sales", run: "r1"))
    #expect(again.version == 1)
    #expect(try store.dataset("sales").version == 2)
    #expect(try store.dataset("sales", version: 1) == again)
    #expect(try store.versions(of: "sales").map(\.version) == [2, 1])
    #expect(try store.datasets().map(\.versions) == [2])
    #expect(code { try store.dataset("sales", version: 9) } == .datasetNotFound)
    #expect(code { try store.versions(of: "none") } == .datasetNotFound)
  }

  @Test func `publishing and the report that names it are one step`() throws {
    let store = try open()
    let stored = try store.finish(
      RunEnd(
        datasets: [Samples.draft("sales", run: "r1")],
        report: { versions, _ in
          var report = Samples.report("r1")
          report.outputs = versions.map { ["dataset": .string($0.dataset), "version": .int(Int64($0.version))] }
          return report
        }))
    #expect(stored.outputs == [["dataset": "sales", "version": 1]])
    #expect(try store.run("r1").outputs == [["dataset": "sales", "version": 1]])
    #expect(try store.dataset("sales").run == "r1")
  }

  @Test func `an artifact of a run is recorded once`() throws {
    let store = try open()
    let first = ArtifactRecord(digest: "sha256:1", kind: "model", name: "m", bytes: 5, run: "r", node: "n")
    var second = first
    second.digest = "sha256:2"
    #expect(try store.record(first) == first)
    #expect(try store.record(second) == first)
    #expect(try store.artifacts(ofRun: "r") == [first])
  }

  @Test func `state puts notice a lost update`() throws {
    let store = try open()
    let scope = StateScope(pipeline: "p", node: "n", component: "c")
    let other = StateScope(pipeline: "p", node: "m", component: "c")
    #expect(try store.putState([1], for: "k", in: scope, if: .new) == .stored(revision: 1))
    #expect(try store.putState([2], for: "k", in: scope, if: .new) == .conflict(current: 1))
    #expect(try store.putState([2], for: "k", in: scope, if: .revision(1)) == .stored(revision: 2))
    #expect(try store.putState([3], for: "k", in: scope, if: .revision(1)) == .conflict(current: 2))
    #expect(try store.putState([], for: "k", in: scope) == .stored(revision: 3))
    #expect(try store.putState([3], for: "x", in: scope, if: .revision(1)) == .conflict(current: nil))
    #expect(try store.state("k", in: scope) == StateEntry(value: [], revision: 3))
    #expect(try store.state("k", in: other) == nil)
    #expect(try store.stateKeys(in: scope) == ["k"])
    try store.removeState("k", in: scope)
    #expect(try store.state("k", in: scope) == nil)
  }

  @Test func `a pipeline forgets what its nodes kept, one node or all, and no other pipeline's`() throws {
    let store = try open()
    for (pipeline, node) in [("p", "n"), ("p", "m"), ("q", "n")] {
      let scope = StateScope(pipeline: pipeline, node: node, component: "c")
      _ = try store.putState([1, 2], for: "k", in: scope)
    }
    func kept(_ node: String) -> KeptState { KeptState(node: node, component: "c", keys: 1, bytes: 2) }
    #expect(try store.keptState(of: "p") == [kept("m"), kept("n")])
    #expect(try store.forgetState(of: "p", node: "m") == [kept("m")])
    #expect(try store.forgetState(of: "p", node: "m") == [])
    #expect(try store.forgetState(of: "p") == [kept("n")])
    #expect(try store.keptState(of: "p") == [] && store.keptState(of: "q") == [kept("n")])
    // Not under a run's hands.
    var running = Samples.report("r")
    running.pipeline.name = "q"
    running.status = .running
    try store.save(running)
    #expect(problemCode { try store.forgetState(of: "q") } == .wrongState)
    #expect(try store.keptState(of: "q") == [kept("n")])
  }

  @Test func `scans are remembered by file, ABI and scanner, failures too`() throws {
    let store = try open()
    let key = ScanKey(digest: "sha256:1", hostABI: 0x10000, scanner: 1)
    #expect(store.outcome(of: key) == nil)
    let text = #"{"descriptor":1,"name":"a","version":"1.0.0","title":"A","components":[]}"#
    let description = try JSONValue(parsing: text).decode(PluginDescription.self)
    store.remember(.success(description), for: key)
    #expect(try store.outcome(of: key)?.get() == description)
    #expect(store.outcome(of: ScanKey(digest: "sha256:1", hostABI: 0x10001, scanner: 1)) == nil)
    store.remember(.failure(Problem(.scanCrashed, "signal 11")), for: key)
    #expect(store.outcome(of: key) == .failure(Problem(.scanCrashed, "signal 11")))
    #expect(try store.scans().count == 1)
    try store.forgetScan(ofDigest: "sha256:1")
    #expect(store.outcome(of: key) == nil)
  }

  @Test func `a file's digest is forgotten when any of its times changes`() throws {
    let store = try open()
    var file = FileIdentity(
      device: .max, inode: 9, size: 4, modifiedNanoseconds: 1_700_000_000_123_456_789, changedNanoseconds: 2)
    store.remember(digest: "abc", of: file)
    #expect(store.digest(of: file) == "abc")
    file.changedNanoseconds = 3
    #expect(store.digest(of: file) == nil)
  }

  private func code(_ body: () throws -> some Any) -> ProblemCode? {
    do {
      _ = try body()
      return nil
    } catch {
      return (error as? Problem)?.code
    }
  }
}

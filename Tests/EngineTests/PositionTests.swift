// Incremental sources: the position of a run that committed is where the next one begins.
import JSONValue
import Model
import Testing
import WorkerProtocol

@testable import Engine

struct PositionTests {
  private func rows(_ ran: Ran) -> Int64? { ran.report(of: "in")?.rowsOut }

  @Test func `the next run begins where the last one that committed ended`() {
    let trial = Trial().node("in", "source", ["incremental": true, "rows": 25]).node("out", "sink", from: "in")
    let first = trial.run()
    #expect(first.status == .succeeded && rows(first) == 25)
    #expect(first.recorder.count(of: "in restore") == 0)
    let second = trial.run()
    #expect(second.status == .succeeded && rows(second) == 0)
    #expect(second.recorder.count(of: "in restore") == 1)
    #expect(second.leaks == [])
  }

  @Test(arguments: ["write", "commit"])
  func `a run whose sink failed moves no position`(call: String) {
    let store = MemoryStore()
    let failing = Trial(store: store).node("in", "source", ["incremental": true, "rows": 25])
      .node("out", "sink", ["fails": .string(call)], from: "in")
    #expect(failing.run().status == .failed)
    let next = Trial(store: store).node("in", "source", ["incremental": true, "rows": 25]).node(
      "out", "sink", from: "in")
    #expect(rows(next.run()) == 25)
  }

  @Test func `a sink for which nothing is new publishes nothing, and another one commits`() {
    let trial = Trial().node("in", "source", ["incremental": true, "rows": 25]).node("pass", "pass", from: "in")
      .node("new", "sink", from: "pass").node("all", "source", ["rows": 5]).node("copy", "sink", from: "all")
    let first = trial.run()
    #expect(first.outcome.outputs.compactMap { $0["node"] } == ["new", "copy"])
    let commits = trial.recorder.count(of: "new commit")
    let second = trial.run()
    #expect(second.status == .succeeded && second.outcome.outputs.compactMap { $0["node"] } == ["copy"])
    #expect(commits == 1 && second.recorder.count(of: "new commit") == 1 && second.recorder.count(of: "new abort") == 1)
    #expect(second.logs.contains { $0.node == "new" && $0.text.contains("nothing is new") })
    #expect(second.leaks == [])
  }

  @Test func `what another source hands on is published, also where nothing is new`() {
    let trial = Trial().node("in", "source", ["incremental": true, "rows": 25]).node("all", "source", ["rows": 5])
      .node("both", "join", from: "a=in", "b=all").node("out", "sink", from: "both")
    #expect(trial.run().outcome.outputs.count == 1)
    #expect(trial.run().outcome.outputs.count == 1)
  }

  @Test func `columns are learned from what is new, and where that is nothing from what earlier runs have read`() {
    let store = MemoryStore()
    func run(upTo files: Int) -> (sample: [String], ran: Ran) {
      let trial = Trial(store: store).node("in", "files", ["incremental": true, "rows": .int(Int64(files))])
        .node("read", "read", from: "in").node("out", "sink", from: "read")
      let ran = trial.run()
      #expect(ran.status == .succeeded && ran.leaks == [])
      return (trial.recorder.texts(at: "sample").map { $0[0] }, ran)
    }
    #expect(run(upTo: 2).sample == ["file:///0.csv", "file:///1.csv"])
    let second = run(upTo: 3)
    #expect(second.sample == ["file:///2.csv"] && rows(second.ran) == 1)
    let third = run(upTo: 3)
    #expect(third.sample.count == 3 && rows(third.ran) == 0 && third.ran.outcome.outputs.isEmpty)
  }

  @Test func `without the key nothing is kept`() {
    let plain = Trial().node("in", "source", ["rows": 25]).node("out", "sink", from: "in")
    #expect(rows(plain.run()) == 25)
    #expect(rows(plain.run()) == 25)
    #expect(plain.recorder.count(of: "in save") == 0)
  }

  @Test func `a position that cannot be kept is told, and fails no run that is committed`() {
    let trial = Trial().node("in", "source", ["incremental": true, "rows": 25, "fails": "save"])
      .node("out", "sink", from: "in")
    let ran = trial.run()
    #expect(ran.status == .succeeded)
    #expect(ran.logs.contains { $0.level == .warning && $0.node == "in" && $0.text.contains("reads the same again") })
  }

  @Test func `a position that the source refuses fails before anything opens`() {
    let trial = Trial().node("in", "source", ["incremental": true, "rows": 25, "fails": "restore", "status": -12])
      .node("out", "sink", from: "in")
    #expect(trial.run().status == .succeeded)
    let refused = trial.run()
    #expect(refused.status == .failed && refused.problem?.node == "in")
    #expect(refused.recorder.count(of: "in open") == 1)
  }
}

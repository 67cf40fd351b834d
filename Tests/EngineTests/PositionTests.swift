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

// Somebody asks to stop, at every place where a run can be.
import JSONValue
import Model
import Testing
import WorkerProtocol

@testable import Engine

struct CancelTests {
  @Test(
    arguments: [
      "in create", "in bind", "in open", "in next 1", "in next 4", "pass open", "pass next 2", "check bind",
      "check begin",
      "check observe 1", "check observe 9", "check finish", "copy open", "a begin", "b begin", "a write",
      "a write ends",
    ], [Gate.Action.warn, .quarantine])
  func `a run that is asked to stop ends as cancelled, with every sink aborted`(
    event: String, gate: Gate.Action
  ) throws {
    let trial = FailureTests.trial([:], gate: gate)
    trial.cancelAt = event
    let ran = trial.run()
    #expect(ran.status == .cancelled)
    #expect(ran.problem == nil)
    #expect(ran.failing.isEmpty)
    for sink in ["a", "b", "bad"] {
      #expect(ran.recorder.count(of: "\(sink) abort") == ran.recorder.count(of: "\(sink) begin"))
      #expect(ran.recorder.count(of: "\(sink) commit") == 0)
    }
    #expect(ran.leaks == [])
  }

  @Test(arguments: ["a commit", "b commit", "bad commit"])
  func `once sinks commit, a wish to stop comes too late`(event: String) throws {
    let trial = FailureTests.trial([:])
    trial.cancelAt = event
    let ran = trial.run()
    #expect(ran.status == .succeeded)
    #expect(ran.recorder.events.filter { $0.hasSuffix("commit") }.count == 3)
    #expect(ran.recorder.events.filter { $0.hasSuffix("abort") } == [])
    #expect(ran.leaks == [])
  }

  @Test(arguments: ["cancel", "interrupt"])
  func `a plugin that waits is woken`(way: String) throws {
    let trial = Trial().node("in", "source", ["rows": -1, "blocks": .string(way)]).node("out", "sink", from: "in")
    trial.cancelAt = "in waits"
    let ran = trial.run()
    #expect(ran.status == .cancelled)
    #expect(ran.leaks == [])
  }

  @Test func `a failure beside a plugin that waits wakes it`() throws {
    let ran = Trial().node("in", "source", ["rows": -1, "blocks": "cancel"]).node("out", "sink", from: "in")
      .node("other", "source", ["fails": "next 1"]).node("end", "sink", from: "other").run()
    #expect(ran.status == .failed)
    #expect(ran.problem?.node == "other")
    #expect(ran.leaks == [])
  }

  @Test(arguments: 1...12)
  func `readers that wait for each other are all let go`(batch: Int) throws {
    let trial = Trial().node("in", "source", ["rows": 500])
      .node("check", "check", ["every": 3], from: "in", gate: Gate(on: .error, action: .warn))
      .node("a", "sink", from: "check").node("b", "sink", from: "check").node("bad", "sink", from: "check.failing")
      .node("bad2", "sink", from: "check.failing").node("list", "sink", from: "check.findings")
    trial.limits.edgeBytes = 0
    trial.cancelAt = "check observe \(batch * 4)"
    let ran = trial.run()
    #expect(ran.status == .cancelled)
    #expect(ran.leaks == [])
  }
}

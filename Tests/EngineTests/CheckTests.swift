// Gates: what stops a run, what is set aside, and that no check goes without its verdict.
import JSONValue
import Model
import TestSupport
import Testing
import WorkerProtocol

@testable import Engine

struct CheckTests {
  private static let quarantine = Gate(on: .error, action: .quarantine)

  @Test func `a gate that stops aborts every sink and publishes nothing`() throws {
    let ran = Trial().node("in", "source").node("check", "check", ["every": 10], from: "in", gate: Gate())
      .node("a", "sink", from: "check").node("b", "sink", from: "check").run()
    #expect(ran.status == .stopped)
    #expect(ran.problem == nil)
    #expect(ran.outcome.gates.map(\.tripped) == [true])
    #expect(ran.recorder.count(of: "a abort") == 1)
    #expect(ran.recorder.count(of: "b abort") == 1)
    #expect(ran.recorder.count(of: "a commit") + ran.recorder.count(of: "b commit") == 0)
    #expect(ran.leaks == [])
  }

  @Test func `a check's report stands with its node once the run has ended`() throws {
    let ran = Trial().node("in", "source").node("check", "check", from: "in").node("out", "sink", from: "check").run()
    #expect(ran.report(of: "check")?.report == ["title": "numbers", "text": ""])
    #expect(ran.report(of: "in")?.report == nil)
  }

  @Test func `a report longer than any page is left out, and the log says so`() throws {
    let ran = Trial().node("in", "source").node("check", "check", ["reportBytes": 1_048_576], from: "in")
      .node("out", "sink", from: "check").run()
    #expect(ran.status == .succeeded)
    #expect(try #require(ran.report(of: "check")).report == nil)
    #expect(ran.logs.contains { $0.node == "check" && $0.text.contains("1048576 that are kept") })
  }

  @Test func `a warning does not stop, and the finding names every row`() throws {
    let trial = Trial().node("in", "source")
      .node("check", "check", ["every": 25], from: "in", gate: Gate(on: .error, action: .warn))
      .node("out", "sink", from: "check")
    let ran = trial.run()
    #expect(ran.status == .succeeded)
    #expect(ran.outcome.findings.map(\.failingRows) == [4])
    #expect(ran.recorder.numbers(at: "out").count == 100)
    let evidence = try trial.folder.read("failing/check.csv")
    let lines = [0, 25, 50, 75].map { "0,\"every\",\"n\",\($0)\n" }
    #expect(evidence == "finding,rule,column,row\n" + lines.joined())
  }

  @Test func `quarantine sets the failing rows aside and lets the others pass`() throws {
    let ran = Trial().node("in", "source")
      .node("check", "check", ["every": 3], from: "in", gate: Self.quarantine)
      .node("good", "sink", from: "check").node("bad", "sink", from: "check.failing")
      .node("list", "sink", from: "check.findings").run()
    #expect(ran.status == .succeeded)
    let all: [Int64] = Array(0..<100)
    #expect(ran.recorder.numbers(at: "good") == all.filter { $0 % 3 != 0 })
    #expect(ran.recorder.numbers(at: "bad") == all.filter { $0 % 3 == 0 })
    #expect(ran.recorder.texts(at: "bad").last == ["99", "row 99", "99", "every(n)"])
    let found = ran.recorder.texts(at: "list").map { $0.prefix(4).joined(separator: " ") }
    #expect(found == ["every n error false"])
    #expect(ran.outcome.gates.map(\.quarantinedRows) == [34])
    #expect(ran.leaks == [])
  }

  @Test func `rows that a check claims to fail but does not name cannot be set aside, so the run stops`() throws {
    let ran = Trial().node("in", "source")
      .node("check", "check", ["claims": 5], from: "in", gate: Self.quarantine).node("out", "sink", from: "check").run()
    #expect(ran.status == .stopped)
    #expect(ran.recorder.count(of: "out commit") == 0)
    #expect(ran.recorder.count(of: "out abort") == 1)
  }

  @Test(arguments: [Gate(on: .error, action: .warn), quarantine])
  func `one node may read the findings and failing rows before the table they are about`(gate: Gate) throws {
    let ran = Trial().node("in", "source")
      .node("check", "check", ["every": 4], from: "in", gate: gate)
      .node(
        "join", "join", ["order": ["found", "failing", "table"]],
        from: "table=check", "failing=check.failing", "found=check.findings"
      )
      .node("out", "sink", from: "join").run()
    #expect(ran.status == .succeeded)
    let passing = gate.action == .quarantine ? "75" : "100"
    #expect(ran.recorder.texts(at: "out") == [["found", "1"], ["failing", "25"], ["table", passing]])
    #expect(ran.leaks == [])
  }

  @Test func `a check may take another check's failing rows as a reference`() throws {
    let ran = Trial().node("in", "source").node(
      "first", "check", ["every": 10], from: "in", gate: Gate(on: .error, action: .warn)
    )
    .node("second", "check", from: "first", "bad=first.failing").node("out", "sink", from: "second").run()
    #expect(ran.status == .succeeded)
    #expect(ran.recorder.count(of: "second reference bad 10") == 1)
    #expect(ran.recorder.numbers(at: "out").count == 100)
    #expect(ran.leaks == [])
  }

  @Test(arguments: [false, true])
  func `a check sees the whole table although its reader stops early`(keeps: Bool) throws {
    let ran = Trial().node("in", "source").node("check", "check", ["every": 99], from: "in", gate: Gate())
      .node("few", "pass", ["limit": 10], from: "check")
      .node("out", "sink", ["keeps": .bool(keeps)], from: "few").run()
    // Row 99 fails, which nobody downstream has read.
    #expect(ran.status == .stopped)
    #expect(ran.outcome.findings.map(\.failingRows) == [2])
    #expect(ran.recorder.count(of: "out commit") == 0)
    #expect(ran.leaks == [])
  }

  @Test func `a check whose table nobody reads still gives its verdict`() throws {
    let ran = Trial().node("in", "source").node("check", "check", ["every": 50], from: "in", gate: Gate()).run()
    #expect(ran.status == .stopped)
    #expect(ran.outcome.findings.map(\.failingRows) == [2])
    #expect(ran.leaks == [])
  }

  @Test func `a check that names rows or rules that are not there is to blame`() throws {
    let trial = Trial()
    try trial.fixture("rogue-check", "source").fixture(
      "rogue-check", "check", ["fail_every": 10], from: "source", gate: Self.quarantine
    )
    .fixture("rogue-check", "sink", from: "check")
    let ran = trial.run()
    #expect(ran.status == .failed)
    #expect(ran.problem?.code == .contractBroken)
    #expect(ran.problem?.node == "check")
    #expect(ran.logs.map(\.text) == ["sink begin", "sink abort"])
  }

  @Test func `an empty table is checked too`() throws {
    let ran = Trial().node("in", "source", ["rows": 0]).node(
      "check", "check", ["every": 2], from: "in", gate: Self.quarantine
    )
    .node("good", "sink", from: "check").node("bad", "sink", from: "check.failing").run()
    #expect(ran.status == .succeeded)
    #expect(ran.outcome.findings.map(\.passed) == [true])
    #expect(ran.leaks == [])
  }
}

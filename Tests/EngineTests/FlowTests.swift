// Plans that go well: schemas, rows, figures, fan-out, spill, preview.
import JSONValue
import Model
import TestSupport
import Testing
import WorkerProtocol

@testable import Engine

struct FlowTests {
  @Test func `rows flow from source to sink and every figure is right`() throws {
    let ran = Trial().node("in", "source", ["rows": 95]).node("pass", "pass", from: "in")
      .node("out", "sink", from: "pass").run()
    #expect(ran.status == .succeeded)
    #expect(ran.recorder.numbers(at: "out") == (0..<95).map { Int64($0) })
    #expect(ran.report(of: "in")?.rowsOut == 95)
    #expect(ran.report(of: "in")?.batches == 10)
    #expect(ran.report(of: "pass")?.rowsIn == 95)
    #expect(ran.report(of: "out")?.rowsIn == 95)
    #expect(ran.report(of: "out")?.rowsOut == nil)
    #expect(ran.outcome.nodes.allSatisfy { $0.status == .succeeded })
    #expect(ran.outcome.outputs == [["node": "out", "rows": 95, "where": "nowhere"]])
    #expect(ran.failing.isEmpty)
    #expect(ran.leaks == [])
  }

  @Test func `bind tells every schema without opening a stream`() throws {
    let trial = Trial().node("in", "source").node("check", "check", from: "in").node("out", "sink", from: "check")
    trial.mode = .bind
    let ran = trial.run()
    #expect(ran.status == .succeeded)
    let columns = ran.bound.first { $0.node == "check" }?.outputs["table"]??.array?.compactMap { $0["name"]?.string }
    #expect(columns == ["n", "s"])
    let failing = ran.bound.first { $0.node == "check" }?.outputs["failing"]??.array?.compactMap { $0["name"]?.string }
    #expect(failing == ["n", "s", "ote_row", "ote_rules"])
    #expect(!ran.recorder.events.contains { $0.contains("open") || $0.contains("begin") })
    #expect(ran.leaks == [])
  }

  @Test func `a deferred schema is unknown in bind and known once data flows`() throws {
    let trial = Trial().node("in", "source", ["deferred": true]).node("pass", "pass", from: "in")
      .node("check", "check", from: "pass").node("out", "sink", from: "check")
    trial.mode = .bind
    let bound = trial.run()
    guard case .some(.none) = bound.bound.first(where: { $0.node == "pass" })?.outputs["table"] else {
      Issue.record("bind knows a schema that only the data can tell")
      return
    }
    #expect(bound.recorder.count(of: "out bind") == 0)
    trial.mode = .run
    let ran = trial.run()
    #expect(ran.status == .succeeded)
    #expect(ran.recorder.numbers(at: "out").count == 100)
  }

  @Test func `a reader of files learns its columns from a sample, whose rows do not count`() throws {
    let trial = Trial().node("files", "files").node("read", "read", from: "files").node("out", "sink", from: "read")
    let ran = trial.run()
    #expect(ran.status == .succeeded)
    #expect(ran.recorder.count(of: "files open for a sample of 16") == 1)
    #expect(ran.recorder.texts(at: "sample").map { $0[0] } == (0..<3).map { "file:///\($0).csv" })
    #expect(ran.recorder.texts(at: "out").last == ["2", "file:///2.csv"])
    #expect(ran.report(of: "files")?.rowsOut == 3)
    #expect(ran.bound.first { $0.node == "read" }?.outputs["table"]??.array?.count == 2)
    #expect(ran.leaks == [])
  }

  @Test func `a sample that nobody can open is released when bind fails`() throws {
    let trial = Trial().node("files", "files", ["fails": "open for a sample of 16"])
      .node("read", "read", from: "files").node("out", "sink", from: "read")
    let ran = trial.run()
    #expect(ran.problem?.node == "files")
    #expect(ran.leaks == [])
  }

  @Test func `two sinks that read one output under one name both get every row`() throws {
    let ran = Trial().node("in", "source").node("a", "sink", from: "in").node("b", "sink", from: "in").run()
    #expect(ran.status == .succeeded)
    #expect(ran.recorder.numbers(at: "a") == ran.recorder.numbers(at: "b"))
    #expect(ran.recorder.numbers(at: "a").count == 100)
    #expect(ran.leaks == [])
  }

  @Test(arguments: [0, 300, 64 << 20])
  func `fan-out gives the same rows whether it spills or not`(edgeBytes: Int64) throws {
    let trial = Trial().node("in", "source", ["rows": 3000]).node("copy", "copy", from: "in")
    trial.node("a", "sink", from: "copy.left").node("b", "sink", from: "copy.left")
      .node("c", "sink", from: "copy.right").node("d", "sink", from: "copy.right")
    trial.limits.edgeBytes = edgeBytes
    let ran = trial.run()
    #expect(ran.status == .succeeded)
    let whole = (0..<3000).map { ["\($0)", "row \($0)"] }
    for sink in ["a", "b", "c", "d"] { #expect(ran.recorder.texts(at: sink) == whole) }
    #expect(ran.leaks == [])
  }

  @Test(arguments: [0, 64 << 20])
  func `a slow reader of a shared output spills and loses nothing`(edgeBytes: Int64) throws {
    let trial = Trial().node("in", "source", ["rows": 500])
      .node("join", "join", ["order": ["second", "first"]], from: "first=in", "second=in").node(
        "out", "sink", from: "join")
    trial.limits.edgeBytes = edgeBytes
    let ran = trial.run()
    #expect(ran.status == .succeeded)
    #expect(ran.recorder.texts(at: "out") == [["second", "500"], ["first", "500"]])
    #expect(ran.leaks == [])
  }

  @Test func `a reader of a fan-out that stops early does not stop the other`() throws {
    let ran = Trial().node("in", "source", ["rows": 200]).node("few", "pass", ["limit": 10], from: "in")
      .node("a", "sink", from: "few").node("b", "sink", from: "in").run()
    #expect(ran.status == .succeeded)
    #expect(ran.recorder.numbers(at: "a").count == 10)
    #expect(ran.recorder.numbers(at: "b").count == 200)
    #expect(ran.leaks == [])
  }

  @Test func `a preview reads no more than it shows, also through a check`() throws {
    let trial = Trial().node("in", "source", ["rows": -1]).node("check", "check", ["every": 7], from: "in")
      .node("last", "pass", from: "check")
    trial.mode = .preview(rows: 25)
    let ran = trial.run()
    #expect(ran.status == .succeeded)
    var rows: [[JSONValue]] = []
    for case .preview(_, let shown) in ran.messages { rows = shown }
    #expect(rows.count == 25)
    #expect(rows.last == [24, "row 24"])
    #expect(ran.recorder.count(of: "in next 4") == 0)
    #expect(ran.recorder.count(of: "check finish") == 0)
    #expect(ran.leaks == [])
  }

  @Test(arguments: ["left", "right"])
  func `a preview shows the port that is asked for`(port: String) throws {
    let trial = Trial().node("in", "source", ["rows": -1]).node("copy", "copy", from: "in")
    trial.mode = .preview(rows: 25, port: port)
    let ran = trial.run()
    #expect(ran.status == .succeeded)
    for case .preview(_, let shown) in ran.messages { #expect(shown.last == [24, "row 24"]) }
    #expect(ran.messages.contains { if case .preview = $0 { true } else { false } })
    #expect(ran.leaks == [])
  }

  @Test func `a preview of what failed reads the whole table`() throws {
    let trial = Trial().node("in", "source", ["rows": 100]).node("check", "check", ["every": 40], from: "in")
    trial.mode = .preview(rows: 25, port: "failing")
    let ran = trial.run()
    #expect(ran.status == .succeeded, "\(ran.problem?.detail ?? "")")
    var rows: [[JSONValue]] = []
    for case .preview(_, let shown) in ran.messages { rows = shown }
    #expect(rows.map(\.first) == [0, 40, 80])
    #expect(ran.recorder.count(of: "check finish") == 1)
    #expect(ran.leaks == [])
  }

  @Test func `an output that nobody reads is read by the host`() throws {
    let ran = Trial().node("in", "source", ["rows": 30]).node("pass", "pass", from: "in").run()
    #expect(ran.status == .succeeded)
    #expect(ran.report(of: "pass")?.rowsOut == 30)
    #expect(ran.leaks == [])
  }

  @Test(arguments: ["well-behaved", "old-abi", "unusual-batches"])
  func `a plugin in C that keeps the contract in its own way runs from end to end`(name: String) throws {
    let trial = Trial()
    let path = "\(trial.folder.path)/count"
    try trial.fixture(name, "source").fixture(name, "stage", from: "source").fixture(name, "check", from: "stage")
      .fixture(name, "sink", ["path": .string(path)], from: "check")
    let ran = trial.run()
    #expect(ran.problem == nil)
    #expect(ran.status == .succeeded)
    #expect(try trial.folder.read("count") == "rows \(name == "unusual-batches" ? 133 : 200)\n")
    #expect(ran.logs.filter { $0.node == "sink" }.map(\.text) == ["sink begin", "sink commit"])
  }

  @Test func `a stage that promised other columns than it gives broke the contract`() throws {
    let ran = Trial().node("in", "source", ["lies": true]).node("out", "sink", from: "in").run()
    #expect(ran.problem?.code == .contractBroken)
    #expect(ran.problem?.node == "in")
    #expect(ran.problem?.detail.contains("other: utf8") == true)
    #expect(ran.leaks == [])
  }
}

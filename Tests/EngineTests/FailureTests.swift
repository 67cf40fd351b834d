// Every call can fail: the problem names the node, sinks are aborted once, and nothing leaks.
import JSONValue
import Model
import Testing
import WorkerProtocol

@testable import Engine

struct FailureTests {
  struct Place: CustomTestStringConvertible, Sendable {
    var node: String
    var call: String
    var testDescription: String { "\(node) \(call)" }
  }

  static let places = [
    Place(node: "in", call: "create"), Place(node: "in", call: "bind"), Place(node: "in", call: "open"),
    Place(node: "in", call: "next 1"), Place(node: "in", call: "next 5"), Place(node: "pass", call: "bind"),
    Place(node: "pass", call: "open"), Place(node: "pass", call: "next 3"), Place(node: "check", call: "bind"),
    Place(node: "check", call: "begin"), Place(node: "check", call: "observe 1"),
    Place(node: "check", call: "observe 7"),
    Place(node: "check", call: "finish"), Place(node: "copy", call: "open"), Place(node: "a", call: "create"),
    Place(node: "a", call: "bind"), Place(node: "a", call: "begin"), Place(node: "a", call: "write"),
    Place(node: "a", call: "write ends"), Place(node: "a", call: "commit"), Place(node: "b", call: "begin"),
    Place(node: "b", call: "commit"),
  ]

  /// in ▶ pass ▶ check ▶ copy ▶ a, b; bad reads the failing rows.
  static func trial(_ scripts: [String: [String: JSONValue]], gate: Gate.Action = .warn) -> Trial {
    func script(_ node: String, _ more: [String: JSONValue] = [:]) -> [String: JSONValue] {
      more.merging(scripts[node] ?? [:]) { $1 }
    }
    return Trial().node("in", "source", script("in")).node("pass", "pass", script("pass"), from: "in")
      .node("check", "check", script("check", ["every": 10]), from: "pass", gate: Gate(on: .error, action: gate))
      .node("copy", "copy", script("copy"), from: "check").node("a", "sink", script("a"), from: "copy.left")
      .node("b", "sink", script("b"), from: "copy.right").node("bad", "sink", script("bad"), from: "check.failing")
  }

  @Test(arguments: places)
  func `a call that fails ends the run with its own words and leaves nothing behind`(place: Place) throws {
    let ran = Self.trial([place.node: ["fails": .string(place.call)]]).run()
    #expect(ran.status == .failed)
    #expect(ran.problem?.node == place.node)
    #expect(ran.problem?.detail == "\(place.call) failed as told")
    #expect(ran.problem?.code == .pluginFailed)
    #expect(ran.problem?.origin == .plugin)
    #expect(ran.problem?.plugin == "scripted")
    #expect(ran.failing.count == 1)
    #expect(ran.report(of: place.node)?.status == .failed)
    for sink in ["a", "b", "bad"] {
      let begun = ran.recorder.count(of: "\(sink) begin")
      let committed = ran.recorder.count(of: "\(sink) commit") > 0 && !(sink == place.node && place.call == "commit")
      #expect(ran.recorder.count(of: "\(sink) abort") == (committed ? 0 : begun))
    }
    #expect(ran.leaks == [])
  }

  @Test(arguments: places.filter { $0.node != "bad" })
  func `the same holds with a quarantine gate`(place: Place) throws {
    let ran = Self.trial([place.node: ["fails": .string(place.call)]], gate: .quarantine).run()
    #expect(ran.status == .failed)
    #expect(ran.problem?.node == place.node)
    #expect(ran.leaks == [])
  }

  @Test(arguments: [
    (-3, ProblemCode.configurationRefused, ProblemOrigin.user), (-5, .notFound, .user), (-6, .permissionDenied, .user),
    (-8, .timedOut, .external), (-9, .inputOutputFailed, .external), (-10, .badData, .user),
    (-11, .resourceExhausted, .external), (-13, .authenticationFailed, .user), (-1, .pluginFailed, .plugin),
  ])
  func `the status of a failing stream decides whom the host blames`(
    status: Int, code: ProblemCode, origin: ProblemOrigin
  ) throws {
    let script: [String: JSONValue] = [
      "fails": "next 2", "status": .int(Int64(status)), "retryable": true, "details": ["file": "a.csv", "line": 7],
    ]
    let ran = Self.trial(["in": script]).run()
    #expect(ran.problem?.code == code)
    #expect(ran.problem?.origin == origin)
    #expect(ran.problem?.retryable == true)
    #expect(ran.problem?.at == ProblemLocation(file: "a.csv", line: 7))
    #expect(ran.leaks == [])
  }

  @Test func `a sink that fails to abort is a log line, not another problem`() throws {
    let trial = Trial().node("in", "source", ["fails": "next 2"]).node("out", "sink", ["fails": "abort"], from: "in")
    let ran = trial.run()
    #expect(ran.problem?.node == "in")
    #expect(ran.logs.map(\.text) == ["abort failed: abort failed as told"])
    #expect(ran.leaks == [])
  }

  @Test func `a sink that returns before the end of its input broke the contract`() throws {
    let ran = Trial().node("in", "source").node("out", "sink", ["limit": 20], from: "in").run()
    #expect(ran.problem?.code == .contractBroken)
    #expect(ran.problem?.node == "out")
    #expect(ran.recorder.count(of: "out abort") == 1)
    #expect(ran.leaks == [])
  }

  @Test func `a second sink that fails to commit does not undo the first, and the run has failed`() throws {
    let ran = Trial().node("in", "source").node("a", "sink", from: "in").node(
      "b", "sink", ["fails": "commit"], from: "in"
    )
    .node("c", "sink", from: "in").run()
    #expect(ran.status == .failed)
    #expect(ran.recorder.events.filter { $0.contains("commit") } == ["a commit", "b commit"])
    #expect(ran.recorder.events.filter { $0.contains("abort") } == ["b abort", "c abort"])
    #expect(ran.leaks == [])
  }

  @Test(arguments: ["error-without-set", "error-after-ok", "set-twice"], ["source", "sink"])
  func `an error without a reason, or with two, is a broken contract`(fixture: String, node: String) throws {
    let trial = Trial()
    try trial.fixture(node == "source" ? fixture : "well-behaved", "source")
      .fixture(node == "sink" ? fixture : "well-behaved", "sink", from: "source")
    let ran = trial.run()
    #expect(ran.status == .failed)
    #expect(ran.problem?.code == .contractBroken)
    #expect(ran.problem?.node == node)
    #expect(ran.problem?.plugin == fixture)
  }

  @Test(arguments: [
    ("no-entry", ProblemCode.entryMissing), ("wrong-abi-major", .incompatibleABI),
    ("needs-newer-abi", .incompatibleABI),
    ("lying-stamp", .contractBroken), ("no-stamp", .contractBroken), ("not-elf", .loadFailed),
    ("huge-struct-size", .contractBroken),
  ])
  func `a file that is no plugin is refused before anything is made`(name: String, code: ProblemCode) throws {
    let trial = Trial().node("in", "source")
    try trial.fixture(name, "sink", from: "in")
    let ran = trial.run()
    #expect(ran.problem?.code == code)
    #expect(ran.problem?.origin == .plugin)
    #expect(ran.problem?.plugin == name)
    #expect(ran.leaks == [])
  }
}

struct MalformedArrowTests {
  @Test(arguments: [
    "bad-offsets", "invalid-utf8", "wrong-lengths", "negative-length", "wrong-buffer-count", "null-buffers",
    "wrong-children", "wrong-null-count", "released-batch",
  ])
  func `a malformed batch is blamed on the plugin that made it`(name: String) throws {
    let trial = Trial()
    try trial.fixture(name, "source").fixture("well-behaved", "stage", from: "source")
      .fixture("well-behaved", "sink", from: "stage")
    let ran = trial.run()
    #expect(ran.status == .failed)
    #expect(ran.problem?.code == .invalidArrow)
    #expect(ran.problem?.origin == .plugin)
    #expect(ran.problem?.node == "source")
    #expect(ran.problem?.plugin == name)
    #expect(ran.logs.map(\.text) == ["sink begin", "sink abort"])
  }

  @Test func `a stream that does not mark itself released is released once and reported`() throws {
    let trial = Trial()
    try trial.fixture("released-twice", "source").fixture("well-behaved", "sink", from: "source")
    let ran = trial.run()
    #expect(ran.problem?.code == .contractBroken)
    #expect(ran.problem?.plugin == "released-twice")
  }

  @Test func `a failure in mid-stream says which file and line it was about`() throws {
    let trial = Trial()
    try trial.fixture("fails-mid-stream", "source").fixture("well-behaved", "sink", from: "source")
    let ran = trial.run()
    #expect(ran.problem?.code == .badData)
    #expect(ran.problem?.node == "source")
    #expect(ran.problem?.at?.file != nil)
    #expect(ran.problem?.at?.line != nil)
    #expect(ran.report(of: "source")?.rowsOut == 40)
  }
}

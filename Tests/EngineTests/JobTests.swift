// Models, trainers, evaluators and actions in one plan.
import JSONValue
import Model
import Synchronization
import Testing
import WorkerProtocol

@testable import Engine

private func metric(_ ran: Ran, _ node: String, _ name: String) -> Double? { ran.report(of: node)?.metrics?[name] }

@Suite struct JobTests {
  /// in → trainer → provider → evaluator ← test, and an action that sees both.
  private func whole(rows: Int = 20) -> Trial {
    Trial()
      .node("in", "source", ["rows": .int(Int64(rows))])
      .node("test", "source", ["rows": 6])
      .node("train", "trainer", from: "table=in")
      .node("tuned", "provider", from: "artifact=train")
  }

  @Test func `a trained model is asked by what evaluates it`() throws {
    let ran = whole()
      .node("scores", "evaluator", from: "table=test", "model=tuned")
      .node("out", "sink", from: "scores.rows").run()
    #expect(ran.status == .succeeded, "\(String(describing: ran.problem))")
    #expect(ran.recorder.texts(at: "out").first?.first == "row 0 of 20 rows on nothing")
    #expect(ran.recorder.texts(at: "out").count == 6)
    #expect(ran.report(of: "scores")?.report?["title"] == "Asked")
    #expect(ran.report(of: "train")?.report?["title"] == "Trained")
    #expect(metric(ran, "tuned", "requests") == 6)
    #expect(metric(ran, "tuned", "output_tokens") == 6)
    #expect(ran.leaks == [])
  }

  @Test func `a trainer knows its base and tells its figures step by step`() throws {
    let ran = Trial().node("in", "source", ["rows": 20, "batch_rows": 5]).node("base", "provider")
      .node("train", "trainer", from: "table=in", "base=base").run()
    #expect(ran.status == .succeeded, "\(String(describing: ran.problem))")
    #expect(ran.metrics.map(\.value) == [5, 10, 15, 20])
    #expect(ran.recorder.events.contains("base load") == false, "nobody asked the base anything")
    #expect(ran.leaks == [])
  }

  @Test func `rows whose columns only the data tells are read all the same`() throws {
    let ran = Trial().node("test", "source", ["rows": 4]).node("scores", "evaluator", ["deferred": true], from: "test")
      .node("out", "sink", from: "scores.rows").run()
    #expect(ran.status == .succeeded, "\(String(describing: ran.problem))")
    #expect(ran.recorder.texts(at: "out").count == 4)
    #expect(ran.leaks == [])
  }

  @Test func `an action sees the document of a model and the report of an evaluation`() throws {
    let ran = whole().node("scores", "evaluator", from: "table=test", "model=tuned")
      .node("register", "action", from: "model=train", "figures=scores.report").run()
    #expect(ran.status == .succeeded, "\(String(describing: ran.problem))")
    let seen = try JSONValue(parsing: ran.report(of: "register")?.report?["text"]?.string ?? "")
    #expect(seen["models"]?["model"]?["name"] == "20 rows on nothing")
    #expect(seen["reports"]?["figures"]?["title"] == "Asked")
    #expect(ran.leaks == [])
  }

  @Test(arguments: [
    (Gate.Requirement(metric: "answered", atLeast: 6), true), (.init(metric: "answered", atLeast: 6.5), false),
    (.init(metric: "answered", bound: .low, atLeast: 6), false),
    (.init(metric: "answered", bound: .high, atMost: 7), true),
    (.init(metric: "unknown", atLeast: 0), false), (.init(metric: "absent", atMost: 9), false),
  ])
  func `a gate decides by the figures it requires, and a missing one does not pass`(
    _ requirement: Gate.Requirement, _ passes: Bool
  ) throws {
    let ran = Trial().node("test", "source", ["rows": 6])
      .node("scores", "evaluator", from: "test", gate: Gate(require: [requirement]))
      .node("out", "sink", from: "scores.rows").node("register", "action", from: "figures=scores.report").run()
    #expect(ran.status == (passes ? .succeeded : .stopped), "\(String(describing: ran.problem))")
    #expect(ran.recorder.events.contains("out commit") == passes)
    #expect(ran.recorder.events.contains("register perform") == passes)
    #expect(ran.report(of: "register")?.status == (passes ? .succeeded : .skipped))
    #expect(ran.outcome.gates.map(\.tripped) == [!passes])
    #expect(ran.outcome.findings.first?.rule == "require")
    #expect(ran.leaks == [])
  }

  @Test func `a failing model is to blame, not the node that asked it`() throws {
    let ran = Trial().node("test", "source", ["rows": 6]).node(
      "model", "provider", ["fails": "generate", "status": -8]
    )
    .node("scores", "evaluator", from: "table=test", "model=model").run()
    #expect(ran.status == .failed)
    #expect(ran.problem?.node == "model")
    #expect(ran.problem?.code == .timedOut)
    #expect(ran.leaks == [])
  }

  @Test func `a request that the model cannot take is whose it is, and no failure of the plugin`() throws {
    let ran = Trial().node("test", "source", ["rows": 6])
      .node("model", "provider", ["fails": "generate", "status": -2, "details": ["path": "/messages/1"]])
      .node("scores", "evaluator", from: "table=test", "model=model").run()
    #expect(ran.problem?.code == .requestRefused && ran.problem?.origin == .user)
    #expect(ran.problem?.node == "model" && ran.problem?.at?.pointer == "/messages/1")
    #expect(ran.problem?.next == ProblemCode.requestRefused.next)
    #expect(ran.leaks == [])
  }

  @Test func `a model that does not load fails whoever asks it, once`() throws {
    let ran = Trial().node("test", "source", ["rows": 6]).node("model", "provider", ["fails": "load", "status": -5])
      .node("one", "evaluator", from: "table=test", "model=model")
      .node("two", "evaluator", from: "table=test", "model=model").run()
    #expect(ran.status == .failed)
    #expect(ran.problem?.node == "model")
    #expect(ran.recorder.count(of: "model load") == 1)
    #expect(ran.leaks == [])
  }

  @Test func `an answer without an end breaks the contract`() throws {
    let ran = Trial().node("test", "source", ["rows": 6]).node("model", "provider", ["lies": true])
      .node("scores", "evaluator", from: "table=test", "model=model").run()
    #expect(ran.problem?.code == .contractBroken)
    #expect(ran.problem?.node == "model")
  }

  @Test(arguments: ["train", "evaluate", "perform"])
  func `a job that fails fails the run`(_ call: String) throws {
    let nodes = ["train": "train", "evaluate": "scores", "perform": "register"]
    func script(_ node: String) -> [String: JSONValue] { nodes[call] == node ? ["fails": .string(call)] : [:] }
    let ran = Trial().node("in", "source", ["rows": 20]).node("train", "trainer", script("train"), from: "table=in")
      .node("tuned", "provider", from: "artifact=train")
      .node("scores", "evaluator", script("scores"), from: "table=in", "model=tuned")
      .node("register", "action", script("register"), from: "model=train", "figures=scores.report").run()
    #expect(ran.status == .failed)
    #expect(ran.problem?.node == nodes[call])
    #expect(ran.leaks == [])
  }

  @Test(arguments: ["train train", "tuned load", "tuned generate", "scores evaluate"])
  func `a run is cancelled wherever it is`(_ event: String) throws {
    let trial = whole().node("scores", "evaluator", from: "table=test", "model=tuned")
      .node("out", "sink", from: "scores.rows")
    trial.cancelAt = event
    let ran = trial.run()
    #expect(ran.status == .cancelled, "\(String(describing: ran.problem))")
    #expect(!ran.recorder.events.contains("out commit"))
    #expect(ran.leaks == [])
  }

  @Test func `what was trained is not trained again after a failure behind it`() throws {
    let trial = whole().node("scores", "evaluator", ["fails": "evaluate"], from: "table=test", "model=tuned")
    #expect(trial.run().status == .failed)
    let again = Trial(folder: trial.folder)
    again.attempt = 2
    let ran = again.node("in", "source", ["rows": 20]).node("test", "source", ["rows": 6])
      .node("train", "trainer", from: "table=in").node("tuned", "provider", from: "artifact=train")
      .node("scores", "evaluator", from: "table=test", "model=tuned").node("out", "sink", from: "scores.rows").run()
    #expect(ran.status == .succeeded, "\(String(describing: ran.problem))")
    #expect(!ran.recorder.events.contains("train train"))
    #expect(ran.recorder.texts(at: "out").first?.first == "row 0 of 20 rows on nothing")
  }
}

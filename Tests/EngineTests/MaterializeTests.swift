// Outputs kept on disk, and attempts that go on from there.
import JSONValue
import Model
import TestSupport
import Testing
import WorkerProtocol

@testable import Engine

struct MaterializeTests {
  private func attempts(_ build: (Trial, Int) -> Void) -> (first: Ran, second: Ran) {
    let folder = TemporaryFolder()
    let first = Trial(folder: folder)
    build(first, 1)
    let ranFirst = first.run()
    let second = Trial(folder: folder)
    second.attempt = 2
    build(second, 2)
    for index in second.nodes.indices { second.nodes[index].resume = second.nodes[index].materialize }
    return (ranFirst, second.run())
  }

  @Test func `a second attempt starts from what the first has materialised`() throws {
    let (first, second) = attempts { trial, attempt in
      trial.node("in", "source").node("pass", "pass", from: "in", materialize: true)
        .node("out", "sink", attempt == 1 ? ["fails": "commit"] : [:], from: "pass")
    }
    #expect(first.status == .failed)
    #expect(first.outcome.materialized == ["pass"])
    #expect(second.status == .succeeded)
    #expect(second.recorder.numbers(at: "out") == first.recorder.numbers(at: "out"))
    #expect(second.recorder.texts(at: "out") == first.recorder.texts(at: "out"))
    #expect(!second.recorder.events.contains { $0.hasPrefix("in ") || $0.hasPrefix("pass ") })
    #expect(second.report(of: "in")?.status == .skipped)
    #expect(second.report(of: "pass")?.status == .skipped)
    #expect(first.leaks + second.leaks == [])
  }

  @Test func `an output that was not read to its end is not resumed from`() throws {
    let (first, second) = attempts { trial, attempt in
      trial.node("in", "source").node("pass", "pass", from: "in", materialize: true)
        .node("out", "sink", attempt == 1 ? ["fails": "write"] : [:], from: "pass")
    }
    #expect(first.outcome.materialized == [])
    #expect(second.status == .succeeded)
    #expect(second.recorder.count(of: "in open") == 1)
    #expect(second.recorder.numbers(at: "out").count == 100)
  }

  @Test func `a node whose other output is read runs again, as only its first is kept`() throws {
    let (first, second) = attempts { trial, attempt in
      trial.node("in", "source").node("copy", "copy", from: "in", materialize: true)
        .node("a", "sink", from: "copy.left")
        .node("b", "sink", attempt == 1 ? ["fails": "commit"] : [:], from: "copy.right")
    }
    #expect(first.outcome.materialized == ["copy"])
    #expect(second.status == .succeeded)
    #expect(second.problem == nil)
    #expect(second.recorder.numbers(at: "b").count == 100)
    #expect(second.recorder.count(of: "copy open") == 1)
    #expect(first.leaks + second.leaks == [])
  }
}

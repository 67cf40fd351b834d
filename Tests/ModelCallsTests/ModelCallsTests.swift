// Calls in parallel, strict reading, fences.
import JSONValue
import PluginKit
import Synchronization
import Testing

@testable import ModelCalls

struct ModelCallsTests {
  @Test func `results come in order, whoever finishes first`() throws {
    let turn = Mutex(0)
    var told: [Int] = []
    let results = try Parallel.map(500, width: 7, .detached, done: { told.append($0) }) { index in
      turn.withLock { $0 += 1 }
      return index * 2
    }
    #expect(results == (0..<500).map { $0 * 2 })
    #expect(turn.withLock { $0 } == 500)
    #expect(told.last == 500)
    #expect(try Parallel.map(0, width: 3, .detached, done: { _ in }) { $0 }.isEmpty)
  }

  @Test func `no more items than the width run at once`() throws {
    let state = Mutex((now: 0, most: 0))
    _ = try Parallel.map(200, width: 3, .detached, done: { _ in }) { _ in
      state.withLock {
        $0.now += 1
        $0.most = max($0.most, $0.now)
      }
      state.withLock { $0.now -= 1 }
    }
    #expect(state.withLock { $0.most } <= 3)
  }

  @Test func `a model that has taken nothing is given up, one that has taken something is not`() throws {
    let refusal = PluginError(.invalidArgument, "no such option", details: ["path": "/temperature"])
    let never = Acceptance()
    for _ in 0..<24 { try never.refused(refusal) }
    let given = #expect(throws: PluginError.self) { try never.refused(refusal) }
    #expect(given?.status == .configuration && given?.details["path"] == "/temperature")
    #expect(given?.message == "the model has taken none of 25 requests. The last: no such option")
    let once = Acceptance()
    once.taken()
    for _ in 0..<100 { try once.refused(refusal) }
    // What is wrong with a row's data says nothing of the others.
    let long = Acceptance()
    for _ in 0..<100 { try long.refused(.data("too long")) }
  }

  @Test func `the first failure ends it`() throws {
    let begun = Mutex(0)
    let failure = #expect(throws: PluginError.self) {
      try Parallel.map(10_000, width: 2, .detached, done: { _ in }) { index in
        begun.withLock { $0 += 1 }
        if index == 5 { throw PluginError(.io, "gone") }
      }
    }
    #expect(failure?.message == "gone")
    #expect(begun.withLock { $0 } < 10_000)
  }

  @Test(arguments: [
    ("{\"a\": 1}", true), ("  {\"a\": 1}\n", true), ("```json\n{\"a\": 1}\n```", true), ("```\n{\"a\": 1}\n```", true),
    ("Here: {\"a\": 1}", false), ("{\"a\": 1} {\"a\": 2}", false), ("[1]", false), ("", false), ("{\"a\": 1", false),
    ("```json\n{\"a\": 1}\n```\n```json\n{\"a\": 2}\n```", false), ("{\"a\": NaN}", false),
  ])
  func `an object is read without guessing`(text: String, isOne: Bool) {
    #expect((StrictObject.read(text) != nil) == isOne)
  }

  @Test func `a fence is a word that no text holds`() {
    #expect(QuotedText(["plain"]).fence == "DATA")
    let quoted = QuotedText(["DATA>>>", "DATA-1 DATA-2"])
    #expect(quoted.fence == "DATA-3")
    #expect(quoted.quote("answer", "x") == "<<<DATA-3 answer\nx\nDATA-3>>>")
  }
}

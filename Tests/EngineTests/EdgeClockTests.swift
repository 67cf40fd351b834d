// What an edge's two ends are said to have waited, by a clock that the test sets.
import JSONValue
import Model
import PluginKit
import Synchronization
import Testing

@testable import Engine

@Suite struct EdgeClockTests {
  /// The time, and what asking for a batch costs.
  private final class Hands: Sendable {
    let now = Atomic<UInt64>(1_000_000_000)
    func pass(seconds: Double) { now.wrappingAdd(UInt64(seconds * 1e9), ordering: .relaxed) }
  }

  private final class Feed: BatchStream {
    let schema = Scripted.numbers
    private let hands: Hands
    private var left: Int
    private let seconds: Double
    var look: () -> Void = {}
    init(_ hands: Hands, batches: Int, seconds: Double) {
      self.hands = hands
      left = batches
      self.seconds = seconds
    }
    func next() throws -> RecordBatch? {
      hands.pass(seconds: seconds)
      look()
      guard left > 0 else { return nil }
      left -= 1
      return Scripted.batch(from: 0, rows: 1)
    }
  }

  private static let input = PlanInput(port: "table", name: "in", node: "source", output: "out")

  private func clock(_ hands: Hands) -> EdgeClock {
    EdgeClock(Self.input) { hands.now.load(ordering: .relaxed) }
  }

  @Test func `the reader's waits and its own work are told apart`() throws {
    let hands = Hands()
    let clock = clock(hands)
    let feed = Feed(hands, batches: 2, seconds: 0.5)
    #expect(clock.wait == nil)
    while try clock.next(feed) != nil { hands.pass(seconds: 2) }
    // After the end nobody is held up any more.
    hands.pass(seconds: 100)
    let wait = try #require(clock.wait)
    #expect(wait == EdgeWait(input: "in", from: "source", output: "out", waitSeconds: 1.5, heldSeconds: 4))
  }

  @Test func `a wait that still goes on counts already`() throws {
    let hands = Hands()
    let clock = clock(hands)
    let feed = Feed(hands, batches: 1, seconds: 3)
    var seen: Double?
    feed.look = { seen = clock.wait?.waitSeconds }
    _ = try clock.next(feed)
    #expect(seen == 3)
  }

  @Test func `each edge of a run tells its waits, also one into a check`() throws {
    let trial = Trial()
    try trial.fixture("slow-source", "source", ["rows": 100]).fixture("well-behaved", "check", from: "source")
      .fixture("well-behaved", "sink", from: "check")
    let ran = trial.run()
    #expect(ran.status == .succeeded)
    for node in ["check", "sink"] {
      let wait = try #require(ran.report(of: node)?.waits?.first)
      // Ten batches of 20 ms each: whoever reads them has waited for them.
      #expect(wait.waitSeconds >= 0.2, "\(node): \(wait)")
      #expect(wait.from == (node == "check" ? "source" : "check"))
    }
    #expect(ran.report(of: "source")?.waits == nil)
  }
}

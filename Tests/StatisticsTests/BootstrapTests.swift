// What a bootstrap promises beside its figures.
import JSONValue
import Statistics
import Testing

struct BootstrapTests {
  static func mean(_ values: [Double]) -> Bootstrap.Figures {
    { weights, out in out[0] = zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +) }
  }

  @Test func `the same seed gives the same interval and another seed another`() throws {
    let values = (0..<50).map { Double($0 * 7 % 13) }
    func interval(_ seed: UInt64) throws -> Interval? {
      try Bootstrap(resamples: 200, seed: seed).intervals(rows: 50, figures: 1, Self.mean(values))[0]
    }
    #expect(try interval(3) == interval(3))
    #expect(try interval(3) != interval(4))
  }

  @Test func `nothing and one row have no interval`() throws {
    #expect(try Bootstrap().intervals(rows: 0, figures: 1, Self.mean([]))[0] == nil)
    #expect(try Bootstrap().intervals(rows: 1, figures: 1, Self.mean([1]))[0] == nil)
  }

  @Test func `rows of one cluster are drawn together`() throws {
    // Ten copies of each value: drawn row by row they would seem ten times as sure.
    let values = (0..<200).map { Double($0 / 10) }
    let clusters = (0..<200).map { Int32($0 / 10) }
    let apart = try #require(try Bootstrap().intervals(rows: 200, figures: 1, Self.mean(values))[0])
    let together = try #require(
      try Bootstrap().intervals(rows: 200, figures: 1, clusters: clusters, Self.mean(values))[0])
    #expect(together.high - together.low > 2 * (apart.high - apart.low))
  }

  @Test func `a figure that most resamples do not define has no interval`() throws {
    let intervals = try Bootstrap(resamples: 100).intervals(rows: 10, figures: 2) { weights, out in
      out[0] = weights[0] == 1 && weights[1] == 1 ? 1 : .nan
      out[1] = weights[0]
    }
    #expect(intervals[0] == nil)
    #expect(intervals[1] != nil)
  }

  @Test func `it stops when told to`() {
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try Bootstrap().intervals(
        rows: 5, figures: 1, alive: { done in if done == 3 { throw Stop() } }, Self.mean([1, 2, 3, 4, 5]))
    }
  }

  @Test func `a figure that is no number is null in a report`() {
    var report = Report("Test")
    report.metrics = [
      .init("none", nil), .init("nan", .nan, interval: Interval(low: .nan, high: 1)), .init("one", 1, n: 3),
    ]
    #expect(
      report.json == [
        "title": "Test",
        "metrics": [
          ["name": "none", "value": nil], ["name": "nan", "value": nil], ["name": "one", "value": 1, "n": 3],
        ],
      ])
  }
}

// The shared arithmetic beside numpy, scipy and scikit-learn.
import JSONValue
import Statistics
import TestSupport
import Testing

struct PeerTests {
  static func close(_ one: Double, _ other: Double?) -> Bool {
    guard let other else { return false }
    return abs(one - other) <= 1e-9 * max(1, abs(other))
  }

  /// Scores with many ties and values on the edges of bins.
  static func rankings() -> [(scores: [Double], isPositive: [Bool], bins: Int)] {
    var random = Xoshiro256(seed: 11)
    return (0..<30).map { round in
      let count = 2 + Int(random.below(200))
      var scores = (0..<count).map { _ in round % 3 == 0 ? Double(random.below(11)) / 10 : random.unit() }
      scores[0] = round % 2 == 0 ? 0 : 1
      var positive = scores.map { random.unit() < 0.2 + 0.6 * $0 }
      positive[0] = true
      positive[1] = false
      return (scores, positive, [10, 15, 3][round % 3])
    }
  }

  static let samples: [[Double]] = [
    [1, 0, 1, 1, 0, 1, 1, 1], [0.5, 0.25, 3, -2, 7.5, 0.125, 11], (0..<100).map { Double($0 * $0 % 37) / 7 }, [1, 2],
  ]

  static let probabilities = [1e-300, 1e-12, 0.001, 0.025, 0.2, 0.5, 0.61, 0.975, 0.99999, 1 - 1e-15]

  static let peer = Result {
    try PythonPeer.ask(
      "metrics/statistics_peer.py",
      [
        "bootstrap": .array(
          samples.map { ["values": .array($0.map { .double($0) }), "seed": 42, "resamples": 400] }),
        "ranking": .array(
          rankings().map {
            [
              "scores": .array($0.scores.map { .double($0) }), "positive": .array($0.isPositive.map { .bool($0) }),
              "bins": .int(Int64($0.bins)),
            ]
          }),
        "quantiles": [5, 1, 4, 1.5, 9, 2.25], "ranks": [3, 1, 3, 2, 3, 0, 0],
        "normal": .array(probabilities.map { .double($0) }),
      ])
  }

  @Test func `random numbers are those of the published generator`() throws {
    let peer = try Self.peer.get()
    var random = Xoshiro256(seed: 7)
    #expect((0..<5).map { _ in String(random.next()) } == peer["random"]?.array?.compactMap(\.string))
    #expect((0..<5).map { _ in Int64(random.below(1000)) } == peer["below"]?.array?.compactMap(\.int))
  }

  @Test func `intervals of a mean are those of numpy and scipy on the same resamples`() throws {
    for (index, values) in Self.samples.enumerated() {
      let answer = try #require(try Self.peer.get()["bootstrap"]?[index])
      for method in Bootstrap.Method.allCases {
        let intervals = try Bootstrap(resamples: 400, seed: 42, method: method).intervals(
          rows: values.count, figures: 1
        ) {
          weights, out in
          out[0] = zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
        }
        let interval = try #require(intervals[0])
        let expected = try #require(answer[method.rawValue])
        #expect(Self.close(interval.low, expected[0]?.double), "\(method) of \(values)")
        #expect(Self.close(interval.high, expected[1]?.double), "\(method) of \(values)")
      }
    }
  }

  @Test func `ranking and calibration are those of scikit-learn`() throws {
    for (index, item) in Self.rankings().enumerated() {
      let answer = try #require(try Self.peer.get()["ranking"]?[index])
      let ranking = Ranking(scores: item.scores, isPositive: item.isPositive)
      let calibration = Calibration(probabilities: item.scores, isPositive: item.isPositive, bins: item.bins)
      #expect(Self.close(ranking.areaUnderROC(), answer["auc"]?.double))
      #expect(Self.close(ranking.averagePrecision(), answer["ap"]?.double))
      #expect(Self.close(calibration.brier(), answer["brier"]?.double))
      #expect(Self.close(calibration.logLoss(), answer["log_loss"]?.double))
      #expect(Self.close(calibration.expectedError(), answer["ece"]?.double))
    }
  }

  @Test func `quantiles, ranks and the normal distribution are those of numpy and scipy`() throws {
    let peer = try Self.peer.get()
    let sorted = [1, 1.5, 2.25, 4, 5, 9]
    for (index, p) in [0, 0.025, 0.3, 0.5, 0.77, 1].enumerated() {
      #expect(Self.close(Order.quantile(sorted, p), peer["quantiles"]?[index]?.double))
    }
    let ranks = Order.ranks([3, 1, 3, 2, 3, 0, 0])
    #expect(ranks.ranks == peer["ranks"]?.array?.compactMap(\.double))
    #expect(ranks.ties == [2, 1, 1, 3])
    for (index, p) in Self.probabilities.enumerated() {
      let z = Normal.quantile(p)
      #expect(Self.close(z, peer["normal"]?[index]?[0]?.double))
      #expect(Self.close(Normal.cumulative(z / 2), peer["normal"]?[index]?[1]?.double))
    }
  }
}

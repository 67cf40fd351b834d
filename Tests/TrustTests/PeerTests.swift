// The arithmetic beside scikit-learn's.
import JSONValue
import Statistics
import TestSupport
import Testing

@testable import TrustPlugin

struct PeerTests {
  private struct Sample {
    var rows: [[Double]] = []
    var labels: [Bool] = []
    var l2 = 1.0

    init(_ round: Int) {
      var random = Xoshiro256(seed: UInt64(round) + 3)
      l2 = [1, 0.01, 25][round % 3]
      let width = 1 + round % 4
      for row in 0..<(30 + 20 * round) {
        let isRight = row < 2 ? row == 0 : random.unit() < 0.6
        // Signals of very different sizes, some of them nearly the same.
        let base = (isRight ? 1 : -1) * random.unit() + random.unit() * 2
        rows.append(
          (0..<width).map { $0 == 2 ? base * 1000 + random.unit() : base * Double($0 + 1) / 7 + random.unit() })
        labels.append(isRight)
      }
    }
  }

  private static let samples = (0..<9).map { Sample($0) }

  /// Scores with ties, in no order.
  private static let curves: [(scores: [Double], labels: [Bool])] = (0..<12).map { round in
    var random = Xoshiro256(seed: UInt64(round) + 90)
    let scores = (0..<(2 + round * 9)).map { _ in
      round % 2 == 0 ? Double(random.below(9)) / 4 : random.unit() * 6 - 3
    }
    return (scores, scores.map { random.unit() < 1 / (1 + 1 / (1 + $0 * $0)) - 0.3 })
  }

  private static let texts: [(answer: String, samples: [String])] = [
    ("Paris is the capital.", ["Paris.", "It is Paris", "The capital is Lyon!"]),
    ("Größe: 7 km", ["7", "größe 7 KM", "8 km"]), ("yes", ["yes"]),
  ]

  private static let asked: [Double] = [-9, -1, -0.5, 0, 0.124, 0.25, 0.3, 1, 1.5, 2, 9]

  private static func list(_ values: [Double]) -> JSONValue { .array(values.map { .double($0) }) }
  private static func list(_ values: [Bool]) -> JSONValue { .array(values.map { .int($0 ? 1 : 0) }) }

  private static let peer = Result {
    try PythonPeer.ask(
      "trust/trust_peer.py",
      [
        "logistic": .array(
          samples.map { ["rows": .array($0.rows.map { list($0) }), "labels": list($0.labels), "l2": .double($0.l2)] }),
        "isotonic": .array(
          curves.map { ["scores": list($0.scores), "labels": list($0.labels), "ask": list($0.scores + asked)] }),
        "surprise": .array(
          texts.map { ["answer": .string($0.answer), "samples": .array($0.samples.map { .string($0) })] }),
        "area": .array(curves.map { ["scores": list($0.scores), "labels": list($0.labels)] }),
      ])
  }

  private static func close(_ one: Double, _ other: Double?, _ tolerance: Double = 1e-9) -> Bool {
    guard let other else { return false }
    return abs(one - other) <= tolerance * max(1, abs(other))
  }

  @Test func `the logistic model has scikit-learn's weights and scores`() throws {
    for (index, sample) in Self.samples.enumerated() {
      let expected = try #require(try Self.peer.get()["logistic"]?[index])
      let model = try #require(Logistic.fit(sample.rows, sample.labels, l2: sample.l2))
      for (place, weight) in model.weights.enumerated() {
        #expect(Self.close(weight, expected["weights"]?[place]?.double, 1e-7), "weight \(place) of \(index)")
      }
      #expect(Self.close(model.intercept, expected["intercept"]?.double, 1e-7))
      let scores = sample.rows.map { model.score($0) }
      for (row, score) in scores.enumerated() {
        #expect(Self.close(score, expected["scores"]?[row]?.double, 1e-7), "row \(row) of \(index)")
      }
      let area = Ranking(scores: scores, isPositive: sample.labels).areaUnderROC()
      #expect(Self.close(area, expected["auroc"]?.double))
    }
  }

  @Test func `isotonic calibration is scikit-learn's, between and beyond its scores too`() throws {
    for (index, curve) in Self.curves.enumerated() {
      let model = Isotonic(scores: curve.scores, isPositive: curve.labels)
      for (place, score) in (curve.scores + Self.asked).enumerated() {
        #expect(
          Self.close(model(score), try Self.peer.get()["isotonic"]?[index]?[place]?.double), "\(score) of \(index)")
      }
    }
  }

  @Test func `n-gram surprise is SelfCheckGPT's for single words`() throws {
    for (index, text) in Self.texts.enumerated() {
      let signals = try #require(NgramConsistency.signals(answer: text.answer, samples: text.samples, order: 1))
      let expected = try #require(try Self.peer.get()["surprise"]?[index])
      #expect(Self.close(signals.mean, expected["mean"]?.double))
      #expect(Self.close(signals.max, expected["max"]?.double))
    }
  }

  @Test func `the area under the risk-coverage curve is the mean risk over the rows`() throws {
    for (index, curve) in Self.curves.enumerated() {
      let area = RiskCoverage(scores: curve.scores, isRight: curve.labels).area()
      #expect(Self.close(area, try Self.peer.get()["area"]?[index]?.double))
    }
  }

  @Test func `a signal that never changes has no weight`() throws {
    let rows = Self.samples[3].rows.map { $0 + [4.25] }
    let model = try #require(Logistic.fit(rows, Self.samples[3].labels, l2: 1))
    #expect(model.weights.last == 0)
    #expect(model.score(rows[0]).isFinite)
  }

  @Test func `perfectly separable rows still settle`() throws {
    let model = try #require(Logistic.fit((0..<40).map { [Double($0)] }, (0..<40).map { $0 >= 20 }, l2: 0.0001))
    #expect(model.score([39]) > 0)
    #expect(model.score([0]) < 0)
  }

  @Test func `binomial tails are exact`() {
    #expect(Self.close(Binomial.cumulative(0, of: 10, 0.1), 0.3486784401))
    #expect(Self.close(Binomial.cumulative(3, of: 20, 0.25), 0.2251560, 1e-6))
    #expect(Binomial.cumulative(5, of: 5, 0.5) == 1)
  }
}

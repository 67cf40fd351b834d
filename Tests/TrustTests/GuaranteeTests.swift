// Whether the guarantees hold: many seeded calibration samples, each tried on fresh rows.
import Statistics
import Testing

@testable import TrustPlugin

struct GuaranteeTests {
  /// Scores that say something about whether a row is right, on a grid where `ties` wants them.
  private static func draw(_ random: inout Xoshiro256, ties: Bool) -> (score: Double, isRight: Bool) {
    let latent = random.unit()
    let score = ties ? (latent * 12).rounded(.down) / 12 : latent
    return (score, random.unit() < 0.35 + 0.6 * latent)
  }

  private static func sample(_ count: Int, _ random: inout Xoshiro256, ties: Bool) -> (
    scores: [Double], isRight: [Bool]
  ) {
    let rows = (0..<count).map { _ in draw(&random, ties: ties) }
    return (rows.map(\.score), rows.map(\.isRight))
  }

  private static let candidates = AbstentionRule.candidates((0..<200).map { Double($0) / 200 })

  /// P(score > threshold and wrong) and P(score > threshold) for scores without ties, by integration.
  private static func truth(_ threshold: Double) -> (wrong: Double, answered: Double) {
    let low = min(max(threshold, 0), 1)
    return (0.65 * (1 - low) - 0.3 * (1 - low * low), 1 - low)
  }

  @Test(arguments: [(0.05, 60), (0.1, 100), (0.2, 37)])
  func `conformal risk control keeps the risk, and is not lavish about it`(risk: Double, count: Int) {
    var random = Xoshiro256(seed: 20_26)
    let rounds = 4000
    var total = 0.0
    for _ in 0..<rounds {
      let rows = Self.sample(count, &random, ties: false)
      let rule = AbstentionRule.make(
        rows.scores, isRight: rows.isRight, candidates: [],
        .init(guarantee: .answeredAndWrong, risk: risk, delta: 0.1))
      total += rule.threshold.map { Self.truth($0).wrong } ?? 0
    }
    let mean = total / Double(rounds)
    // The promise is about this mean. Its standard error is below 0.001.
    #expect(mean <= risk + 0.003)
    #expect(mean >= risk - 1.5 / Double(count + 1) - 0.003)
  }

  @Test func `ties do not break the promise`() {
    var random = Xoshiro256(seed: 5)
    var wrong = 0
    let rounds = 6000
    for _ in 0..<rounds {
      let rows = Self.sample(50, &random, ties: true)
      let rule = AbstentionRule.make(
        rows.scores, isRight: rows.isRight, candidates: [], .init(guarantee: .answeredAndWrong, risk: 0.12, delta: 0.1))
      let fresh = Self.draw(&random, ties: true)
      if rule.answers(fresh.score), !fresh.isRight { wrong += 1 }
    }
    // Three standard errors of a share of 0.12 in 6000.
    #expect(Double(wrong) / Double(rounds) <= 0.12 + 0.0126)
  }

  @Test func `the risk among answered rows exceeds its limit no more often than promised`() {
    var random = Xoshiro256(seed: 8)
    let rounds = 1500
    var (exceeded, useful) = (0, 0)
    for _ in 0..<rounds {
      let rows = Self.sample(400, &random, ties: false)
      let rule = AbstentionRule.make(
        rows.scores, isRight: rows.isRight, candidates: Self.candidates,
        .init(guarantee: .wrongAmongAnswered, risk: 0.25, delta: 0.1))
      guard let threshold = rule.threshold else { continue }
      useful += 1
      let (wrong, answered) = Self.truth(threshold)
      if answered > 0, wrong / answered > 0.25 { exceeded += 1 }
    }
    #expect(Double(exceeded) / Double(rounds) <= 0.1)
    // A rule that always abstains would hold as well.
    #expect(useful > rounds / 2)
  }

  @Test func `a sample too small for the risk gives no threshold`() {
    let scores = (0..<8).map { Double($0) }
    let rule = AbstentionRule.make(
      scores, isRight: scores.map { _ in true }, candidates: [],
      .init(guarantee: .answeredAndWrong, risk: 0.1, delta: 0.1))
    #expect(rule.threshold == nil)
    #expect(!rule.answers(100))
    // With one row more, (0 + 1) / 10 is not above the risk.
    let enough = AbstentionRule.make(
      scores + [9], isRight: [Bool](repeating: true, count: 9), candidates: [],
      .init(guarantee: .answeredAndWrong, risk: 0.1, delta: 0.1))
    #expect(enough.threshold == -.infinity)
  }

  @Test func `the threshold is the score of the first wrong row that is too many`() {
    let scores: [Double] = [9, 8, 7, 6, 5, 4, 3, 2, 1]
    let isRight = [true, false, true, true, false, true, true, true, true]
    let rule = AbstentionRule.make(
      scores, isRight: isRight, candidates: [], .init(guarantee: .answeredAndWrong, risk: 0.2, delta: 0.1))
    // (1 + 1) / 10 is allowed: one wrong row above.
    #expect(rule.threshold == 5)
    #expect(rule.answered == 4)
    #expect(rule.wrong == 1)
  }
}

// From which score on an answer is given, so that the risk of a wrong one stays below a limit with a guarantee.
import Glibc

/// What is promised of a row that is drawn like the rows that set the threshold.
enum RiskGuarantee: String, Sendable, Hashable, Decodable, CaseIterable {
  /// P(the row is answered and the answer is wrong) <= risk, over rows and calibration samples: conformal risk control.
  case answeredAndWrong = "answered_and_wrong"
  /// With probability 1 - delta over the calibration sample, P(wrong | answered) <= risk: exact binomial tests.
  case wrongAmongAnswered = "wrong_among_answered"
}

/// A row is answered where its score is above `threshold`.
struct AbstentionRule: Sendable, Hashable {
  /// nil: no threshold reaches the risk, every row abstains. -infinity: every row is answered.
  var threshold: Double?
  /// Rows that set it.
  var rows: Int
  /// Of those, how many it answers, and how many of these are wrong.
  var answered: Int
  var wrong: Int
  var guarantee: RiskGuarantee
  var risk: Double
  var delta: Double

  func answers(_ score: Double) -> Bool { threshold.map { score > $0 } ?? false }

  /// The share that was held against the risk, in the calibration rows.
  var observedRisk: Double {
    switch guarantee {
    case .answeredAndWrong: Double(wrong + 1) / Double(rows + 1)
    case .wrongAmongAnswered: Double(wrong) / Double(answered)
    }
  }

  private init(_ scores: [Double], _ isRight: [Bool], _ threshold: Double?, _ wanted: Wanted) {
    let above = scores.indices.filter { index in threshold.map { scores[index] > $0 } ?? false }
    // A threshold that answers none of its own rows promises nothing that silence does not.
    self.threshold = above.isEmpty ? nil : threshold
    rows = scores.count
    answered = above.count
    wrong = above.count { !isRight[$0] }
    guarantee = wanted.guarantee
    risk = wanted.risk
    delta = wanted.delta
  }

  struct Wanted: Sendable, Hashable {
    var guarantee = RiskGuarantee.answeredAndWrong
    var risk = 0.1
    var delta = 0.1
  }

  /// The rows must not have taken part in fitting the scores; `candidates` come from the rows that have.
  static func make(_ scores: [Double], isRight: [Bool], candidates: [Double], _ wanted: Wanted) -> AbstentionRule {
    let threshold =
      switch wanted.guarantee {
      case .answeredAndWrong: riskControl(scores, isRight, wanted.risk)
      case .wrongAmongAnswered: tested(scores, isRight, candidates, wanted)
      }
    return AbstentionRule(scores, isRight, threshold, wanted)
  }

  /// Angelopoulos et al. (2022): the lowest threshold with (wrong and answered + 1) / (n + 1) <= risk. The loss of a row,
  /// 1 where it is answered and wrong, only falls as the threshold rises, and is at most 1.
  private static func riskControl(_ scores: [Double], _ isRight: [Bool], _ risk: Double) -> Double? {
    // As a quotient, so that 0.1 * 30 does not round below 3.
    let count = scores.count
    var allowed = -1
    while allowed < count, Double(allowed + 2) / Double(count + 1) <= risk { allowed += 1 }
    guard allowed >= 0 else { return nil }
    let wrong = scores.indices.filter { !isRight[$0] }.map { scores[$0] }.sorted(by: >)
    return allowed < wrong.count ? wrong[allowed] : -.infinity
  }

  /// Each candidate is tested for "the risk is above the limit" by the exact binomial test of the rows it answers, at
  /// delta / number of candidates (Bonferroni): all that pass hold at once, so the lowest may be taken.
  private static func tested(
    _ scores: [Double], _ isRight: [Bool], _ candidates: [Double], _ wanted: Wanted
  ) -> Double? {
    candidates.sorted().first { candidate in
      let answered = scores.indices.filter { scores[$0] > candidate }
      let wrong = answered.count { !isRight[$0] }
      return !answered.isEmpty
        && Binomial.cumulative(wrong, of: answered.count, wanted.risk) <= wanted.delta / Double(candidates.count)
    }
  }

  /// Thresholds to test: 20 quantiles of the scores that the model was fitted on, and one below them all.
  static func candidates(_ fitScores: [Double]) -> [Double] {
    let sorted = fitScores.sorted()
    let quantiles = (1..<20).map { sorted[min(sorted.count - 1, sorted.count * $0 / 20)] }
    return [-.infinity] + Array(Set(quantiles)).sorted()
  }
}

enum Binomial {
  /// The probability of at most `k` hits in `n` draws.
  static func cumulative(_ k: Int, of n: Int, _ p: Double) -> Double {
    if k >= n || p <= 0 { return 1 }
    if p >= 1 { return 0 }
    var term = Double(n) * log1p(-p)
    var sum = exp(term)
    for hits in 1..<max(k + 1, 1) {
      term += log(Double(n - hits + 1)) - log(Double(hits)) + log(p) - log1p(-p)
      sum += exp(term)
    }
    return min(sum, 1)
  }
}

// Signals that need nothing but texts and log-probabilities.
import Glibc

/// Of the answer's own tokens.
enum TokenSignals {
  static func mean(_ logProbabilities: [Double]) -> Double? {
    logProbabilities.isEmpty ? nil : logProbabilities.reduce(0, +) / Double(logProbabilities.count)
  }

  /// The mean over the samples of -log p(sample) / tokens: predictive entropy by Monte Carlo, length-normalised (Malinin
  /// and Gales 2021). nil where one of them has no log-probabilities.
  static func predictiveEntropy(_ samples: [[Double]]) -> Double? {
    let means = samples.compactMap { mean($0) }
    return means.isEmpty || means.count < samples.count ? nil : -means.reduce(0, +) / Double(means.count)
  }
}

/// SelfCheckGPT's n-gram variant (Manakul et al. 2023): an n-gram model of the samples and the answer itself, and how
/// surprising the answer's words are to it.
struct NgramConsistency {
  private let order: Int
  private var counts: [[String]: Double] = [:]
  private var contexts: [[String]: Double] = [:]

  init(_ texts: [String], order: Int) {
    self.order = order
    for text in texts {
      for gram in Self.grams(text, order) {
        counts[gram, default: 0] += 1
        contexts[Array(gram.dropLast()), default: 0] += 1
      }
    }
  }

  private static func grams(_ text: String, _ order: Int) -> [[String]] {
    let words = [String](repeating: "", count: order - 1) + Words.of(text)
    guard words.count >= order else { return [] }
    return (0...(words.count - order)).map { Array(words[$0..<($0 + order)]) }
  }

  /// -log of each word's relative frequency after the words before it. No word has frequency 0: the answer is one of the
  /// texts that were counted.
  func surprises(_ answer: String) -> [Double] {
    Self.grams(answer, order).map { -log((counts[$0] ?? 0) / (contexts[Array($0.dropLast())] ?? 1)) }
  }

  /// nil where the answer has no words or there are no samples.
  static func signals(answer: String, samples: [String], order: Int) -> (mean: Double, max: Double)? {
    guard !samples.isEmpty else { return nil }
    let surprises = NgramConsistency(samples + [answer], order: order).surprises(answer)
    guard let most = surprises.max() else { return nil }
    return (surprises.reduce(0, +) / Double(surprises.count), most)
  }
}

enum ContextOverlap {
  /// The share of the answer's words that the context has too, each as often as it stands there: lexical only, it says
  /// nothing about whether the context supports the answer. nil without words.
  static func share(answer: String, context: String) -> Double? {
    let words = Words.of(answer)
    guard !words.isEmpty else { return nil }
    var left: [String: Int] = [:]
    for word in Words.of(context) { left[word, default: 0] += 1 }
    let found = words.count { word in
      guard let some = left[word], some > 0 else { return false }
      left[word] = some - 1
      return true
    }
    return Double(found) / Double(words.count)
  }
}

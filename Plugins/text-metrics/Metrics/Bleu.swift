// BLEU by Papineni et al. (2002), as sacrebleu computes it.
import Glibc

struct Bleu {
  enum Smoothing: String, Sendable, CaseIterable {
    case none, floor
    case addK = "add-k"
    case exponential = "exp"
  }

  var tokenizer = Tokenizer.mteval13a
  var lowercase = false
  var smoothing = Smoothing.exponential
  /// nil for the method's own: 0.1 for `floor`, 1 for `add-k`.
  var smoothingValue: Double?

  static let order = 4
  /// Numbers of a row that add up over rows: the two lengths, then matches and totals by order.
  static let width = 2 + 2 * order

  private var words = Vocabulary()
  private var grams = GramTable()
  private var allowed: [Int32] = []
  private var seen: [Int32] = []

  init() {}

  private func prepared(_ text: [UInt8]) -> [UInt8] {
    PythonText.withoutTrailingSpace(lowercase ? PythonText.lower(text) : text)
  }

  /// The numbers of one row. `references` must not be empty.
  mutating func statistics(_ prediction: [UInt8], _ references: [[UInt8]]) -> [Double] {
    words.removeAll()
    grams.removeAll()
    allowed.removeAll(keepingCapacity: true)
    var lengths: [Int] = []
    for reference in references { lengths.append(count(reference)) }
    var tokens: [Int32] = []
    tokenizer.tokens(prepared(prediction)) { tokens.append(words.find($0)) }
    var out = [Double](repeating: 0, count: Self.width)
    out[0] = Double(tokens.count)
    out[1] = Double(Self.closest(tokens.count, lengths))
    match(tokens, &out)
    for order in 0..<Self.order { out[2 + Self.order + order] = Double(max(0, tokens.count - order)) }
    return out
  }

  /// Adds a reference's n-grams: each is allowed as often as the reference that has most of it. Answers its length.
  private mutating func count(_ reference: [UInt8]) -> Int {
    var tokens: [Int32] = []
    tokenizer.tokens(prepared(reference)) { tokens.append(words.id($0)) }
    var here: [Int32] = []
    for start in tokens.indices {
      var gram: Int32 = -1
      for place in start..<min(start + Self.order, tokens.count) {
        gram = grams.id(gram, tokens[place])
        here.append(gram)
      }
    }
    while allowed.count < grams.count { allowed.append(0) }
    seen.removeAll(keepingCapacity: true)
    seen.append(contentsOf: repeatElement(0, count: grams.count))
    for gram in here {
      seen[Int(gram)] += 1
      allowed[Int(gram)] = max(allowed[Int(gram)], seen[Int(gram)])
    }
    return tokens.count
  }

  private mutating func match(_ tokens: [Int32], _ out: inout [Double]) {
    seen.removeAll(keepingCapacity: true)
    seen.append(contentsOf: repeatElement(0, count: grams.count))
    for start in tokens.indices {
      var gram: Int32 = -1
      for order in 0..<min(Self.order, tokens.count - start) {
        let token = tokens[start + order]
        if token < 0 { break }
        gram = grams.find(gram, token)
        if gram < 0 { break }
        if seen[Int(gram)] < allowed[Int(gram)] {
          seen[Int(gram)] += 1
          out[2 + order] += 1
        }
      }
    }
  }

  /// Of two that are equally close the shorter one.
  private static func closest(_ length: Int, _ lengths: [Int]) -> Int {
    lengths.min { (abs($0 - length), $0) < (abs($1 - length), $1) } ?? 0
  }

  /// The score, 0 to 100, of numbers that were added up. With `effectiveOrder` orders without an n-gram do not count,
  /// which single rows need.
  func score(_ sums: UnsafeBufferPointer<Double>, effectiveOrder: Bool = false) -> Double {
    let matches = sums[2..<2 + Self.order]
    guard matches.contains(where: { $0 != 0 }) else { return 0 }
    let penalty = sums[0] < sums[1] ? (sums[0] > 0 ? exp(1 - sums[1] / sums[0]) : 0) : 1
    let value = smoothingValue ?? (smoothing == .floor ? 0.1 : 1)
    var precisions = [Double](repeating: 0, count: Self.order)
    var halvings = 1.0
    var used = Self.order
    for order in 0..<Self.order {
      var (match, total) = (sums[2 + order], sums[2 + Self.order + order])
      if smoothing == .addK, order > 0 {
        match += value
        total += value
      }
      if total == 0 { break }
      if effectiveOrder { used = order + 1 }
      if match != 0 {
        precisions[order] = 100 * match / total
      } else if smoothing == .exponential {
        halvings *= 2
        precisions[order] = 100 / (halvings * total)
      } else if smoothing == .floor {
        precisions[order] = 100 * value / total
      }
    }
    let logarithms = precisions[..<used].reduce(0) { $0 + ($1 == 0 ? -9_999_999_999 : log($1)) }
    return penalty * exp(logarithms / Double(used))
  }
}

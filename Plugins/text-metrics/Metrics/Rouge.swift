// ROUGE by Lin (2004), as rouge-score computes it: n-grams, longest common subsequence, and its union over sentences.

struct Rouge {
  struct Score: Hashable, Sendable {
    var precision = 0.0
    var recall = 0.0
    var f: Double { precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0 }
  }

  enum Variant: Hashable, Sendable {
    /// 1 to 9.
    case grams(Int)
    case subsequence
    /// Sentences are lines.
    case summary
  }

  let usesStemmer: Bool
  private var words = Vocabulary()
  private var stems = Vocabulary()
  /// The stem's number by the word's.
  private var stemOfWord: [Int32] = []
  private var grams = GramTable()
  private var allowed: [Int32] = []

  init(usesStemmer: Bool) { self.usesStemmer = usesStemmer }

  /// A text as numbers of words, by line. Numbers are good until `removeWords`.
  struct Tokens {
    var lines: [[Int32]]
    var all: [Int32] { lines.count == 1 ? lines[0] : Array(lines.joined()) }
  }

  mutating func removeWords() {
    // Stems of words stay known from row to row: texts repeat their words. Bounded, as texts may be hostile.
    guard words.count > 100_000 else { return }
    words.removeAll()
    stems.removeAll()
    stemOfWord.removeAll(keepingCapacity: true)
  }

  mutating func tokens(_ text: [UInt8]) -> Tokens {
    var lines: [[Int32]] = []
    var line: [Int32] = []
    var word: [UInt8] = []
    var isEmpty = true
    func isLetter(_ byte: UInt8) -> Bool { (byte >= 0x61 && byte <= 0x7A) || (byte >= 0x30 && byte <= 0x39) }
    var at = 0
    while at < text.count {
      var byte = text[at]
      if byte >= 0x41, byte <= 0x5A { byte |= 0x20 }
      if isLetter(byte) {
        word.append(byte)
      } else if byte == 0xE2, at + 2 < text.count, text[at + 1] == 0x84, text[at + 2] == 0xAA {
        // Two code points have an ASCII letter in lower case: the Kelvin sign, and I with a dot.
        word.append(UInt8(ascii: "k"))
        at += 2
      } else {
        if byte == 0xC4, at + 1 < text.count, text[at + 1] == 0xB0 { word.append(UInt8(ascii: "i")) }
        if !word.isEmpty { line.append(id(word)) }
        word.removeAll(keepingCapacity: true)
      }
      if byte == UInt8(ascii: "\n") {
        if !isEmpty { lines.append(line) }
        line = []
        isEmpty = true
      } else {
        isEmpty = false
      }
      at += 1
    }
    if !word.isEmpty { line.append(id(word)) }
    if !isEmpty { lines.append(line) }
    return Tokens(lines: lines)
  }

  private mutating func id(_ word: [UInt8]) -> Int32 {
    let id = word.withUnsafeBufferPointer { words.id($0) }
    guard usesStemmer else { return id }
    if Int(id) == stemOfWord.count {
      let stem = word.count > 3 ? PorterStemmer.stem(word) : word
      stemOfWord.append(stem.withUnsafeBufferPointer { stems.id($0) })
    }
    return stemOfWord[Int(id)]
  }

  mutating func score(_ variant: Variant, prediction: Tokens, reference: Tokens) -> Score {
    switch variant {
    case .grams(let order): return overlap(prediction.all, reference.all, order)
    case .subsequence:
      let (predicted, wanted) = (prediction.all, reference.all)
      guard !predicted.isEmpty, !wanted.isEmpty else { return Score() }
      let common = Double(LongestSubsequence.length(wanted, predicted))
      return Score(precision: common / Double(predicted.count), recall: common / Double(wanted.count))
    case .summary: return summary(prediction.lines, reference.lines)
    }
  }

  private mutating func overlap(_ prediction: [Int32], _ reference: [Int32], _ order: Int) -> Score {
    grams.removeAll()
    allowed.removeAll(keepingCapacity: true)
    let wanted = max(0, reference.count - order + 1)
    for start in 0..<wanted {
      var gram: Int32 = -1
      for place in start..<start + order { gram = grams.id(gram, reference[place]) }
      while allowed.count <= Int(gram) { allowed.append(0) }
      allowed[Int(gram)] += 1
    }
    let predicted = max(0, prediction.count - order + 1)
    var common = 0
    for start in 0..<predicted {
      var gram: Int32 = -1
      for place in start..<start + order {
        gram = grams.find(gram, prediction[place])
        if gram < 0 { break }
      }
      if gram >= 0, Int(gram) < allowed.count, allowed[Int(gram)] > 0 {
        allowed[Int(gram)] -= 1
        common += 1
      }
    }
    return Score(
      precision: Double(common) / Double(max(predicted, 1)), recall: Double(common) / Double(max(wanted, 1)))
  }

  private func summary(_ prediction: [[Int32]], _ reference: [[Int32]]) -> Score {
    let (predicted, wanted) = (prediction.reduce(0) { $0 + $1.count }, reference.reduce(0) { $0 + $1.count })
    guard predicted > 0, wanted > 0 else { return Score() }
    var left: [Int32: (predicted: Int, wanted: Int)] = [:]
    for token in prediction.joined() { left[token, default: (0, 0)].predicted += 1 }
    for token in reference.joined() { left[token, default: (0, 0)].wanted += 1 }
    var hits = 0
    for line in reference {
      var isCommon = [Bool](repeating: false, count: line.count)
      for other in prediction { LongestSubsequence.mark(line, other, &isCommon) }
      for (place, token) in line.enumerated() where isCommon[place] {
        guard let counts = left[token], counts.predicted > 0, counts.wanted > 0 else { continue }
        hits += 1
        left[token] = (counts.predicted - 1, counts.wanted - 1)
      }
    }
    return Score(precision: Double(hits) / Double(predicted), recall: Double(hits) / Double(wanted))
  }
}

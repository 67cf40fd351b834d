// chrF and chrF++ by Popović (2015, 2017), as sacrebleu computes them.

struct ChrF {
  static let characterOrder = 6
  /// 0 for chrF, 2 for chrF++.
  let wordOrder: Int
  var lowercase = false
  var keepsSpace = false
  static let beta = 2.0

  /// Numbers of a row that add up over rows: for each order those of the prediction, of the reference, and in both.
  var width: Int { 3 * (Self.characterOrder + wordOrder) }

  private var grams = GramTable()
  private var words = Vocabulary()
  private var allowed: [Int32] = []

  init(wordOrder: Int) { self.wordOrder = wordOrder }

  private struct Sides {
    var characters: [Int32] = []
    var words: [Int32] = []
  }

  /// The numbers of one row: those of the reference that scores highest. `references` must not be empty.
  mutating func statistics(_ prediction: [UInt8], _ references: [[UInt8]]) -> [Double] {
    words.removeAll()
    let hypothesis = sides(prediction)
    var best: [Double] = []
    var bestScore = -1.0
    for reference in references {
      let numbers = compare(hypothesis, sides(reference))
      let score = numbers.withUnsafeBufferPointer { self.score($0) }
      if score > bestScore { (best, bestScore) = (numbers, score) }
    }
    return best
  }

  private mutating func sides(_ text: [UInt8]) -> Sides {
    let text = lowercase ? PythonText.lower(text) : text
    var sides = Sides()
    if keepsSpace {
      text.withUnsafeBufferPointer { Self.decode($0, &sides.characters) }
    } else {
      PythonText.split(text) { Self.decode($0, &sides.characters) }
    }
    guard wordOrder > 0 else { return sides }
    PythonText.split(text) { word in
      let last = word.count - 1
      let first = PythonText.width(word[0])
      if first >= word.count {
        sides.words.append(words.id(word))
      } else if PythonText.isPunctuation(word[last]) {
        sides.words.append(words.id(UnsafeBufferPointer(rebasing: word[..<last])))
        sides.words.append(words.id(UnsafeBufferPointer(rebasing: word[last...])))
      } else if PythonText.isPunctuation(word[0]) {
        sides.words.append(words.id(UnsafeBufferPointer(rebasing: word[..<1])))
        sides.words.append(words.id(UnsafeBufferPointer(rebasing: word[1...])))
      } else {
        sides.words.append(words.id(word))
      }
    }
    return sides
  }

  @inline(__always)
  private static func decode(_ text: UnsafeBufferPointer<UInt8>, _ out: inout [Int32]) {
    var at = 0
    while at < text.count {
      let lead = text[at]
      let width = PythonText.width(lead)
      var value = width == 1 ? UInt32(lead) : UInt32(lead) & (0x7F >> UInt32(width))
      for offset in 1..<max(width, 1) where at + offset < text.count {
        value = value << 6 | UInt32(text[at + offset] & 0x3F)
      }
      out.append(Int32(value))
      at += width
    }
  }

  private mutating func compare(_ hypothesis: Sides, _ reference: Sides) -> [Double] {
    var out: [Double] = []
    out.reserveCapacity(width)
    count(hypothesis.characters, reference.characters, orders: Self.characterOrder, &out)
    if wordOrder > 0 { count(hypothesis.words, reference.words, orders: wordOrder, &out) }
    return out
  }

  private mutating func count(_ hypothesis: [Int32], _ reference: [Int32], orders: Int, _ out: inout [Double]) {
    grams.removeAll()
    allowed.removeAll(keepingCapacity: true)
    for start in reference.indices {
      var gram: Int32 = -1
      for place in start..<min(start + orders, reference.count) {
        gram = grams.id(gram, reference[place])
        if Int(gram) == allowed.count { allowed.append(1) } else { allowed[Int(gram)] += 1 }
      }
    }
    var matches = [Int](repeating: 0, count: orders)
    for start in hypothesis.indices {
      var gram: Int32 = -1
      for order in 0..<min(orders, hypothesis.count - start) {
        gram = grams.find(gram, hypothesis[start + order])
        if gram < 0 { break }
        if allowed[Int(gram)] > 0 {
          allowed[Int(gram)] -= 1
          matches[order] += 1
        }
      }
    }
    for order in 0..<orders {
      let inReference = max(0, reference.count - order)
      // Where the reference has none of this order, the prediction's do not count either.
      out.append(inReference == 0 ? 0 : Double(max(0, hypothesis.count - order)))
      out.append(Double(inReference))
      out.append(Double(matches[order]))
    }
  }

  /// The score, 0 to 100, of numbers that were added up.
  func score(_ sums: UnsafeBufferPointer<Double>) -> Double {
    var (precision, recall, orders) = (0.0, 0.0, 0.0)
    for order in 0..<Self.characterOrder + wordOrder {
      let (predicted, wanted, matched) = (sums[3 * order], sums[3 * order + 1], sums[3 * order + 2])
      guard predicted > 0, wanted > 0 else { continue }
      precision += matched / predicted
      recall += matched / wanted
      orders += 1
    }
    guard orders > 0 else { return 0 }
    precision /= orders
    recall /= orders
    guard precision + recall > 0 else { return 0 }
    let factor = Self.beta * Self.beta
    return 100 * ((1 + factor) * precision * recall / (factor * precision + recall))
  }
}

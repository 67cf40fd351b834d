// The answers of SQuAD 2.0's script: normalised exact match, and F1 over the words in common.

struct Squad {
  private var vocabulary = Vocabulary()
  private var word: [UInt8] = []

  init() {}

  /// Numbers of words are good until then.
  mutating func removeWords() {
    guard vocabulary.count > 100_000 else { return }
    vocabulary.removeAll()
  }

  /// Lower case, without punctuation and articles, as numbers of words.
  mutating func words(_ text: [UInt8]) -> [Int32] {
    if let words = plainWords(text) { return words }
    let bare = PythonText.lower(text).filter { !PythonText.isPunctuation($0) }
    var words: [Int32] = []
    PythonText.split(PythonText.isASCII(bare) ? Self.withoutArticlesASCII(bare) : Self.withoutArticles(bare)) {
      words.append(vocabulary.id($0))
    }
    return words
  }

  /// The same in one pass for letters, digits, punctuation and white space of ASCII; nil for other texts.
  private mutating func plainWords(_ text: [UInt8]) -> [Int32]? {
    var words: [Int32] = []
    word.removeAll(keepingCapacity: true)
    for byte in text {
      if PythonText.isAlphanumeric(byte) {
        word.append(byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte)
      } else if byte == 0x20 || (byte >= 9 && byte <= 13) {
        endWord(&words)
      } else if !PythonText.isPunctuation(byte) {
        return nil
      }
    }
    endWord(&words)
    return words
  }

  @inline(__always)
  private mutating func endWord(_ words: inout [Int32]) {
    if word.isEmpty { return }
    let isArticle = word.count <= 3 && Self.articles.contains(word)
    if !isArticle { words.append(word.withUnsafeBufferPointer { vocabulary.id($0) }) }
    word.removeAll(keepingCapacity: true)
  }

  private static let articles: [[UInt8]] = [Array("a".utf8), Array("an".utf8), Array("the".utf8)]

  private static func withoutArticlesASCII(_ text: [UInt8]) -> [UInt8] {
    runs(text, isWord: PythonText.isAlphanumeric, space: UInt8(ascii: " ")) { articles.contains(Array($0)) }
  }

  private static func withoutArticles(_ text: [UInt8]) -> [UInt8] {
    let names: Set<[Unicode.Scalar]> = [["a"], ["a", "n"], ["t", "h", "e"]]
    return PythonText.bytes(
      runs(PythonText.scalars(text), isWord: PythonText.isWord, space: " ") { names.contains(Array($0)) })
  }

  /// A space for each run of word characters that is an article.
  private static func runs<Unit>(
    _ text: [Unit], isWord: (Unit) -> Bool, space: Unit, isArticle: (ArraySlice<Unit>) -> Bool
  ) -> [Unit] {
    var out: [Unit] = []
    out.reserveCapacity(text.count)
    var at = 0
    while at < text.count {
      guard isWord(text[at]) else {
        out.append(text[at])
        at += 1
        continue
      }
      var end = at + 1
      while end < text.count, isWord(text[end]) { end += 1 }
      if end - at <= 3, isArticle(text[at..<end]) { out.append(space) } else { out += text[at..<end] }
      at = end
    }
    return out
  }

  /// Two texts without a word are equal.
  static func f1(_ prediction: [Int32], _ reference: [Int32]) -> Double {
    if prediction.isEmpty || reference.isEmpty { return prediction == reference ? 1 : 0 }
    let (one, other) = (prediction.sorted(), reference.sorted())
    var (common, left, right) = (0, 0, 0)
    while left < one.count, right < other.count {
      if one[left] == other[right] {
        common += 1
        left += 1
        right += 1
      } else if one[left] < other[right] {
        left += 1
      } else {
        right += 1
      }
    }
    guard common > 0 else { return 0 }
    let precision = Double(common) / Double(prediction.count)
    let recall = Double(common) / Double(reference.count)
    return 2 * precision * recall / (precision + recall)
  }
}

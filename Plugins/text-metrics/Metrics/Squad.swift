// The answers of SQuAD 2.0's script: normalised exact match, and F1 over the words in common.

struct Squad {
  private var vocabulary = Vocabulary()
  /// The words of a text one behind another, in lower case.
  private var letters: [UInt8] = []
  /// How often a word is in a prediction, by its number; 0 but within `f1`.
  private var counts: [Int32] = []

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
    if letters.count < text.count { letters = [UInt8](repeating: 0, count: text.count * 2) }
    return text.withUnsafeBufferPointer { text in
      letters.withUnsafeMutableBufferPointer { Self.plainWords(text, $0, &vocabulary) }
    }
  }

  private static func plainWords(
    _ text: UnsafeBufferPointer<UInt8>, _ letters: UnsafeMutableBufferPointer<UInt8>, _ vocabulary: inout Vocabulary
  ) -> [Int32]? {
    var words: [Int32] = []
    words.reserveCapacity(text.count / 4 + 1)
    var (start, end, hash) = (0, 0, Vocabulary.Hash())
    func endWord() {
      if end == start { return }
      let word = UnsafeBufferPointer(rebasing: letters[start..<end])
      if !isArticle(word) { words.append(vocabulary.id(word, hash.value)) }
      (start, hash) = (end, Vocabulary.Hash())
    }
    for byte in text {
      let lower = byte | 0x20
      if lower >= 0x61 && lower <= 0x7A || byte >= 0x30 && byte <= 0x39 {
        // Digits have that bit already.
        letters[end] = lower
        end += 1
        hash.add(lower)
      } else if byte == 0x20 || (byte >= 9 && byte <= 13) {
        endWord()
      } else if !PythonText.isPunctuation(byte) {
        return nil
      }
    }
    endWord()
    return words
  }

  @inline(__always)
  private static func isArticle(_ word: UnsafeBufferPointer<UInt8>) -> Bool {
    switch word.count {
    case 1: word[0] == UInt8(ascii: "a")
    case 2: word[0] == UInt8(ascii: "a") && word[1] == UInt8(ascii: "n")
    case 3: word[0] == UInt8(ascii: "t") && word[1] == UInt8(ascii: "h") && word[2] == UInt8(ascii: "e")
    default: false
    }
  }

  private static func withoutArticlesASCII(_ text: [UInt8]) -> [UInt8] {
    runs(text, isWord: PythonText.isAlphanumeric, space: UInt8(ascii: " ")) {
      $0.withUnsafeBufferPointer(isArticle)
    }
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
  mutating func f1(_ prediction: [Int32], _ reference: [Int32]) -> Double {
    if prediction.isEmpty || reference.isEmpty { return prediction == reference ? 1 : 0 }
    if counts.count < vocabulary.count { counts = [Int32](repeating: 0, count: vocabulary.count * 2) }
    var common = 0
    counts.withUnsafeMutableBufferPointer { counts in
      for word in prediction { counts[Int(word)] += 1 }
      for word in reference where counts[Int(word)] > 0 {
        counts[Int(word)] -= 1
        common += 1
      }
      for word in prediction { counts[Int(word)] = 0 }
    }
    guard common > 0 else { return 0 }
    let precision = Double(common) / Double(prediction.count)
    let recall = Double(common) / Double(reference.count)
    return 2 * precision * recall / (precision + recall)
  }
}

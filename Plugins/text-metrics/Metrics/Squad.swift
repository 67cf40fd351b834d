// The answers of SQuAD 2.0's script: normalised exact match, and F1 over the words in common.

enum Squad {
  /// Lower case, without punctuation and articles, as words.
  static func words(_ text: [UInt8]) -> [[UInt8]] {
    let bare = PythonText.lower(text).filter { !PythonText.isPunctuation($0) }
    var words: [[UInt8]] = []
    PythonText.split(PythonText.isASCII(bare) ? withoutArticlesASCII(bare) : withoutArticles(bare)) {
      words.append(Array($0))
    }
    return words
  }

  private static let articles: Set<[UInt8]> = [Array("a".utf8), Array("an".utf8), Array("the".utf8)]

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
  static func f1(_ prediction: [[UInt8]], _ reference: [[UInt8]]) -> Double {
    if prediction.isEmpty || reference.isEmpty { return prediction == reference ? 1 : 0 }
    var left: [[UInt8]: Int] = [:]
    for word in reference { left[word, default: 0] += 1 }
    var common = 0
    for word in prediction {
      if let count = left[word], count > 0 {
        left[word] = count - 1
        common += 1
      }
    }
    guard common > 0 else { return 0 }
    let precision = Double(common) / Double(prediction.count)
    let recall = Double(common) / Double(reference.count)
    return 2 * precision * recall / (precision + recall)
  }
}

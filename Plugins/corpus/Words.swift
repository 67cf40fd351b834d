// Texts as people compare them: what case, punctuation and blanks make of them does not count.

enum Words {
  /// Lower-cased runs of letters and digits, of any script.
  static func of(_ text: String) -> [Substring] {
    text.lowercased().split { !($0.isLetter || $0.isNumber) }.map { Substring($0) }
  }

  /// A hash for each run of `size` words; for a text with fewer words, one for all of them. Empty for a text without words.
  static func shingles(_ words: [Substring], size: Int) -> [UInt64] {
    guard !words.isEmpty else { return [] }
    let count = max(1, words.count - size + 1)
    return (0..<count).map { start in
      var hash = TextHash(seed: 0)
      for word in words[start..<min(start + size, words.count)] { hash.append(String(word)) }
      return hash.value
    }
  }
}

// A text as words: runs of letters and digits in lower case, and each other visible character by itself.

enum Words {
  static func of(_ text: String) -> [String] {
    var words: [String] = []
    var word = ""
    for character in text.lowercased() {
      if character.isLetter || character.isNumber {
        word.append(character)
        continue
      }
      if !word.isEmpty { words.append(word) }
      word = ""
      if !character.isWhitespace { words.append(String(character)) }
    }
    if !word.isEmpty { words.append(word) }
    return words
  }
}

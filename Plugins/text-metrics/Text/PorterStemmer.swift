// Porter's stemmer (1980) with the extensions of NLTK, which rouge-score uses. Words are lower-case ASCII.

enum PorterStemmer {
  typealias Word = [UInt8]

  static func stem(_ word: Word) -> Word {
    if let irregular = irregular[word] { return irregular }
    if word.count <= 2 { return word }
    return step5b(step5a(step4(step3(step2(step1c(step1b(step1a(word))))))))
  }

  private static let irregular: [Word: Word] = {
    let forms: [(String, [String])] = [
      ("sky", ["sky", "skies"]), ("die", ["dying"]), ("lie", ["lying"]), ("tie", ["tying"]), ("news", ["news"]),
      ("inning", ["innings", "inning"]), ("outing", ["outings", "outing"]), ("canning", ["cannings", "canning"]),
      ("howe", ["howe"]), ("proceed", ["proceed"]), ("exceed", ["exceed"]), ("succeed", ["succeed"]),
    ]
    var all: [Word: Word] = [:]
    for (stem, words) in forms { for word in words { all[Word(word.utf8)] = Word(stem.utf8) } }
    return all
  }()

  // MARK: conditions

  private static func isVowelLetter(_ byte: UInt8) -> Bool {
    byte == 0x61 || byte == 0x65 || byte == 0x69 || byte == 0x6F || byte == 0x75
  }

  /// A y is a consonant unless one stands before it.
  private static func consonants(_ word: some Collection<UInt8>) -> [Bool] {
    var flags: [Bool] = []
    flags.reserveCapacity(word.count)
    for byte in word {
      flags.append(byte == UInt8(ascii: "y") ? !(flags.last ?? false) : !isVowelLetter(byte))
    }
    return flags
  }

  /// How often a consonant follows a vowel.
  private static func measure(_ stem: some Collection<UInt8>) -> Int {
    var count = 0
    var wasConsonant = true
    for isConsonant in consonants(stem) {
      if isConsonant, !wasConsonant { count += 1 }
      wasConsonant = isConsonant
    }
    return count
  }

  private static func endsWithDouble(_ word: Word) -> Bool {
    word.count >= 2 && word[word.count - 1] == word[word.count - 2] && consonants(word)[word.count - 1]
  }

  private static func endsShort(_ word: some Collection<UInt8>) -> Bool {
    let flags = consonants(word)
    if flags.count == 2 { return !flags[0] && flags[1] }
    guard flags.count >= 3, let last = Array(word).last else { return false }
    return flags[flags.count - 3] && !flags[flags.count - 2] && flags[flags.count - 1]
      && last != UInt8(ascii: "w") && last != UInt8(ascii: "x") && last != UInt8(ascii: "y")
  }

  private static func ends(_ word: Word, _ suffix: StaticString) -> Bool {
    let count = suffix.utf8CodeUnitCount
    guard word.count >= count else { return false }
    for offset in 0..<count where word[word.count - count + offset] != suffix.utf8Start[offset] { return false }
    return true
  }

  private static func replaced(_ word: Word, _ suffix: StaticString, _ new: StaticString) -> Word {
    var out = word
    out.removeLast(suffix.utf8CodeUnitCount)
    out.append(contentsOf: UnsafeBufferPointer(start: new.utf8Start, count: new.utf8CodeUnitCount))
    return out
  }

  private typealias Rule = (suffix: StaticString, new: StaticString)

  /// The first suffix that fits decides, also when the stem is too short for it.
  private static func applied(_ word: Word, _ rules: [Rule], above least: Int) -> Word {
    for rule in rules where ends(word, rule.suffix) {
      let stem = word.dropLast(rule.suffix.utf8CodeUnitCount)
      return least < 0 || measure(stem) > least ? replaced(word, rule.suffix, rule.new) : word
    }
    return word
  }

  // MARK: steps

  private static func step1a(_ word: Word) -> Word {
    if ends(word, "ies"), word.count == 4 { return replaced(word, "ies", "ie") }
    return applied(word, [("sses", "ss"), ("ies", "i"), ("ss", "ss"), ("s", "")], above: -1)
  }

  private static func step1b(_ word: Word) -> Word {
    if ends(word, "ied") { return replaced(word, "ied", word.count == 4 ? "ie" : "i") }
    if ends(word, "eed") { return measure(word.dropLast(3)) > 0 ? replaced(word, "eed", "ee") : word }
    for suffix: StaticString in ["ed", "ing"] where ends(word, suffix) {
      let stem = Word(word.dropLast(suffix.utf8CodeUnitCount))
      if consonants(stem).contains(false) { return mended(stem) }
    }
    return word
  }

  /// What is left after "ed" or "ing" went.
  private static func mended(_ stem: Word) -> Word {
    if ends(stem, "at") || ends(stem, "bl") || ends(stem, "iz") { return stem + [UInt8(ascii: "e")] }
    if endsWithDouble(stem) {
      let last = stem[stem.count - 1]
      let stays = last == UInt8(ascii: "l") || last == UInt8(ascii: "s") || last == UInt8(ascii: "z")
      return stays ? stem : Word(stem.dropLast())
    }
    return measure(stem) == 1 && endsShort(stem) ? stem + [UInt8(ascii: "e")] : stem
  }

  private static func step1c(_ word: Word) -> Word {
    guard ends(word, "y"), word.count > 2, consonants(word)[word.count - 2] else { return word }
    return replaced(word, "y", "i")
  }

  private static let step2Rules: [Rule] = [
    ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("bli", "ble"),
    ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"),
    ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"),
    ("iviti", "ive"), ("biliti", "ble"), ("fulli", "ful"),
  ]

  private static func step2(_ word: Word) -> Word {
    if ends(word, "alli"), measure(word.dropLast(4)) > 0 { return step2(replaced(word, "alli", "al")) }
    for rule in step2Rules where ends(word, rule.suffix) { return applied(word, [rule], above: 0) }
    if ends(word, "logi"), measure(word.dropLast(3)) > 0 { return replaced(word, "logi", "log") }
    return word
  }

  private static func step3(_ word: Word) -> Word {
    applied(
      word,
      [
        ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""),
      ], above: 0)
  }

  private static let step4Rules: [StaticString] = [
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate", "iti",
    "ous", "ive", "ize",
  ]

  private static func step4(_ word: Word) -> Word {
    for suffix in step4Rules where ends(word, suffix) {
      let stem = word.dropLast(suffix.utf8CodeUnitCount)
      guard measure(stem) > 1 else { return word }
      if suffix.utf8Start[0] == UInt8(ascii: "i"), suffix.utf8Start[1] == UInt8(ascii: "o") {
        guard stem.last == UInt8(ascii: "s") || stem.last == UInt8(ascii: "t") else { return word }
      }
      return Word(stem)
    }
    return word
  }

  private static func step5a(_ word: Word) -> Word {
    guard ends(word, "e") else { return word }
    let stem = word.dropLast()
    let measure = measure(stem)
    return measure > 1 || (measure == 1 && !endsShort(stem)) ? Word(stem) : word
  }

  private static func step5b(_ word: Word) -> Word {
    ends(word, "ll") && measure(word.dropLast()) > 1 ? Word(word.dropLast()) : word
  }
}

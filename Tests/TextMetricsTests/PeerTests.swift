// Every text metric beside sacrebleu, rouge-score, the SQuAD script and rapidfuzz, over plain and hostile texts.
import JSONValue
import Statistics
import TestSupport
import Testing

@testable import TextMetricsPlugin

struct PeerTests {
  typealias Row = (prediction: [UInt8], references: [[UInt8]])

  static let texts: [(prediction: String, references: [String])] = {
    var samples = TextSamples(seed: 2026)
    var rows = (0..<300).map { samples.row($0) }
    rows += [
      ("", [""]), (" ", ["\u{2003}"]), ("a", ["a"]), ("the", [""]), ("x", ["x x x x x x x x"]),
      ("the cat", ["the cat"]),
    ]
    let long = samples.text(words: 350, oddness: 5)
    rows.append((samples.variation(of: String(long.prefix(1_500))), [long]))
    rows.append((long, [String(long.prefix(30))]))
    rows.append((String(long.prefix(30)), [long, ""]))
    rows.append((String(repeating: "é", count: 2_000), [String(repeating: "e\u{301}", count: 900)]))
    return rows
  }()

  static let rows: [Row] = texts.map { (Array($0.prediction.utf8), $0.references.map { Array($0.utf8) }) }

  static let words: [String] = {
    var samples = TextSamples(seed: 5)
    let stems = [
      "oper", "sens", "digit", "vietnam", "call", "hop", "fall", "fizz", "trouble", "y", "sky", "abl", "form", "log",
      "tan",
    ]
    let endings = [
      "s", "sses", "ies", "ied", "eed", "ed", "ing", "at", "ating", "bled", "izing", "y", "ational", "tional", "enci",
      "anci", "izer", "abli", "alli", "entli", "eli", "ousli", "ization", "ation", "ator", "alism", "iveness",
      "fulness",
      "ousness", "aliti", "iviti", "biliti", "fulli", "logi", "icate", "ative", "alize", "iciti", "ical", "ful", "ness",
      "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "tion", "ou", "ism",
      "ate",
      "iti", "ous", "ive", "ize", "e", "ll", "lle", "",
    ]
    var all = TextSamples.words + stems.flatMap { stem in endings.map { stem + $0 } }
    for _ in 0..<1_000 {
      all.append(
        String((0..<1 + samples.random.below(5)).map { _ in "aeiouybstlz".randomElement(using: &samples.random)! })
          + endings[Int(samples.random.below(UInt64(endings.count)))])
    }
    return all
  }()

  static let peer = Result {
    try PythonPeer.ask(
      "metrics/text_peer.py",
      [
        "rows": .array(texts.map { [.string($0.prediction), .array($0.references.map { .string($0) })] }),
        "words": .array(words.map { .string($0) }),
      ])
  }

  /// Compares every row, and the first differences are shown with their texts.
  static func expect(_ name: String, _ ours: [Double], _ theirs: [Double], location: SourceLocation = #_sourceLocation)
  {
    #expect(ours.count == theirs.count)
    let wrong = ours.indices.filter { !(abs(ours[$0] - theirs[$0]) <= 1e-9) }
    let shown = wrong.prefix(3).map { "row \($0): \(ours[$0]) for \(theirs[$0]), \(String(reflecting: texts[$0]))" }
    #expect(wrong.isEmpty, "\(name): \(wrong.count) rows differ; \(shown)", sourceLocation: location)
  }

  static func theirs(_ name: String) throws -> [Double] {
    try #require(try peer.get()["rows"]?[name]?.array?.compactMap(\.double))
  }

  static func check(
    _ name: String, width: Int, _ statistics: (Row) -> [Double],
    row: (UnsafeBufferPointer<Double>) -> Double, corpus: (UnsafeBufferPointer<Double>) -> Double
  ) throws {
    let numbers = rows.map(statistics)
    expect(name, numbers.map { $0.withUnsafeBufferPointer(row) }, try theirs(name))
    let sums = (0..<width).map { place in numbers.reduce(0) { $0 + $1[place] } }
    let total = try #require(try peer.get()["corpus"]?[name]?.double)
    let ours = sums.withUnsafeBufferPointer(corpus)
    #expect(abs(ours - total) <= 1e-9, "\(name) of the corpus: \(ours) for \(total)")
  }

  @Test(arguments: ["exp", "floor", "add-k", "unsmoothed", "intl", "char", "none", "lower"])
  func `BLEU is that of sacrebleu`(_ variant: String) throws {
    var bleu = Bleu()
    bleu.lowercase = variant == "lower"
    bleu.smoothing = Bleu.Smoothing(rawValue: variant) ?? .exponential
    if variant == "intl" || variant == "char" { bleu.tokenizer = Tokenizer(rawValue: variant)! }
    if variant == "unsmoothed" { bleu.smoothing = .none }
    if variant == "none" {

      bleu.smoothing = .exponential
      bleu.tokenizer = .none
    }
    try Self.check(
      "bleu-\(variant)", width: Bleu.width, { bleu.statistics($0.prediction, $0.references) },
      row: { bleu.score($0, effectiveOrder: true) }, corpus: { bleu.score($0) })
  }

  @Test(arguments: [0, 2]) func `chrF and chrF++ are those of sacrebleu`(_ wordOrder: Int) throws {
    var chrf = ChrF(wordOrder: wordOrder)
    try Self.check(
      wordOrder == 0 ? "chrf" : "chrf++", width: chrf.width, { chrf.statistics($0.prediction, $0.references) },
      row: { chrf.score($0) }, corpus: { chrf.score($0) })
  }

  @Test func `chrF in lower case with its spaces is that of sacrebleu`() throws {
    var chrf = ChrF(wordOrder: 0)
    chrf.lowercase = true
    chrf.keepsSpace = true
    try Self.check(
      "chrf-lower-space", width: chrf.width, { chrf.statistics($0.prediction, $0.references) },
      row: { chrf.score($0) }, corpus: { chrf.score($0) })
  }

  @Test(arguments: [false, true]) func `TER is that of sacrebleu`(_ isCaseSensitive: Bool) throws {
    var ter = Ter()
    ter.caseSensitive = isCaseSensitive
    ter.withoutPunctuation = isCaseSensitive
    try Self.check(
      isCaseSensitive ? "ter-case-punct" : "ter", width: Ter.width, { ter.statistics($0.prediction, $0.references) },
      row: { ter.score($0) }, corpus: { ter.score($0) })
  }

  @Test(arguments: [false, true]) func `ROUGE is that of rouge-score`(_ usesStemmer: Bool) throws {
    var rouge = Rouge(usesStemmer: usesStemmer)
    let variants: [(String, Rouge.Variant)] = [
      ("rouge1", .grams(1)), ("rouge2", .grams(2)), ("rougeL", .subsequence), ("rougeLsum", .summary),
    ]
    for (name, variant) in variants {
      let scores = Self.rows.map { row in
        let prediction = rouge.tokens(row.prediction)
        let all = row.references.map {
          rouge.score(variant, prediction: prediction, reference: rouge.tokens($0))
        }
        return all.dropFirst().reduce(all[0]) { $1.f > $0.f ? $1 : $0 }
      }
      let theirs = try #require(try Self.peer.get()["rows"]?[name + (usesStemmer ? "-stem" : "")]?.array)
      Self.expect("\(name) precision", scores.map(\.precision), theirs.compactMap { $0[0]?.double })
      Self.expect("\(name) recall", scores.map(\.recall), theirs.compactMap { $0[1]?.double })
      Self.expect("\(name) F", scores.map(\.f), theirs.compactMap { $0[2]?.double })
    }
  }

  @Test func `stems are those of NLTK`() throws {
    let theirs = try #require(try Self.peer.get()["stems"]?.array?.compactMap(\.string))
    var wrong: [String] = []
    for (word, stem) in zip(Self.words, theirs) where word.utf8.allSatisfy({ $0 >= 0x61 && $0 <= 0x7A }) {
      let ours = word.utf8.count > 3 ? PorterStemmer.stem(Array(word.utf8)) : Array(word.utf8)
      if ours != Array(stem.utf8) { wrong.append("\(word): \(String(decoding: ours, as: UTF8.self)) for \(stem)") }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(10))")
  }

  @Test func `answers are judged as by the script of SQuAD`() throws {
    var squad = Squad()
    let words = Self.rows.map { row in (squad.words(row.prediction), row.references.map { squad.words($0) }) }
    Self.expect("exact", words.map { row in row.1.contains(row.0) ? 1 : 0 }, try Self.theirs("exact"))
    Self.expect("F1", words.map { row in row.1.map { squad.f1(row.0, $0) }.max()! }, try Self.theirs("f1"))
  }

  @Test func `edit distance is that of rapidfuzz`() throws {
    Self.expect(
      "distance", Self.rows.map { Double(EditDistance.between($0.prediction, $0.references[0]).distance) },
      try Self.theirs("distance"))
    Self.expect(
      "similarity", Self.rows.map { row in row.references.map { EditDistance.similarity(row.prediction, $0) }.max()! },
      try Self.theirs("edit"))
  }

  @Test func `lower case is that of Python`() throws {
    let theirs = try #require(try Self.peer.get()["lower"]?.array?.compactMap(\.string))
    #expect(Self.rows.map { String(decoding: PythonText.lower($0.prediction), as: UTF8.self) } == theirs)
  }
}

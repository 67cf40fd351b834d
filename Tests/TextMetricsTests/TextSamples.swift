// Texts for comparisons with other implementations: plain ones, and ones that look for the edges.
import Statistics

struct TextSamples {
  var random: Xoshiro256

  init(seed: UInt64) { random = Xoshiro256(seed: seed) }

  static let words = [
    "the", "a", "an", "cat", "cats", "running", "ran", "hopping", "relational", "conditional", "happiness", "Happy",
    "skies", "dying", "news", "innings", "agreed", "feed", "plastered", "motoring", "controlling", "generalization",
    "oscillators", "1,000.5", "3-4", "don't", "U.S.", "e.g.", "(hello)", "\"quoted\"", "hyphen-ated", "...", ",", ".",
    "!", "?", "&amp;", "&quot;", "<skipped>", "10%", "$5", "x=y", "snake_case", "THE", "A", "Theologically", "yyyyy",
    "syzygy", "enjoy", "spied", "ties", "flies", "roll", "cease", "possibly", "radically", "hopefully", "geologi",
  ]

  static let odd = [
    "\u{3A3}", "ΟΔΟΣ", "ὈΔΥΣΣΕΎΣ.", "İstanbul", "\u{212A}elvin", "straße", "ẞ", "e\u{301}", "a\u{301}", "日本語", "中文。",
    "、",
    "\u{A0}", "\u{2003}", "\u{1C}", "\u{1F}", "\u{85}", "\u{2028}", "\u{3000}", "\u{200B}", "\u{FEFF}", "👩‍👩‍👧", "🇩🇪", "٣",
    "²",
    "Ⅷ", "½", "_", "__a__", "the’s", "a’", "«guillemets»", "€", "±", "–", "—", "…", "\n", "\n\n", "-\n", "\t", "\r\n",
    "שלום", "ﬁ",
    "ǅ", "ß", "\u{0}", "\u{7F}", "·", "¿qué?", "a.b,c", "1.,2", ".5", "5.", "5,", "-5-", "9-", "\u{10FFFD}", "ſ", "ʼn",
    "꙳",
  ]

  private mutating func pick(_ list: [String]) -> String { list[Int(random.below(UInt64(list.count)))] }

  mutating func text(words count: Int, oddness: UInt64) -> String {
    var text = ""
    for _ in 0..<count {
      text += random.below(100) < oddness ? pick(Self.odd) : pick(Self.words)
      if random.below(10) > 0 { text += random.below(8) == 0 ? "\n" : " " }
    }
    return text
  }

  /// Another text with much in common: words lost, doubled, exchanged, and a run of them moved.
  mutating func variation(of text: String) -> String {
    var parts = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    for _ in 0..<1 + parts.count / 6 where !parts.isEmpty {
      let place = Int(random.below(UInt64(parts.count)))
      switch random.below(5) {
      case 0: parts.remove(at: place)
      case 1: parts.insert(parts[place], at: place)
      case 2: parts[place] = pick(Self.words)
      case 3: parts[place] = parts[place].uppercased()
      default:
        let end = min(parts.count, place + 1 + Int(random.below(4)))
        let run = Array(parts[place..<end])
        parts.removeSubrange(place..<end)
        parts.insert(contentsOf: run, at: Int(random.below(UInt64(parts.count + 1))))
      }
    }
    return parts.joined(separator: " ")
  }

  mutating func row(_ number: Int) -> (prediction: String, references: [String]) {
    let oddness: UInt64 = [0, 0, 20, 60, 100][number % 5]
    let count = number % 11 == 0 ? Int(random.below(3)) : 1 + Int(random.below(number % 7 == 0 ? 90 : 25))
    let reference = text(words: count, oddness: oddness)
    var references = [reference]
    for _ in 0..<random.below(3) {
      references.append(random.below(2) == 0 ? variation(of: reference) : text(words: 5, oddness: 30))
    }
    if number % 23 == 0 { references[references.count - 1] = "" }
    let prediction =
      number % 17 == 0 ? "" : number % 5 == 1 ? text(words: count, oddness: oddness) : variation(of: reference)
    return (prediction, references)
  }
}

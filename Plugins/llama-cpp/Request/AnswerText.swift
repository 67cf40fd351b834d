// From the bytes of tokens to text that can be told: whole code points, and nothing of a stop text.
import PluginKit

/// Holds back what may still become a stop text or a longer code point.
struct AnswerText {
  private let stops: [[UInt8]]
  private var held: [UInt8] = []
  /// Tokens whose text is not yet told, with the number of held bytes at their end.
  private var heldScores: [(end: Int, TokenLogProbability)] = []
  private(set) var isStopped = false

  struct Piece {
    var text: String
    var scores: [TokenLogProbability]
  }

  init(stops: [String]) { self.stops = stops.map { Array($0.utf8) } }

  /// What can be told after one more token.
  mutating func add(_ bytes: [UInt8], _ score: TokenLogProbability?) -> Piece? {
    held += bytes
    if let score { heldScores.append((held.count, score)) }
    if let cut = stopStart() {
      isStopped = true
      held.removeLast(held.count - cut)
      // Tokens that reach into the stop text are told as well: the model did choose them.
      return take(Self.wholeCodePoints(held), allScores: true)
    }
    return take(min(Self.wholeCodePoints(held), held.count - possibleStop()), allScores: false)
  }

  /// The rest, when the answer ended for another reason. Bytes that are no code point become U+FFFD.
  mutating func finish() -> Piece? { isStopped ? nil : take(held.count, allScores: true) }

  private mutating func take(_ count: Int, allScores: Bool) -> Piece? {
    let text = String(decoding: held[..<count], as: UTF8.self)
    let done = allScores ? heldScores.count : heldScores.prefix { $0.end <= count }.count
    let scores = heldScores.prefix(done).map(\.1)
    guard !text.isEmpty || !scores.isEmpty else { return nil }
    held.removeFirst(count)
    heldScores = heldScores.dropFirst(done).map { ($0.end - count, $0.1) }
    return Piece(text: text, scores: scores)
  }

  /// Where the first stop text begins.
  private func stopStart() -> Int? {
    stops.compactMap { stop in
      held.count < stop.count
        ? nil : (0...(held.count - stop.count)).first { held[$0..<($0 + stop.count)].elementsEqual(stop) }
    }.min()
  }

  /// How many bytes at the end may be the beginning of a stop text.
  private func possibleStop() -> Int {
    stops.map { stop in
      let most = min(stop.count - 1, held.count)
      return (0...most).reversed().first { held.suffix($0).elementsEqual(stop.prefix($0)) } ?? 0
    }.max() ?? 0
  }

  /// Bytes up to a code point that is not finished. Bytes that can never become one count as whole.
  private static func wholeCodePoints(_ bytes: [UInt8]) -> Int {
    for back in 1...3 where bytes.count >= back {
      let byte = bytes[bytes.count - back]
      if byte & 0xC0 == 0x80 { continue }
      let needed =
        byte >= 0xF0 && byte < 0xF8 ? 4 : byte >= 0xE0 && byte < 0xF0 ? 3 : byte >= 0xC0 && byte < 0xE0 ? 2 : 1
      return needed > back ? bytes.count - back : bytes.count
    }
    return bytes.count
  }
}

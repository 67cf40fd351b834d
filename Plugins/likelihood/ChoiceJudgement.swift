// One question: which choice wins by which measure, as lm-evaluation-harness judges it.
import Glibc

struct ChoiceJudgement: Sendable, Hashable {
  let accuracy: Double
  let byCharacters: Double
  let byBytes: Double
  let brier: Double
  /// nil where it is not known.
  let exactMatch: Double?
  let predicted: Int

  /// Lengths are those of the choices without the delimiter. `right` is within the choices.
  init(_ choices: [String], _ likelihoods: [Double], greedy: [Bool?], right: Int) {
    predicted = Self.highest(likelihoods)
    accuracy = predicted == right ? 1 : 0
    let characters = zip(likelihoods, choices).map { $0 / Double($1.unicodeScalars.count) }
    let bytes = zip(likelihoods, choices).map { $0 / Double($1.utf8.count) }
    byCharacters = Self.highest(characters) == right ? 1 : 0
    byBytes = Self.highest(bytes) == right ? 1 : 0
    exactMatch = greedy[right].map { $0 ? 1 : 0 }
    let most = likelihoods.max() ?? 0
    let weights = likelihoods.map { exp($0 - most) }
    let sum = weights.reduce(0, +)
    brier = weights.enumerated().reduce(0) { total, item in
      let distance = item.element / sum - (item.offset == right ? 1 : 0)
      return total + distance * distance
    }
  }

  /// The first of the highest.
  private static func highest(_ values: [Double]) -> Int {
    var best = 0
    for index in values.indices.dropFirst() where values[index] > values[best] { best = index }
    return best
  }
}

/// A text's size in the units of perplexity.
enum TextSize {
  /// Pieces between runs of white space, empty ones at the ends included, as `re.split(r"\\s+", text)` counts them.
  static func words(_ text: String) -> Int {
    var count = 1
    var wasSpace = false
    for scalar in text.unicodeScalars {
      let isSpace = isSpace(scalar)
      if isSpace, !wasSpace { count += 1 }
      wasSpace = isSpace
    }
    return count
  }

  /// White space as Python sees it.
  static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 9...13, 28...32, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
    default: false
    }
  }

  /// The text, and the white space at its end.
  static func splitTrailingSpace(_ text: String) -> (text: String, space: String) {
    let scalars = text.unicodeScalars
    var end = scalars.endIndex
    while end > scalars.startIndex, isSpace(scalars[scalars.index(before: end)]) { end = scalars.index(before: end) }
    return (String(scalars[..<end]), String(scalars[end...]))
  }
}

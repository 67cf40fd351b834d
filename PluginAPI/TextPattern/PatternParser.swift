// Reads a regular expression of the common kind (ECMA 262, what JSON Schema names) into a tree.

indirect enum PatternTree {
  case empty
  case one(ScalarSet)
  case assertion(TextPattern.Assertion)
  case sequence([PatternTree])
  case choice([PatternTree])
  /// `most` nil means without end.
  case repeated(PatternTree, least: Int, most: Int?)
}

struct PatternParser {
  private var rest: ArraySlice<Unicode.Scalar>
  private var depth = 0

  /// Nil when the pattern is malformed or uses what is not supported.
  static func parse(_ pattern: String) -> PatternTree? {
    var parser = PatternParser(rest: Array(pattern.unicodeScalars)[...])
    guard let tree = parser.choice(), parser.rest.isEmpty else { return nil }
    return tree
  }

  private init(rest: ArraySlice<Unicode.Scalar>) { self.rest = rest }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard rest.first == scalar else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func choice() -> PatternTree? {
    depth += 1
    defer { depth -= 1 }
    guard depth <= 32 else { return nil }
    var branches: [PatternTree] = []
    repeat {
      guard let branch = sequence() else { return nil }
      branches.append(branch)
    } while take("|")
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func sequence() -> PatternTree? {
    var parts: [PatternTree] = []
    while let next = rest.first, next != "|", next != ")" {
      guard let part = atom(), let quantified = quantified(part) else { return nil }
      parts.append(quantified)
    }
    return .sequence(parts)
  }

  private mutating func quantified(_ part: PatternTree) -> PatternTree? {
    var bounds: (least: Int, most: Int?)
    if take("*") {
      bounds = (0, nil)
    } else if take("+") {
      bounds = (1, nil)
    } else if take("?") {
      bounds = (0, 1)
    } else if rest.first == "{" {
      guard let counted = countedBounds() else { return nil }
      bounds = counted
    } else {
      return part
    }
    // Lazy or not decides what is captured, never whether it matches.
    _ = take("?")
    if case .assertion = part { return nil }
    guard bounds.least <= 1000, bounds.most ?? 0 <= 1000, bounds.most ?? .max >= bounds.least else { return nil }
    return .repeated(part, least: bounds.least, most: bounds.most)
  }

  /// `{n}`, `{n,}` or `{n,m}`.
  private mutating func countedBounds() -> (Int, Int?)? {
    rest.removeFirst()
    guard let least = number() else { return nil }
    if take("}") { return (least, least) }
    guard take(",") else { return nil }
    if take("}") { return (least, nil) }
    guard let most = number(), take("}") else { return nil }
    return (least, most)
  }

  private mutating func number() -> Int? {
    let digits = rest.prefix { ("0"..."9").contains($0) }
    rest = rest.dropFirst(digits.count)
    guard digits.count <= 4 else { return nil }
    return Int(String(String.UnicodeScalarView(digits)))
  }

  private mutating func atom() -> PatternTree? {
    guard let scalar = rest.popFirst() else { return nil }
    switch scalar {
    case "^": return .assertion(.start)
    case "$": return .assertion(.end)
    case ".": return .one(.any)
    case "(": return group()
    case "[": return characterClass().map { .one($0) }
    case "\\": return escape()
    case "*", "+", "?", "{": return nil
    default: return .one(ScalarSet(scalar))
    }
  }

  private mutating func group() -> PatternTree? {
    if take("?") {
      if take("<") {
        // A name, not a look-behind.
        guard rest.first != "=", rest.first != "!", let end = rest.firstIndex(of: ">") else { return nil }
        rest = rest[(end + 1)...]
      } else if !take(":") {
        return nil
      }
    }
    guard let tree = choice(), take(")") else { return nil }
    return tree
  }

  private mutating func escape() -> PatternTree? {
    if take("b") { return .assertion(.boundary) }
    if take("B") { return .assertion(.noBoundary) }
    return escapedSet().map { .one($0) }
  }

  private mutating func escapedSet() -> ScalarSet? {
    guard let scalar = rest.popFirst() else { return nil }
    switch scalar {
    case "d": return .digit
    case "w": return .word
    case "s": return .space
    case "D": return ScalarSet(complements: [.digit])
    case "W": return ScalarSet(complements: [.word])
    case "S": return ScalarSet(complements: [.space])
    case "n": return ScalarSet("\n")
    case "r": return ScalarSet("\r")
    case "t": return ScalarSet("\t")
    case "f": return ScalarSet("\u{0C}")
    case "v": return ScalarSet("\u{0B}")
    case "0": return ScalarSet("\0")
    case "x": return hexadecimal(2).map { ScalarSet($0) }
    case "u": return hexadecimal(4).map { ScalarSet($0) }
    case "p", "P": return category(inverted: scalar == "P")
    case "1"..."9", "k", "c", "B", "b": return nil
    default: return ScalarSet(scalar)
    }
  }

  private mutating func hexadecimal(_ count: Int) -> Unicode.Scalar? {
    let digits = String(String.UnicodeScalarView(rest.prefix(count)))
    rest = rest.dropFirst(count)
    guard digits.utf8.count == count, let value = UInt32(digits, radix: 16) else { return nil }
    return Unicode.Scalar(value)
  }

  /// `\p{L}`, `\p{Lu}`, `\p{N}` and their like.
  private mutating func category(inverted: Bool) -> ScalarSet? {
    guard take("{"), let end = rest.firstIndex(of: "}") else { return nil }
    let name = String(String.UnicodeScalarView(rest[..<end]))
    rest = rest[(end + 1)...]
    guard ["L", "Lu", "Ll", "Lt", "Lm", "Lo", "N", "Nd", "Nl", "No"].contains(name) else { return nil }
    let set = ScalarSet(categories: [name])
    return inverted ? ScalarSet(complements: [set]) : set
  }

  private mutating func characterClass() -> ScalarSet? {
    var set = ScalarSet()
    set.isInverted = take("^")
    while !take("]") {
      guard let first = classMember() else { return nil }
      guard rest.first == "-", rest.dropFirst().first != "]", let low = first.single else {
        set.merge(first)
        continue
      }
      rest.removeFirst()
      guard let high = classMember()?.single, low <= high else { return nil }
      set.ranges.append(low...high)
    }
    return set
  }

  private mutating func classMember() -> ScalarSet? {
    guard let scalar = rest.popFirst() else { return nil }
    guard scalar == "\\" else { return ScalarSet(scalar) }
    return take("b") ? ScalarSet("\u{08}") : escapedSet()
  }
}

extension ScalarSet {
  fileprivate var single: UInt32? {
    guard ranges.count == 1, categories.isEmpty, complements.isEmpty, ranges[0].count == 1 else { return nil }
    return ranges[0].lowerBound
  }

  fileprivate mutating func merge(_ other: ScalarSet) {
    ranges += other.ranges
    categories += other.categories
    complements += other.complements
  }
}

// `pattern` of JSON Schema, matched in time linear in the text: a pattern of a stranger cannot stall the host.
//
// The pattern becomes a graph of states; all states that are possible after a character are followed at once.
// Look-around and back-references cannot be done that way, and are refused.

package struct TextPattern: Sendable {
  enum State: Sendable {
    case one(ScalarSet, next: Int)
    case both(Int, Int)
    case assertion(Assertion, next: Int)
    case match
  }

  enum Assertion: Sendable { case start, end, boundary, noBoundary }

  private let states: [State]
  private let start: Int

  /// Nil when the pattern is malformed, too large, or beyond what is supported.
  package init?(_ pattern: String) {
    guard pattern.utf8.count <= 2000, let tree = PatternParser.parse(pattern) else { return nil }
    var builder = PatternBuilder()
    guard let start = builder.build(tree) else { return nil }
    states = builder.states
    self.start = start
  }

  /// Whether the pattern is found anywhere in the text, as JSON Schema wants it.
  package func matches(_ text: String) -> Bool {
    let scalars = Array(text.unicodeScalars)
    var marks = [Int](repeating: -1, count: states.count)
    var current: [Int] = []
    for index in 0...scalars.count {
      if add(start, at: index, scalars, &marks, &current) { return true }
      guard index < scalars.count else { return false }
      var next: [Int] = []
      let before = current
      current = []
      for state in before {
        guard case .one(let set, let following) = states[state], set.contains(scalars[index]) else { continue }
        next.append(following)
      }
      for state in next where add(state, at: index + 1, scalars, &marks, &current) { return true }
    }
    return false
  }

  /// Adds a state and all it leads to without reading; true when a match is among them.
  private func add(
    _ state: Int, at index: Int, _ scalars: [Unicode.Scalar], _ marks: inout [Int], _ current: inout [Int]
  ) -> Bool {
    var pending = [state]
    while let state = pending.popLast() {
      guard marks[state] != index else { continue }
      marks[state] = index
      switch states[state] {
      case .match: return true
      case .one: current.append(state)
      case .both(let first, let second): pending += [second, first]
      case .assertion(let assertion, let next):
        if holds(assertion, at: index, scalars) { pending.append(next) }
      }
    }
    return false
  }

  private func holds(_ assertion: Assertion, at index: Int, _ scalars: [Unicode.Scalar]) -> Bool {
    switch assertion {
    case .start: return index == 0
    case .end: return index == scalars.count
    case .boundary, .noBoundary:
      let before = index > 0 && ScalarSet.word.contains(scalars[index - 1])
      let after = index < scalars.count && ScalarSet.word.contains(scalars[index])
      return (before != after) == (assertion == .boundary)
    }
  }
}

/// What one place of a pattern accepts.
struct ScalarSet: Sendable {
  var ranges: [ClosedRange<UInt32>] = []
  var categories: [String] = []
  /// Sets that count by what they do not contain: `\D` inside `[...]`.
  var complements: [ScalarSet] = []
  var isInverted = false

  static let digit = ScalarSet(ranges: [0x30...0x39])
  static let word = ScalarSet(ranges: [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
  static let space = ScalarSet(
    ranges: [
      0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029,
      0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
    ])
  /// `.`: anything but an end of line.
  static let any = ScalarSet(ranges: [0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029], isInverted: true)

  init(
    ranges: [ClosedRange<UInt32>] = [], categories: [String] = [], complements: [ScalarSet] = [],
    isInverted: Bool = false
  ) {
    self.ranges = ranges
    self.categories = categories
    self.complements = complements
    self.isInverted = isInverted
  }

  init(_ scalar: Unicode.Scalar) { ranges = [scalar.value...scalar.value] }

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    let isInside =
      ranges.contains { $0.contains(scalar.value) } || complements.contains { !$0.contains(scalar) }
      || categories.contains { scalar.isIn(category: $0) }
    return isInside != isInverted
  }
}

extension Unicode.Scalar {
  fileprivate func isIn(category: String) -> Bool {
    let name: String =
      switch properties.generalCategory {
      case .uppercaseLetter: "Lu"
      case .lowercaseLetter: "Ll"
      case .titlecaseLetter: "Lt"
      case .modifierLetter: "Lm"
      case .otherLetter: "Lo"
      case .decimalNumber: "Nd"
      case .letterNumber: "Nl"
      case .otherNumber: "No"
      default: ""
      }
    return category.count == 1 ? name.first == category.first : name == category
  }
}

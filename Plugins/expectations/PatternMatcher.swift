// Tests values against a pattern, each with the automaton that suits it best. All of them give the same answer.

final class PatternMatcher {
  /// The forms a pattern is compiled to, when a value first needs one.
  private enum Form: Int, CaseIterable {
    case bytes, unicode
    /// For long values: the library tries each start in turn, which takes quadratic time; behind "anything" there is
    /// one start only. "." does not take a NUL, so values with one need the wider "anything".
    case longBytes, longUnicode, longUnicodeNUL
  }

  private static let longFrom = 256

  private let pattern: Pattern
  private var automata = [Automaton?](repeating: nil, count: Form.allCases.count)

  /// A `Pattern` has been compiled once, so compiling it again cannot fail for its form.
  init(_ pattern: Pattern) { self.pattern = pattern }

  func matches(_ value: UnsafeRawBufferPointer) -> Bool {
    let isASCII = pattern.isASCII && PatternMatcher.isASCII(value)
    let isLong = value.count >= PatternMatcher.longFrom && !pattern.isAnchored
    let form: Form
    switch (isASCII, isLong) {
    case (true, false): form = .bytes
    case (true, true): form = .longBytes
    case (false, false): form = .unicode
    case (false, true): form = value.contains(0) ? .longUnicodeNUL : .longUnicode
    }
    return automaton(form)?.matches(value) ?? false
  }

  private func automaton(_ form: Form) -> Automaton? {
    if let automaton = automata[form.rawValue] { return automaton }
    let alphabet: Automaton.Alphabet = form == .bytes || form == .longBytes ? .bytes : .unicode
    let posix: String
    switch form {
    case .bytes, .unicode: posix = pattern.posix
    case .longBytes, .longUnicodeNUL: posix = "^(.|[^a])*(\(pattern.posix))"
    case .longUnicode: posix = "^.*(\(pattern.posix))"
    }
    automata[form.rawValue] = try? Automaton(posix, ignoresCase: pattern.ignoresCase, alphabet: alphabet)
    return automata[form.rawValue]
  }

  private static func isASCII(_ value: UnsafeRawBufferPointer) -> Bool {
    var position = 0
    while position + 8 <= value.count {
      if value.loadUnaligned(fromByteOffset: position, as: UInt64.self) & 0x8080_8080_8080_8080 != 0 { return false }
      position += 8
    }
    while position < value.count {
      if value[position] >= 0x80 { return false }
      position += 1
    }
    return true
  }
}

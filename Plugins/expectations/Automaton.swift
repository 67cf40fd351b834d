// One compiled regular expression of the C library, in one locale.
import Glibc

final class Automaton {
  enum Alphabet {
    /// One byte is one character: right for ASCII, and several times faster.
    case bytes
    case unicode

    fileprivate var locale: locale_t? { self == .bytes ? Automaton.bytes : Automaton.unicode }
  }

  nonisolated(unsafe) private static let bytes = newlocale(LC_CTYPE_MASK, "C", nil)
  /// nil where the machine lacks C.UTF-8: then one character is one byte here too.
  nonisolated(unsafe) private static let unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil)
  /// The matcher adds states as it meets new text and never lets them go: it is made anew after this many bytes.
  private static let freshAfter = 256 << 10

  private let posix: String
  private let ignoresCase: Bool
  private let alphabet: Alphabet
  private var regex = regex_t()
  private var consumed = 0

  /// What the C library says against the expression, when it does.
  struct Refused: Error { var reason: String }

  init(_ posix: String, ignoresCase: Bool, alphabet: Alphabet) throws(Refused) {
    self.posix = posix
    self.ignoresCase = ignoresCase
    self.alphabet = alphabet
    let code = compile()
    guard code == 0 else {
      throw Refused(
        reason: withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
          regerror(code, &regex, buffer.baseAddress, buffer.count)
          return String(cString: buffer.baseAddress!)
        })
    }
  }

  /// Safe after a failed compile: the library leaves an empty expression then.
  deinit { regfree(&regex) }

  private func compile() -> Int32 {
    let previous = uselocale(alphabet.locale)
    defer { uselocale(previous) }
    return regcomp(&regex, posix, REG_EXTENDED | REG_NOSUB | (ignoresCase ? REG_ICASE : 0))
  }

  func matches(_ value: UnsafeRawBufferPointer) -> Bool {
    // The library counts in int.
    guard value.count < Int(Int32.max) else { return false }
    consumed += value.count
    if consumed > Automaton.freshAfter {
      regfree(&regex)
      // It was taken before, so only memory can be short: then nothing matches, and the next try makes it anew.
      guard compile() == 0 else { return false }
      consumed = value.count
    }
    guard alphabet == .unicode else { return run(value) }
    let previous = uselocale(Automaton.unicode)
    defer { uselocale(previous) }
    return run(value)
  }

  private func run(_ value: UnsafeRawBufferPointer) -> Bool {
    // With REG_STARTEND the length is told: values need no NUL at the end and may hold one.
    var range = regmatch_t(rm_so: 0, rm_eo: regoff_t(value.count))
    var empty: CChar = 0
    guard let start = value.baseAddress, value.count > 0 else {
      return regexec(&regex, &empty, 1, &range, REG_STARTEND) == 0
    }
    return regexec(&regex, start.assumingMemoryBound(to: CChar.self), 1, &range, REG_STARTEND) == 0
  }
}

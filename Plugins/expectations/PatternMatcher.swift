// A compiled pattern on the C library's regular expressions. Values of pure ASCII take a byte-wise automaton, which
// is several times faster; others one that knows UTF-8. Both give the same answer on ASCII.
import Glibc

final class PatternMatcher {
  nonisolated(unsafe) private static let bytes = newlocale(LC_CTYPE_MASK, "C", nil)
  /// nil where the machine lacks C.UTF-8: then one character is one byte.
  nonisolated(unsafe) private static let unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil)
  /// The matcher grows its automaton as it meets new text and never shrinks it: it is made anew after this much.
  private static let freshAfter = 256 << 10

  private let pattern: Pattern
  private var forASCII = regex_t()
  private var forUnicode = regex_t()
  private var consumed = 0

  /// The pattern has been compiled before, by `complaint`.
  init(_ pattern: Pattern) {
    self.pattern = pattern
    compile()
  }

  deinit { release() }

  private func compile() {
    _ = PatternMatcher.compile(pattern, pattern.isASCII ? PatternMatcher.bytes : PatternMatcher.unicode, &forASCII)
    _ = PatternMatcher.compile(pattern, PatternMatcher.unicode, &forUnicode)
  }

  private func release() {
    regfree(&forASCII)
    regfree(&forUnicode)
  }

  private static func compile(_ pattern: Pattern, _ locale: locale_t?, _ regex: inout regex_t) -> Int32 {
    let previous = uselocale(locale)
    defer { uselocale(previous) }
    return regcomp(&regex, pattern.posix, REG_EXTENDED | REG_NOSUB | (pattern.ignoresCase ? REG_ICASE : 0))
  }

  /// Why the C library refuses the pattern, nil when it takes it.
  static func complaint(_ pattern: Pattern) -> String? {
    for locale in [unicode, pattern.isASCII ? bytes : unicode] {
      var regex = regex_t()
      let code = compile(pattern, locale, &regex)
      guard code != 0 else {
        regfree(&regex)
        continue
      }
      return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
        regerror(code, &regex, buffer.baseAddress, buffer.count)
        return String(cString: buffer.baseAddress!)
      }
    }
    return nil
  }

  func matches(_ value: UnsafeRawBufferPointer) -> Bool {
    consumed += value.count
    if consumed > PatternMatcher.freshAfter {
      release()
      compile()
      consumed = 0
    }
    if pattern.isASCII, PatternMatcher.isASCII(value) { return PatternMatcher.run(&forASCII, value) }
    let previous = uselocale(PatternMatcher.unicode)
    defer { uselocale(previous) }
    return PatternMatcher.run(&forUnicode, value)
  }

  private static func run(_ regex: inout regex_t, _ value: UnsafeRawBufferPointer) -> Bool {
    guard value.count <= Int(Int32.max) else { return false }
    // With REG_STARTEND the length is told: values need no NUL at the end and may hold one.
    var range = regmatch_t(rm_so: 0, rm_eo: regoff_t(value.count))
    var empty: CChar = 0
    guard let start = value.baseAddress, value.count > 0 else { return regexec(&regex, &empty, 1, &range, REG_STARTEND) == 0 }
    return regexec(&regex, start.assumingMemoryBound(to: CChar.self), 1, &range, REG_STARTEND) == 0
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

// Text as the reference implementations see it: Python's white space, word characters and lower case, over UTF-8.

enum PythonText {
  /// The bytes of the white space that begins at `at` by `str.isspace`, 0 where there is none.
  @inline(__always)
  static func spaceLength(_ text: UnsafeBufferPointer<UInt8>, at: Int) -> Int {
    let byte = text[at]
    if byte < 0x80 { return (byte >= 9 && byte <= 13) || (byte >= 28 && byte <= 32) ? 1 : 0 }
    switch byte {
    case 0xC2: return text[at + 1] == 0x85 || text[at + 1] == 0xA0 ? 2 : 0
    case 0xE1: return text[at + 1] == 0x9A && text[at + 2] == 0x80 ? 3 : 0
    case 0xE2:
      let (second, third) = (text[at + 1], text[at + 2])
      if second == 0x80 { return third <= 0x8A || third == 0xA8 || third == 0xA9 || third == 0xAF ? 3 : 0 }
      return second == 0x81 && third == 0x9F ? 3 : 0
    case 0xE3: return text[at + 1] == 0x80 && text[at + 2] == 0x80 ? 3 : 0
    default: return 0
    }
  }

  /// How many bytes the code point has that begins with this byte.
  @inline(__always)
  static func width(_ lead: UInt8) -> Int { lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4 }

  /// Calls `body` with each run of other characters: `str.split()`.
  @inline(__always)
  static func split(_ text: [UInt8], _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    text.withUnsafeBufferPointer { text in
      var start = 0
      var at = 0
      while at < text.count {
        let space = spaceLength(text, at: at)
        if space > 0 {
          if at > start { body(UnsafeBufferPointer(rebasing: text[start..<at])) }
          at += space
          start = at
        } else {
          at += width(text[at])
        }
      }
      if at > start { body(UnsafeBufferPointer(rebasing: text[start..<min(at, text.count)])) }
    }
  }

  /// `str.rstrip()`.
  static func withoutTrailingSpace(_ text: [UInt8]) -> [UInt8] {
    text.withUnsafeBufferPointer { bytes in
      var end = bytes.count
      while end > 0 {
        var start = end - 1
        while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
        guard spaceLength(bytes, at: start) == end - start else { break }
        end = start
      }
      return end == bytes.count ? text : Array(bytes[..<end])
    }
  }

  static func isASCII(_ text: [UInt8]) -> Bool { text.allSatisfy { $0 < 0x80 } }

  static func scalars(_ text: [UInt8]) -> [Unicode.Scalar] {
    Array(String(decoding: text, as: UTF8.self).unicodeScalars)
  }

  static func bytes(_ scalars: some Sequence<Unicode.Scalar>) -> [UInt8] {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return Array(String(view).utf8)
  }

  /// `str.lower()`, with the two shapes of the small sigma.
  static func lower(_ text: [UInt8]) -> [UInt8] {
    if isASCII(text) { return text.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 } }
    let scalars = scalars(text)
    var view = String.UnicodeScalarView()
    for (index, scalar) in scalars.enumerated() {
      if scalar.value == 0x3A3 {
        view.append(isFinal(scalars, index) ? "\u{3C2}" : "\u{3C3}")
      } else {
        view.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
      }
    }
    return Array(String(view).utf8)
  }

  /// A sigma ends a word: a cased letter stands before it and none behind, marks and the like passed over.
  private static func isFinal(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
    func isCased(_ range: some Sequence<Int>) -> Bool {
      for place in range where !scalars[place].properties.isCaseIgnorable { return scalars[place].properties.isCased }
      return false
    }
    return isCased((0..<index).reversed()) && !isCased(index + 1..<scalars.count)
  }

  /// `\w` of Python's `re`, without the underscore.
  static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x80 { return isAlphanumeric(UInt8(scalar.value)) }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return true
    default: return scalar.properties.numericType != nil
    }
  }

  @inline(__always)
  static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (byte >= 0x61 && byte <= 0x7A) || (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5A)
  }

  /// `string.punctuation`.
  @inline(__always)
  static func isPunctuation(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F && !isAlphanumeric(byte) }
}

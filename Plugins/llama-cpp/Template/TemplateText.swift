// Texts by code points, as Python handles them; Swift's characters and its equality join what Python keeps apart.
import Glibc

enum TemplateText {
  static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  /// Python's `str.isspace`.
  static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
    default: false
    }
  }

  static func stripped(_ text: String, _ characters: String?, left: Bool = true, right: Bool = true) -> String {
    let set = characters.map { Set($0.unicodeScalars) }
    let isCut: (Unicode.Scalar) -> Bool = { set?.contains($0) ?? isBlank($0) }
    var rest = text.unicodeScalars[...]
    if left { rest = rest.drop(while: isCut) }
    while right, let last = rest.last, isCut(last) { rest.removeLast() }
    return String(rest)
  }

  /// Where a part stands, at most so many times, without overlaps. In linear time whatever is looked for (Knuth,
  /// Morris, Pratt): both texts may come from a stranger.
  static func places(of part: String, in text: [UInt8], atMost: Int) -> [Range<Int>] {
    let part = Array(part.utf8)
    guard !part.isEmpty, part.count <= text.count, atMost > 0 else { return [] }
    let borders = borders(of: part)
    var places: [Range<Int>] = []
    var matched = 0
    for (index, byte) in text.enumerated() {
      while matched > 0, part[matched] != byte { matched = borders[matched - 1] }
      if part[matched] == byte { matched += 1 }
      guard matched == part.count else { continue }
      places.append((index + 1 - matched)..<(index + 1))
      if places.count == atMost { break }
      matched = 0
    }
    return places
  }

  /// For each beginning of the part, how long its longest own beginning is that it also ends with.
  private static func borders(of part: [UInt8]) -> [Int] {
    var borders = [Int](repeating: 0, count: part.count)
    var length = 0
    for index in part.indices.dropFirst() {
      while length > 0, part[index] != part[length] { length = borders[length - 1] }
      if part[index] == part[length] { length += 1 }
      borders[index] = length
    }
    return borders
  }

  static func contains(_ text: String, _ part: String) -> Bool {
    part.isEmpty || !places(of: part, in: Array(text.utf8), atMost: 1).isEmpty
  }

  /// What stands between the places, in order.
  static func pieces(_ text: String, between part: String, atMost: Int = .max) -> [String] {
    let bytes = Array(text.utf8)
    var pieces: [String] = []
    var position = 0
    for place in places(of: part, in: bytes, atMost: atMost) {
      pieces.append(String(decoding: bytes[position..<place.lowerBound], as: UTF8.self))
      position = place.upperBound
    }
    return pieces + [String(decoding: bytes[position...], as: UTF8.self)]
  }

  /// `split()` without a separator: at any blanks.
  static func words(_ text: String) -> [String] {
    text.unicodeScalars.split(whereSeparator: isBlank).map { String($0) }
  }

  static func capitalized(_ text: String) throws -> String {
    guard let first = text.unicodeScalars.first else { return "" }
    return first.properties.titlecaseMapping + (try lowercased(String(text.unicodeScalars.dropFirst())))
  }

  /// The one letter whose small form depends on its place in the word is refused rather than guessed.
  static func lowercased(_ text: String) throws -> String {
    guard !text.unicodeScalars.contains("\u{3A3}") else {
      throw TemplateError(words: "it puts the letter \u{3A3} into small letters")
    }
    return text.unicodeScalars.reduce(into: "") { $0 += $1.properties.lowercaseMapping }
  }

  static func uppercased(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { $0 += $1.properties.uppercaseMapping }
  }

  /// The time in this machine's zone, in C's letters for its parts.
  static func time(_ seconds: Int, _ format: String) throws -> String {
    var clock = time_t(seconds)
    var parts = tm()
    var bytes = [CChar](repeating: 0, count: 1024)
    guard format.utf8.count <= 100, localtime_r(&clock, &parts) != nil else {
      throw TemplateError(words: "it writes the time in a form of more than 100 letters")
    }
    let count = strftime(&bytes, bytes.count, format, &parts)
    guard count > 0 || format.isEmpty else { throw TemplateError(words: "it writes the time as \(format)") }
    return String(decoding: bytes.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

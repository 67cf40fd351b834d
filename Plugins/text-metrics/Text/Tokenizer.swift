// The tokenisers of BLEU, as sacrebleu has them: 13a (mteval-v13a), intl (mteval-v14), char, none.

enum Tokenizer: String, Sendable, CaseIterable {
  case mteval13a = "13a"
  case international = "intl"
  case characters = "char"
  case none

  /// Calls `body` with each token of a text.
  func tokens(_ text: [UInt8], _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    switch self {
    case .none: PythonText.split(text, body)
    case .mteval13a: PythonText.split(Self.mteval13a(text), body)
    case .international: PythonText.split(Self.international(text), body)
    case .characters:
      PythonText.split(text) { word in
        var at = 0
        while at < word.count {
          let end = min(at + PythonText.width(word[at]), word.count)
          body(UnsafeBufferPointer(rebasing: word[at..<end]))
          at = end
        }
      }
    }
  }

  // MARK: 13a

  /// Its expressions look at ASCII only, and a negated class may as well match the last byte of a code point.
  private static func mteval13a(_ text: [UInt8]) -> [UInt8] {
    var line = text
    if line.contains(UInt8(ascii: "<")) { line = replacing("<skipped>", "", in: line) }
    if line.contains(UInt8(ascii: "\n")) {
      line = replacing("-\n", "", in: line)
      line = replacing("\n", " ", in: line)
    }
    if line.contains(UInt8(ascii: "&")) {
      for (entity, character) in [("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")] {
        line = replacing(entity, character, in: line)
      }
    }
    line = spaced(line)
    line = pairs(line, { !isDigit($0) }, isStop) { [$0, space, $1, space] }
    line = pairs(line, isStop, { !isDigit($0) }) { [space, $0, space, $1] }
    return pairs(line, isDigit, { $0 == UInt8(ascii: "-") }) { [$0, space, $1, space] }
  }

  private static let space = UInt8(ascii: " ")

  @inline(__always)
  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  @inline(__always)
  private static func isStop(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ".") || byte == UInt8(ascii: ",") }

  /// A space on each side of the text and of each punctuation mark.
  private static func spaced(_ line: [UInt8]) -> [UInt8] {
    var out: [UInt8] = [space]
    out.reserveCapacity(line.count * 3 / 2 + 2)
    for byte in line {
      let isMark =
        (byte >= 0x20 && byte <= 0x26) || (byte >= 0x28 && byte <= 0x2B) || byte == 0x2F
        || (byte >= 0x3A && byte <= 0x40) || (byte >= 0x5B && byte <= 0x60) || (byte >= 0x7B && byte <= 0x7E)
      if isMark {
        out.append(space)
        out.append(byte)
        out.append(space)
      } else {
        out.append(byte)
      }
    }
    out.append(space)
    return out
  }

  /// Replaces neighbours from left to right; what was replaced is not looked at again.
  @inline(__always)
  private static func pairs(
    _ line: [UInt8], _ first: (UInt8) -> Bool, _ second: (UInt8) -> Bool,
    _ replacement: (UInt8, UInt8) -> InlineArray<4, UInt8>
  ) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(line.count + 16)
    var at = 0
    while at < line.count {
      if at + 1 < line.count, first(line[at]), second(line[at + 1]) {
        let four = replacement(line[at], line[at + 1])
        for index in four.indices { out.append(four[index]) }
        at += 2
      } else {
        out.append(line[at])
        at += 1
      }
    }
    return out
  }

  /// `str.replace`.
  static func replacing(_ old: String, _ new: String, in line: [UInt8]) -> [UInt8] {
    let (old, new) = (Array(old.utf8), Array(new.utf8))
    guard line.count >= old.count else { return line }
    var out: [UInt8] = []
    out.reserveCapacity(line.count)
    var at = 0
    while at < line.count {
      if line[at] == old[0], line.count - at >= old.count, line[at..<at + old.count].elementsEqual(old) {
        out += new
        at += old.count
      } else {
        out.append(line[at])
        at += 1
      }
    }
    return out
  }

  // MARK: intl

  private enum Family { case punctuation, symbol, number, other }

  private static func family(_ scalar: Unicode.Scalar) -> Family {
    switch scalar.properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      .punctuation
    case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol: .symbol
    case .decimalNumber, .letterNumber, .otherNumber: .number
    default: .other
    }
  }

  /// Punctuation apart unless it stands between numbers, symbols always apart.
  private static func international(_ text: [UInt8]) -> [UInt8] {
    let space: Unicode.Scalar = " "
    var line = pairs(PythonText.scalars(text), { $0 != .number }, { $0 == .punctuation }) { [$0, space, $1, space] }
    line = pairs(line, { $0 == .punctuation }, { $0 != .number }) { [space, $0, space, $1] }
    return PythonText.bytes(line.flatMap { family($0) == .symbol ? [space, $0, space] : [$0] })
  }

  private static func pairs(
    _ line: [Unicode.Scalar], _ first: (Family) -> Bool, _ second: (Family) -> Bool,
    _ replacement: (Unicode.Scalar, Unicode.Scalar) -> [Unicode.Scalar]
  ) -> [Unicode.Scalar] {
    var out: [Unicode.Scalar] = []
    var at = 0
    while at < line.count {
      if at + 1 < line.count, first(family(line[at])), second(family(line[at + 1])) {
        out += replacement(line[at], line[at + 1])
        at += 2
      } else {
        out.append(line[at])
        at += 1
      }
    }
    return out
  }
}

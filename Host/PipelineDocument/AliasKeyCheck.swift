// Refuses YAML aliases inside keys before the parser sees them.
//
// The parser hashes every key to find duplicates. A key that is an alias of nested aliases would make it visit
// exponentially many values, and nothing could stop it. Aliases as values are harmless: the reader counts them.
import Model

struct AliasKeyCheck {
  let lines: [ArraySlice<UInt8>]
  let file: String?

  func run() throws(Problem) {
    guard lines.contains(where: { Self.aliases(in: $0).isEmpty == false }) else { return }
    for (index, line) in lines.enumerated() where Self.mayHoldAliasKey(line) {
      throw Problem(
        .documentSyntax,
        "Line \(index + 1) seems to use a YAML alias inside a key, or a '? ' key in a document with aliases.",
        at: ProblemLocation(file: file, line: index + 1),
        next: "Write keys as plain text; aliases may stand for values only.")
    }
  }

  /// Where tokens like `*name` begin: behind a blank or a bracket, or at the start.
  private static func aliases(in line: ArraySlice<UInt8>) -> [Int] {
    line.indices.filter { index in
      line[index] == UInt8(ascii: "*")
        && (index == line.startIndex || isBreak(line[index - 1]))
        && index + 1 < line.endIndex && isNameByte(line[index + 1])
    }
  }

  private static func mayHoldAliasKey(_ line: ArraySlice<UInt8>) -> Bool {
    if hasExplicitKey(line) { return true }
    let aliases = aliases(in: line)
    guard !aliases.isEmpty else { return false }
    for start in aliases {
      let end = line[(start + 1)...].firstIndex { !isNameByte($0) && $0 != UInt8(ascii: ":") } ?? line.endIndex
      // `*a:` may be a name that ends with a colon; both readings are refused.
      if line[end - 1] == UInt8(ascii: ":") || nextByte(in: line, from: end) == UInt8(ascii: ":") { return true }
    }
    return aliasStandsInBracketedKey(line, aliases)
  }

  /// `? key`, at the start of a line or behind a bracket, comma, dash or another mark.
  private static func hasExplicitKey(_ line: ArraySlice<UInt8>) -> Bool {
    line.indices.contains { index in
      guard line[index] == UInt8(ascii: "?") else { return false }
      let isAlone = index + 1 == line.endIndex || line[index + 1] <= 0x20
      let before = line[..<index].last { $0 > 0x20 }
      return isAlone && (before == nil || "[{,-?:".utf8.contains(before ?? 0))
    }
  }

  /// `[.. *a ..]: x` or `{.. *a ..}: x`, which YAML allows within one line.
  private static func aliasStandsInBracketedKey(_ line: ArraySlice<UInt8>, _ aliases: [Int]) -> Bool {
    var open: [Int] = []
    for index in line.indices {
      switch line[index] {
      case UInt8(ascii: "["), UInt8(ascii: "{"): open.append(index)
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        let start = open.popLast() ?? line.startIndex
        guard nextByte(in: line, from: index + 1) == UInt8(ascii: ":") else { continue }
        if aliases.contains(where: { $0 > start && $0 < index }) { return true }
      default: break
      }
    }
    return false
  }

  private static func nextByte(in line: ArraySlice<UInt8>, from index: Int) -> UInt8? {
    line[index...].first { $0 > 0x20 }
  }

  private static func isBreak(_ byte: UInt8) -> Bool { byte <= 0x20 || "[{,:?-".utf8.contains(byte) }

  private static func isNameByte(_ byte: UInt8) -> Bool { byte > 0x20 && !"[]{},:".utf8.contains(byte) }
}

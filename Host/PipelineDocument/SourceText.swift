// The bytes of a document, checked for what no YAML parser should be given.
import Model

struct SourceText {
  let text: String
  let file: String?
  private let lines: [ArraySlice<UInt8>]

  init(_ bytes: [UInt8], file: String?) throws(Problem) {
    self.file = file
    guard bytes.count <= DocumentLimits.bytes else {
      throw Problem(
        .documentTooLarge,
        "The document is larger than \(DocumentLimits.bytes) bytes (4 MiB).",
        at: ProblemLocation(file: file))
    }
    let isMarked = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    let content = isMarked ? Array(bytes.dropFirst(3)) : bytes
    lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let whole = content.contains(where: Self.isControl) ? nil : String(validating: content, as: UTF8.self)
    guard whole != nil else {
      for (index, line) in lines.enumerated() { try Self.check(line, number: index + 1, file: file) }
      throw Problem(.documentSyntax, "The document is not valid UTF-8.", at: ProblemLocation(file: file))
    }
    if content.contains(UInt8(ascii: "&")) {
      var check = AliasExpansionCheck(bytes: content, file: file)
      try check.run()
    }
    text = String(decoding: SurrogatePairs.joined(in: content), as: UTF8.self)
  }

  /// The bytes of a line counted from 1, without its end; empty past the end.
  func line(_ number: Int) -> ArraySlice<UInt8> {
    lines.indices.contains(number - 1) ? lines[number - 1] : []
  }

  var lineCount: Int { lines.count }

  private static func isControl(_ byte: UInt8) -> Bool {
    byte < 0x20 && byte != 0x09 && byte != 0x0A && byte != 0x0D || byte == 0x7F
  }

  private static func check(_ line: ArraySlice<UInt8>, number: Int, file: String?) throws(Problem) {
    if let index = line.firstIndex(where: isControl) {
      let column = index - line.startIndex + 1
      let code = String(line[index], radix: 16, uppercase: true)
      let name = line[index] == 0 ? "a NUL byte" : "the control character 0x\(code)"
      throw Problem(
        .documentSyntax, "Line \(number) contains \(name) at column \(column).",
        at: ProblemLocation(file: file, line: number, column: column), next: "Remove that character.")
    }
    guard String(validating: line, as: UTF8.self) == nil else { return }
    throw Problem(
      .documentSyntax, "Line \(number) is not valid UTF-8.", at: ProblemLocation(file: file, line: number),
      next: "Save the document as UTF-8.")
  }
}

/// JSON writes characters beyond U+FFFF as two \u escapes, YAML as one \U escape.
private enum SurrogatePairs {
  static func joined(in bytes: [UInt8]) -> [UInt8] {
    let first = bytes.first { $0 > 0x20 }
    guard first == UInt8(ascii: "{") else { return bytes }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count else {
        result.append(bytes[index])
        index += 1
        continue
      }
      if let high = unit(bytes, at: index), (0xD800..<0xDC00).contains(high),
        let low = unit(bytes, at: index + 6), (0xDC00..<0xE000).contains(low)
      {
        let code = String(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00), radix: 16)
        result += Array(("\\U" + String(repeating: "0", count: 8 - code.count) + code).utf8)
        index += 12
      } else {
        result += bytes[index...index + 1]
        index += 2
      }
    }
    return result
  }

  /// The code unit of a `\uXXXX` at that index.
  private static func unit(_ bytes: [UInt8], at index: Int) -> Int? {
    guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u") else {
      return nil
    }
    return Int(String(decoding: bytes[index + 2..<index + 6], as: UTF8.self), radix: 16)
  }
}

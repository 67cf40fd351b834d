// A file name pattern: * ? [a-z] {a,b} and ** for any number of folders.
// Matching simulates all pattern positions at once, so no pattern can make it slow.

package struct Glob: Sendable {
  private enum Token: Sendable {
    case one(UInt32)
    case any
    case choice(negated: Bool, ranges: [ClosedRange<UInt32>])
    case star
    case deepStar
    /// The two halves of "**/": `folders` may be skipped, `inFolder` eats until a slash.
    case folders
    case inFolder
  }

  /// Why a pattern is unusable, in words.
  package struct Malformed: Error { package var reason: String }

  package let text: String
  private let alternatives: [[Token]]
  /// A pattern without a slash looks at the last part of the path only.
  private let lastPartOnly: Bool

  package init(_ text: String) throws(Malformed) {
    self.text = text
    var pattern = text
    while pattern.hasPrefix("./") { pattern.removeFirst(2) }
    guard !pattern.isEmpty else { throw Malformed(reason: "the pattern is empty") }
    guard pattern.utf8.count <= 4096 else { throw Malformed(reason: "the pattern is longer than 4096 bytes") }
    if pattern.hasSuffix("/") { pattern += "**" }
    lastPartOnly = !pattern.contains("/")
    if pattern.hasPrefix("/") { pattern.removeFirst() }
    var parsed: [[Token]] = []
    for alternative in try Glob.expandBraces(Array(pattern.unicodeScalars.map(\.value))) {
      parsed.append(try Glob.tokens(alternative))
    }
    alternatives = parsed
  }

  /// `path` is relative to the folder that is searched, its parts separated by slashes.
  package func matches(_ path: [UInt8]) -> Bool {
    let subject = lastPartOnly ? Array(path[((path.lastIndex(of: 0x2F) ?? -1) + 1)...]) : path
    let points = Glob.codePoints(subject)
    return alternatives.contains { Glob.run($0, on: points) }
  }

  /// True when everything below the folder is matched too, so that it need not be entered.
  package func matchesFolder(_ path: [UInt8]) -> Bool { matches(path) || (!lastPartOnly && matches(path + [0x2F])) }
}

extension Glob {
  private static let slash: UInt32 = 0x2F
  private static let backslash: UInt32 = 0x5C

  private static func run(_ tokens: [Token], on points: [UInt32]) -> Bool {
    var active = [Bool](repeating: false, count: tokens.count + 1)
    activate(0, tokens, &active)
    for point in points {
      var next = [Bool](repeating: false, count: tokens.count + 1)
      for index in tokens.indices where active[index] { step(index, point, tokens, &next) }
      active = next
    }
    return active[tokens.count]
  }

  private static func step(_ index: Int, _ point: UInt32, _ tokens: [Token], _ next: inout [Bool]) {
    switch tokens[index] {
    case .one(let value): if point == value { activate(index + 1, tokens, &next) }
    case .any: if point != slash { activate(index + 1, tokens, &next) }
    case .choice(let negated, let ranges):
      if point != slash, ranges.contains(where: { $0.contains(point) }) != negated {
        activate(index + 1, tokens, &next)
      }
    case .star: if point != slash { activate(index, tokens, &next) }
    case .deepStar: activate(index, tokens, &next)
    case .folders: break
    case .inFolder:
      activate(index, tokens, &next)
      if point == slash { activate(index + 1, tokens, &next) }
    }
  }

  /// Marks a position and those reachable from it without eating anything.
  private static func activate(_ index: Int, _ tokens: [Token], _ active: inout [Bool]) {
    var index = index
    while !active[index] {
      active[index] = true
      guard index < tokens.count else { return }
      switch tokens[index] {
      case .star, .deepStar: index += 1
      case .folders:
        active[index + 1] = true
        index += 2
      default: return
      }
    }
  }

  private static func tokens(_ pattern: [UInt32]) throws(Malformed) -> [Token] {
    var tokens: [Token] = []
    var index = 0
    while index < pattern.count {
      let point = pattern[index]
      index += 1
      switch point {
      case 0x3F: tokens.append(.any)  // ?
      case 0x5B: tokens.append(try choice(pattern, &index))  // [
      case backslash where index < pattern.count:
        tokens.append(.one(pattern[index]))
        index += 1
      case 0x2A:  // *
        let atPartStart = index == 1 || pattern[index - 2] == slash
        guard index < pattern.count, pattern[index] == 0x2A else {
          tokens.append(.star)
          continue
        }
        while index < pattern.count, pattern[index] == 0x2A { index += 1 }
        if atPartStart, index < pattern.count, pattern[index] == slash {
          index += 1
          tokens += [.folders, .inFolder]
        } else {
          tokens.append(.deepStar)
        }
      default: tokens.append(.one(point))
      }
    }
    return tokens
  }

  /// Parses a class such as [a-z_] or [!0-9]; `index` stands behind the opening bracket.
  private static func choice(_ pattern: [UInt32], _ index: inout Int) throws(Malformed) -> Token {
    var negated = false
    var ranges: [ClosedRange<UInt32>] = []
    if index < pattern.count, pattern[index] == 0x21 || pattern[index] == 0x5E {
      negated = true
      index += 1
    }
    let first = index
    while index < pattern.count, pattern[index] != 0x5D || index == first {
      if pattern[index] == backslash, index + 1 < pattern.count { index += 1 }
      let low = pattern[index]
      index += 1
      guard index + 1 < pattern.count, pattern[index] == 0x2D, pattern[index + 1] != 0x5D else {
        ranges.append(low...low)
        continue
      }
      let high = pattern[index + 1]
      guard low <= high else { throw Malformed(reason: "a range in [ ] runs backwards") }
      ranges.append(low...high)
      index += 2
    }
    guard index < pattern.count else { throw Malformed(reason: "a [ has no ]") }
    index += 1
    return .choice(negated: negated, ranges: ranges)
  }

  /// a{b,c}d becomes abd and acd; braces may nest. The count is limited, because it multiplies.
  private static func expandBraces(_ pattern: [UInt32]) throws(Malformed) -> [[UInt32]] {
    var finished: [[UInt32]] = []
    var waiting = [pattern]
    while let current = waiting.popLast() {
      guard let open = firstBrace(current) else {
        finished.append(current)
        continue
      }
      let (parts, end) = try braceParts(current, open)
      waiting += parts.reversed().map { Array(current[..<open]) + $0 + Array(current[end...]) }
      guard finished.count + waiting.count <= 1024 else {
        throw Malformed(reason: "the braces stand for more than 1024 patterns")
      }
    }
    return finished
  }

  private static func firstBrace(_ pattern: [UInt32]) -> Int? {
    var index = 0
    while index < pattern.count {
      if pattern[index] == backslash { index += 1 } else if pattern[index] == 0x7B { return index }
      index += 1
    }
    return nil
  }

  private static func braceParts(_ pattern: [UInt32], _ open: Int) throws(Malformed) -> ([[UInt32]], end: Int) {
    var parts: [[UInt32]] = [[]]
    var depth = 0
    var index = open
    while index < pattern.count {
      let point = pattern[index]
      if point == backslash, index + 1 < pattern.count {
        parts[parts.count - 1] += [point, pattern[index + 1]]
        index += 2
        continue
      }
      if point == 0x7B { depth += 1 } else if point == 0x7D { depth -= 1 }
      if depth == 0 { return (parts, index + 1) }
      if depth == 1, point == 0x2C { parts.append([]) } else if index > open { parts[parts.count - 1].append(point) }
      index += 1
    }
    throw Malformed(reason: "a { has no }")
  }

  /// Decodes UTF-8; a byte that is not UTF-8 becomes a value beyond Unicode, so that ? matches it as one character.
  private static func codePoints(_ bytes: [UInt8]) -> [UInt32] {
    if bytes.allSatisfy({ $0 < 0x80 }) { return bytes.map(UInt32.init) }
    if let text = String(validating: bytes, as: UTF8.self) { return text.unicodeScalars.map(\.value) }
    return bytes.map { $0 < 0x80 ? UInt32($0) : 0x11_0000 + UInt32($0) }
  }
}

// A regular expression in the common syntax, translated to what the C library's matcher takes (POSIX extended).
// What that matcher has no equal for is refused with words, so that no pattern silently means something else.

struct Pattern: Sendable {
  /// Why a pattern is unusable.
  struct Malformed: Error { var reason: String }

  let text: String
  /// The POSIX form.
  let posix: String
  let ignoresCase: Bool
  let isASCII: Bool
  /// It can match at the start of a value only.
  let isAnchored: Bool

  static let maximumBytes = 2000
  static let maximumDepth = 50
  /// Repetitions are expanded by the matcher: a{1000} costs a thousand states.
  static let maximumWeight = 2000

  init(_ text: String) throws(Malformed) {
    self.text = text
    guard !text.isEmpty else { throw Malformed(reason: "it is empty") }
    guard text.utf8.count <= Pattern.maximumBytes else {
      throw Malformed(reason: "it is longer than \(Pattern.maximumBytes) bytes")
    }
    var translation = Translation(text)
    try translation.run()
    posix = translation.output
    ignoresCase = translation.ignoresCase
    guard !posix.isEmpty else { throw Malformed(reason: "it is empty") }
    isASCII = posix.utf8.allSatisfy { $0 < 0x80 }
    isAnchored = posix.hasPrefix("^") && !posix.contains("|")
    // The matcher has the last word on the form.
    do throws(Automaton.Refused) {
      _ = try Automaton(posix, ignoresCase: ignoresCase, alphabet: .unicode)
      if isASCII { _ = try Automaton(posix, ignoresCase: ignoresCase, alphabet: .bytes) }
    } catch {
      throw Malformed(reason: error.reason)
    }
  }
}

private struct Translation {
  private let input: [Unicode.Scalar]
  private var position = 0
  var output = ""
  var ignoresCase = false
  /// Cost of what was read so far, one entry per open group, and the cost of the last atom.
  private var weights = [0]
  private var atom = 0

  init(_ text: String) {
    input = Array(text.unicodeScalars)
    if text.hasPrefix("(?i)") {
      ignoresCase = true
      position = 4
    }
  }

  private var next: Unicode.Scalar? { position < input.count ? input[position] : nil }
  private func peek(_ distance: Int) -> Unicode.Scalar? {
    position + distance < input.count ? input[position + distance] : nil
  }

  mutating func run() throws(Pattern.Malformed) {
    while let scalar = next {
      position += 1
      switch scalar {
      case "\0": throw fail("it holds a NUL character")
      case "\\": try escape()
      case "[":
        var bracket = PatternBracket(input, position)
        output += try bracket.translate()
        position = bracket.position
        add(1)
      case "(": try open()
      case ")": try close()
      case "*", "+", "?": try repetition(String(scalar), times: scalar == "?" ? 1 : 2)
      case "{": try braces()
      case "|":
        output.append("|")
        atom = 0
      case "^", "$":
        output.unicodeScalars.append(scalar)
        atom = 0
      default:
        output.unicodeScalars.append(scalar)
        add(1)
      }
    }
    guard weights.count == 1 else { throw fail("a ( has no )") }
  }

  private func fail(_ reason: String) -> Pattern.Malformed { Pattern.Malformed(reason: reason) }

  private mutating func add(_ weight: Int) {
    atom = weight
    weights[weights.count - 1] += weight
  }

  private mutating func open() throws(Pattern.Malformed) {
    if next == "?" {
      guard peek(1) == ":" else {
        throw fail("look-around, named groups and inline options other than a leading (?i) are not offered")
      }
      position += 2
    }
    output.append("(")
    weights.append(0)
    atom = 0
    if weights.count > Pattern.maximumDepth { throw fail("groups are nested more than \(Pattern.maximumDepth) deep") }
  }

  private mutating func close() throws(Pattern.Malformed) {
    guard weights.count > 1 else { throw fail("a ) has no (") }
    output.append(")")
    let weight = weights.removeLast()
    add(max(weight, 1))
  }

  private mutating func repetition(_ text: String, times: Int) throws(Pattern.Malformed) {
    guard atom > 0 else {
      throw fail("'\(text)' has nothing before it to repeat; write \\\(text) for the character itself")
    }
    output += text
    // The atom is already counted once.
    weights[weights.count - 1] += atom * (times - 1)
    atom *= times
    guard weights.reduce(0, +) <= Pattern.maximumWeight else {
      throw fail("its repetitions add up to more than \(Pattern.maximumWeight) states; use the rule length for lengths")
    }
    // Whether a value matches does not depend on greed.
    if next == "?" { position += 1 }
    if let again = next, again == "+" || again == "*" || again == "?" {
      throw fail("'\(text)' is followed by another repetition; put the first in a group")
    }
  }

  private mutating func braces() throws(Pattern.Malformed) {
    var end = position
    while end < input.count, input[end] != "}", end - position < 12 { end += 1 }
    let inside = String(String.UnicodeScalarView(input[position..<min(end, input.count)]))
    let parts = inside.split(separator: ",", omittingEmptySubsequences: false)
    guard end < input.count, input[end] == "}", (1...2).contains(parts.count), let low = Int(parts[0]), low >= 0,
      parts.count == 1 || parts[1].isEmpty || Int(parts[1]) != nil
    else { throw fail("a { must begin a count such as {2}, {2,} or {2,5}; write \\{ for the character itself") }
    let high = parts.count == 2 ? Int(parts[1]) : low
    if let high, high < low { throw fail("the count {\(inside)} runs backwards") }
    guard low <= 1000, high ?? 0 <= 1000 else { throw fail("the count {\(inside)} is above 1000") }
    position = end + 1
    try repetition("{\(inside)}", times: max(1, high ?? low + 1))
  }

  private mutating func escape() throws(Pattern.Malformed) {
    guard let scalar = next else { throw fail("it ends with a lone \\") }
    position += 1
    if let group = PatternBracket.classes[scalar] {
      output += "[\(group)]"
      return add(1)
    }
    switch scalar {
    case "D", "W", "S":
      output += "[^\(PatternBracket.classes[Unicode.Scalar(scalar.value + 32)!]!)]"
      add(1)
    case "b", "B":
      output += "\\\(scalar)"
      atom = 0
    case "A", "z", "Z":
      output += scalar == "A" ? "\\`" : "\\'"
      atom = 0
    case "t", "n", "r", "f", "v":
      output.unicodeScalars.append(PatternBracket.controls[scalar]!)
      add(1)
    case "1"..."9": throw fail("references back to a group (\\\(scalar)) are not offered")
    case "a"..."z", "A"..."Z", "0": throw fail("\\\(scalar) is not offered")
    case ".", "[", "]", "(", ")", "*", "+", "?", "{", "}", "|", "^", "$", "\\":
      output += "\\\(scalar)"
      add(1)
    default:
      output.unicodeScalars.append(scalar)
      add(1)
    }
  }
}

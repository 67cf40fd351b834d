// One [...] of a pattern. POSIX has no escapes inside brackets, so its parts are put in an order that needs none.

struct PatternBracket {
  static let classes: [Unicode.Scalar: String] = ["d": "0-9", "w": "[:alnum:]_", "s": "[:space:]"]
  static let controls: [Unicode.Scalar: Unicode.Scalar] = ["t": "\t", "n": "\n", "r": "\r", "f": "\u{C}", "v": "\u{B}"]

  private static let spelledRange: UInt32 = 1024

  private let input: [Unicode.Scalar]
  /// Behind the opening bracket, later behind the closing one.
  private(set) var position: Int
  private var ranges = ""
  private var singles: [Unicode.Scalar] = []

  init(_ input: [Unicode.Scalar], _ position: Int) {
    self.input = input
    self.position = position
  }

  mutating func translate() throws(Pattern.Malformed) -> String {
    var isNegated = false
    if position < input.count, input[position] == "^" {
      isNegated = true
      position += 1
    }
    var isFirst = true
    while position < input.count, input[position] != "]" || isFirst {
      isFirst = false
      if try posixClass() { continue }
      guard let low = try member() else { continue }
      if position + 1 < input.count, input[position] == "-", input[position + 1] != "]" {
        position += 1
        guard let high = try member() else { throw Pattern.Malformed(reason: "a range ends with a class such as \\d") }
        try range(low, high)
      } else {
        singles.append(low)
      }
    }
    guard position < input.count else { throw Pattern.Malformed(reason: "a [ has no ]") }
    position += 1
    let body = body(isNegated)
    // A lone ^ cannot stand in brackets without negating.
    return body == "^" && !isNegated ? "\\^" : "[" + (isNegated ? "^" : "") + body + "]"
  }

  /// [:alpha:] and its kind pass unchanged.
  private mutating func posixClass() throws(Pattern.Malformed) -> Bool {
    guard input[position] == "[", position + 1 < input.count, input[position + 1] == ":" else { return false }
    var end = position + 2
    while end < input.count, input[end].properties.isAlphabetic { end += 1 }
    guard end + 1 < input.count, input[end] == ":", input[end + 1] == "]" else { return false }
    ranges.unicodeScalars.append(contentsOf: input[position...(end + 1)])
    position = end + 2
    return true
  }

  /// One character, escapes resolved; nil when it was a whole class.
  private mutating func member() throws(Pattern.Malformed) -> Unicode.Scalar? {
    let scalar = input[position]
    position += 1
    if scalar == "\0" { throw Pattern.Malformed(reason: "it holds a NUL character") }
    guard scalar == "\\" else { return scalar }
    guard position < input.count else { throw Pattern.Malformed(reason: "it ends with a lone \\") }
    let escaped = input[position]
    position += 1
    if let group = PatternBracket.classes[escaped] {
      ranges += group
      return nil
    }
    if let control = PatternBracket.controls[escaped] { return control }
    if escaped.isASCII, escaped.properties.isAlphabetic || ("0"..."9").contains(escaped) {
      throw Pattern.Malformed(reason: "\\\(escaped) inside [ ] is not offered")
    }
    return escaped
  }

  private mutating func range(_ low: Unicode.Scalar, _ high: Unicode.Scalar) throws(Pattern.Malformed) {
    guard low <= high else { throw Pattern.Malformed(reason: "the range \(low)-\(high) runs backwards") }
    // An end that means something to POSIX is kept out of the range itself.
    var (first, last) = (low.value, high.value)
    for special: Unicode.Scalar in ["[", "]", "^", "-", "\\"] {
      if first == special.value, first <= last {
        singles.append(special)
        first += 1
      }
    }
    for special: Unicode.Scalar in ["-", "^", "]", "\\", "["] where last == special.value && first <= last {
      singles.append(special)
      last -= 1
    }
    guard first <= last, let from = Unicode.Scalar(first), let to = Unicode.Scalar(last) else { return }
    if to.isASCII {
      ranges += "\(from)-\(to)"
      return
    }
    // The C library has no ranges beyond ASCII: small ones are spelt out.
    guard last - first < PatternBracket.spelledRange else {
      throw Pattern.Malformed(
        reason: "the range \(low)-\(high) spans more than \(PatternBracket.spelledRange) characters; "
          + "use a class such as [[:alpha:]] or \\w")
    }
    for value in first...last {
      guard let scalar = Unicode.Scalar(value) else { continue }
      if value < 0x80 { singles.append(scalar) } else { ranges.unicodeScalars.append(scalar) }
    }
  }

  /// "]" first, "[" and "^" behind the ranges, "-" last.
  private func body(_ isNegated: Bool) -> String {
    func has(_ scalar: Unicode.Scalar) -> Bool { singles.contains(scalar) }
    var text = has("]") ? "]" : ""
    text += ranges
    for scalar in singles where !["]", "[", "^", "-"].contains(scalar) { text.unicodeScalars.append(scalar) }
    // A leading ^ would negate: let another special character stand before it.
    if has("^"), text.isEmpty, !isNegated {
      if has("[") { return has("-") ? "[^-" : "[^" }
      if has("-") { return "-^" }
    }
    if has("^") { text += "^" }
    if has("[") { text += "[" }
    if has("-") { text += "-" }
    return text
  }
}

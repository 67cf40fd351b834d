// Jinja text into tokens, with the white-space rules that chat templates are written for.

/// Why a template cannot be used, in words.
struct TemplateError: Error {
  var words: String
  var line: Int?

  init(words: String, line: Int? = nil) { (self.words, self.line) = (words, line) }

  func at(_ line: Int) -> TemplateError { TemplateError(words: words, line: self.line ?? line) }
}

enum TemplateToken: Hashable {
  case text(String)
  case openOutput, closeOutput, openBlock, closeBlock
  case name(String), string(String), integer(Int64), number(Double), symbol(String)
}

/// As Hugging Face renders: the first newline after a block goes (trim_blocks), and so do blanks between the start of a
/// line and a block (lstrip_blocks). Works on code points, as Python does: a character of several would hide its parts.
struct TemplateLexer {
  private let source: [Unicode.Scalar]
  private var position = 0
  private var line = 1
  private var tokens: [(token: TemplateToken, line: Int)] = []
  /// What follows the last tag loses its leading white space, or only one newline.
  private var stripsAll = false
  private var stripsNewline = false
  /// How many are open in the tag.
  private var brackets = 0

  private init(_ text: String) {
    // Jinja knows one kind of newline, and drops the last.
    var scalars: [Unicode.Scalar] = []
    for scalar in text.unicodeScalars {
      if scalar == "\n", scalars.last == "\r" { scalars.removeLast() }
      scalars.append(scalar)
    }
    scalars = scalars.map { $0 == "\r" ? "\n" : $0 }
    if scalars.last == "\n" { scalars.removeLast() }
    source = scalars
  }

  static func tokens(of text: String) throws -> [(token: TemplateToken, line: Int)] {
    var lexer = TemplateLexer(text)
    do {
      while lexer.position < lexer.source.count { try lexer.step() }
    } catch let error as TemplateError { throw error.at(lexer.line) }
    return lexer.tokens
  }

  private func has(_ text: String, at index: Int) -> Bool {
    var index = index
    for scalar in text.unicodeScalars {
      guard index < source.count, source[index] == scalar else { return false }
      index += 1
    }
    return true
  }

  private mutating func move(to index: Int) {
    for scalar in source[position..<index] where scalar == "\n" { line += 1 }
    position = index
  }

  private mutating func append(_ token: TemplateToken) { tokens.append((token, line)) }

  private mutating func step() throws {
    var end = position
    while end < source.count, source[end] != "{" || !["{{", "{%", "{#"].contains(where: { has($0, at: end) }) {
      end += 1
    }
    appendText(until: end, isTag: end < source.count)
    move(to: end)
    if end < source.count { try tag() }
  }

  private mutating func appendText(until end: Int, isTag: Bool) {
    var text = source[position..<end]
    if isTag, !has("{{", at: end), !has("+", at: end + 2) { text = Self.withoutIndent(text, isFirst: position == 0) }
    if stripsAll {
      text = text.drop(while: TemplateText.isBlank)
    } else if stripsNewline, text.first == "\n" {
      text.removeFirst()
    }
    (stripsAll, stripsNewline) = (false, false)
    if isTag, has("-", at: end + 2) {
      while let last = text.last, TemplateText.isBlank(last) { text.removeLast() }
    }
    if !text.isEmpty { append(.text(TemplateText.string(text))) }
  }

  /// Blanks after the last newline go.
  private static func withoutIndent(_ text: ArraySlice<Unicode.Scalar>, isFirst: Bool) -> ArraySlice<Unicode.Scalar> {
    let blanks = text.reversed().prefix { TemplateText.isBlank($0) && $0 != "\n" }.count
    let rest = text.dropLast(blanks)
    return rest.last == "\n" || (rest.isEmpty && isFirst) ? rest : text
  }

  private mutating func tag() throws {
    if try raw() { return }
    let kind = source[position + 1]
    position += 2
    if has("-", at: position) || has("+", at: position) { position += 1 }
    if kind == "#" { return try comment() }
    let isBlock = kind == "%"
    append(isBlock ? .openBlock : .openOutput)
    let close = isBlock ? "%}" : "}}"
    brackets = 0
    while true {
      var next = position
      while next < source.count, TemplateText.isBlank(source[next]) { next += 1 }
      move(to: next)
      guard position < source.count else { throw TemplateError(words: "a tag is not closed") }
      let sign = ["-", isBlock ? "+" : "-"].first { has($0 + close, at: position) }
      // Two brackets of objects may close here, too.
      if brackets <= 0, sign != nil || has(close, at: position) {
        position += sign == nil ? 2 : 3
        append(isBlock ? .closeBlock : .closeOutput)
        return finishTag(isBlock: isBlock, sign: sign)
      }
      try word()
    }
  }

  private mutating func comment() throws {
    let start = position
    var end = position
    while end < source.count, !has("#}", at: end) { end += 1 }
    guard end < source.count else { throw TemplateError(words: "a remark is not closed") }
    let sign = end > start ? ["-", "+"].first { has($0, at: end - 1) } : nil
    move(to: end + 2)
    finishTag(isBlock: true, sign: sign)
  }

  private mutating func finishTag(isBlock: Bool, sign: String?) {
    stripsAll = sign == "-"
    stripsNewline = isBlock && sign == nil
  }

  /// `{% raw %}` up to `{% endraw %}` is text.
  private mutating func raw() throws -> Bool {
    guard let opening = wordTag("raw", at: position) else { return false }
    var end = opening.end
    while end < source.count, wordTag("endraw", at: end) == nil { end += 1 }
    guard let closing = wordTag("endraw", at: end) else { throw TemplateError(words: "{% raw %} is not closed") }
    var text = source[opening.end..<end]
    if opening.close == "-" { text = text.drop(while: TemplateText.isBlank) }
    if closing.open == "-" {
      while let last = text.last, TemplateText.isBlank(last) { text.removeLast() }
    } else if closing.open == nil {
      text = Self.withoutIndent(text, isFirst: false)
    }
    if !text.isEmpty { append(.text(TemplateText.string(text))) }
    move(to: closing.end)
    finishTag(isBlock: true, sign: closing.close)
    return true
  }

  /// A tag with only this word, and the signs at its ends.
  private func wordTag(_ word: String, at index: Int) -> (end: Int, open: String?, close: String?)? {
    guard has("{%", at: index) else { return nil }
    var index = index + 2
    let open = ["-", "+"].first { has($0, at: index) }
    if open != nil { index += 1 }
    while index < source.count, TemplateText.isBlank(source[index]) { index += 1 }
    guard has(word, at: index) else { return nil }
    index += word.unicodeScalars.count
    while index < source.count, TemplateText.isBlank(source[index]) { index += 1 }
    let close = ["-", "+"].first { has($0 + "%}", at: index) }
    if close != nil { index += 1 }
    return has("%}", at: index) ? (index + 2, open, close) : nil
  }

  // ---- inside of a tag

  private mutating func word() throws {
    let first = source[position]
    if first == "'" || first == "\"" { return try string(first) }
    if ("0"..."9").contains(first) { return try number() }
    if Self.isOfName(first) {
      let start = position
      while position < source.count, Self.isOfName(source[position]) { position += 1 }
      return append(.name(TemplateText.string(source[start..<position])))
    }
    for symbol in ["==", "!=", "<=", ">=", "//", "**"] where has(symbol, at: position) {
      position += 2
      return append(.symbol(symbol))
    }
    guard "+-*/%~<>=()[]{}.,:|".unicodeScalars.contains(first) else {
      throw TemplateError(words: "the sign \(first) is not known")
    }
    position += 1
    brackets += "([{".unicodeScalars.contains(first) ? 1 : ")]}".unicodeScalars.contains(first) ? -1 : 0
    append(.symbol(String(first)))
  }

  private static func isOfName(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }

  private mutating func number() throws {
    let start = position
    func isDigit(_ index: Int) -> Bool { index < source.count && ("0"..."9").contains(source[index]) }
    while isDigit(position) { position += 1 }
    if has(".", at: position), isDigit(position + 1) {
      position += 1
      while isDigit(position) { position += 1 }
    }
    if has("e", at: position) || has("E", at: position) {
      let sign = has("-", at: position + 1) || has("+", at: position + 1) ? 1 : 0
      if isDigit(position + 1 + sign) { position += 1 + sign }
      while isDigit(position) { position += 1 }
    }
    let text = TemplateText.string(source[start..<position])
    guard position == source.count || !Self.isOfName(source[position]),
      let token = Int64(text).map({ TemplateToken.integer($0) }) ?? Double(text).map({ .number($0) })
    else { throw TemplateError(words: "a number that begins with \(text) is not understood") }
    append(token)
  }

  private mutating func string(_ quote: Unicode.Scalar) throws {
    var index = position + 1
    var text: [Unicode.Scalar] = []
    while index < source.count, source[index] != quote {
      if source[index] == "\\", index + 1 < source.count {
        index = try escape(at: index + 1, &text)
      } else {
        text.append(source[index])
        index += 1
      }
    }
    guard index < source.count else { throw TemplateError(words: "a text in quotes is not closed") }
    append(.string(TemplateText.string(text[...])))
    move(to: index + 1)
  }

  /// What stands behind a backslash, as Python's texts have it. Answers where it ends.
  private func escape(at index: Int, _ text: inout [Unicode.Scalar]) throws -> Int {
    let plain: [Unicode.Scalar: Unicode.Scalar] = [
      "n": "\n", "t": "\t", "r": "\r", "a": "\u{7}", "b": "\u{8}", "f": "\u{c}", "v": "\u{b}", "\\": "\\", "'": "'",
      "\"": "\"",
    ]
    let digits: [Unicode.Scalar: Int] = ["x": 2, "u": 4, "U": 8]
    let sign = source[index]
    if let scalar = plain[sign] {
      text.append(scalar)
    } else if let count = digits[sign] {
      let hex = TemplateText.string(source[(index + 1)...].prefix(count))
      guard hex.utf8.count == count, let scalar = UInt32(hex, radix: 16).flatMap(Unicode.Scalar.init) else {
        throw TemplateError(words: "\\\(sign)\(hex) stands for no character")
      }
      text.append(scalar)
      return index + 1 + count
    } else if sign == "N" || ("0"..."7").contains(sign) {
      throw TemplateError(words: "\\\(sign) in a text is not understood")
    } else if sign != "\n" {
      text += ["\\", sign]
    }
    return index + 1
  }
}

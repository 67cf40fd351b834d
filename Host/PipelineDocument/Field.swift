// The typed questions a parser asks of document values; each wrong answer becomes a problem at its line.
import JSONValue
import Model

/// A value with its key, and where both stand.
struct Field {
  var key: String
  var pointer: String
  /// Of the key, where there is one.
  var position: TextPosition
  var value: DocumentValue

  func position(at pointer: String) -> TextPosition {
    pointer.isEmpty ? position : value.position(at: pointer)
  }
}

extension PipelineParser {
  func report(
    _ code: ProblemCode, _ detail: @autoclosure () -> String, _ field: Field, node: String? = nil,
    next: String? = nil
  ) {
    problems.add(code, detail(), at: field.position, pointer: field.pointer, node: node, next: next)
  }

  private func reportType(_ field: Field, _ wanted: String) {
    let name = field.pointer.isEmpty ? "The document" : "'\(field.key)'"
    problems.add(
      .wrongType, "\(name) must be \(wanted), is \(spoken(field.value.json)).", at: field.value.position,
      pointer: field.pointer)
  }

  /// The entries of a mapping in document order; any key is allowed.
  func entries(_ field: Field) -> [Field]? {
    guard case .object(let entries) = field.value.content else {
      reportType(field, "a mapping")
      return nil
    }
    return entries.map {
      Field(
        key: $0.key, pointer: field.pointer + "/" + pointerToken($0.key), position: $0.keyPosition, value: $0.value)
    }
  }

  /// The entries of a mapping by key; other keys than these are problems.
  func mapping(_ field: Field, _ what: String, allowing known: [String], node: String? = nil) -> [String: Field]? {
    guard let entries = entries(field) else { return nil }
    var result: [String: Field] = [:]
    for entry in entries {
      if known.contains(entry.key) {
        result[entry.key] = entry
      } else {
        report(
          .unknownKey,
          "\(what) has no key '\(shortened(entry.key))'\(suggestion(for: entry.key, among: known)).", entry, node: node)
      }
    }
    return result
  }

  func required(_ key: String, _ fields: [String: Field], _ parent: Field, node: String? = nil) -> Field? {
    if let field = fields[key] { return field }
    let place = parent.pointer.isEmpty ? "The document" : "'\(parent.key)'"
    report(.missingKey, "\(place) needs the key '\(key)'.", parent, node: node)
    return nil
  }

  func items(_ field: Field) -> [Field]? {
    guard case .array(let items) = field.value.content else {
      reportType(field, "a list")
      return nil
    }
    return items.enumerated().map {
      Field(key: field.key, pointer: "\(field.pointer)/\($0.offset)", position: $0.element.position, value: $0.element)
    }
  }

  func text(_ field: Field) -> String? {
    if case .string(let text) = field.value.content { return text }
    reportType(field, "a text")
    return nil
  }

  func flag(_ field: Field) -> Bool? {
    if case .bool(let value) = field.value.content { return value }
    reportType(field, "true or false")
    return nil
  }

  func integer(_ field: Field, in range: ClosedRange<Int>) -> Int? {
    if case .int(let value) = field.value.content, let number = Int(exactly: value), range.contains(number) {
      return number
    }
    reportType(field, "a whole number from \(range.lowerBound) to \(range.upperBound)")
    return nil
  }

  func number(_ field: Field, in range: ClosedRange<Double>) -> Double? {
    if let value = field.value.json.double, range.contains(value) { return value }
    reportType(field, "a number from \(range.lowerBound) to \(range.upperBound)")
    return nil
  }

  func duration(_ field: Field, atLeast least: Double = 0) -> Double? {
    if case .string(let text) = field.value.content, let value = Quantity.seconds(text), value >= least {
      return value
    }
    reportType(field, "a duration like 500ms, 30s, 5m or 1h30m" + (least > 0 ? " of at least \(least) s" : ""))
    return nil
  }

  func size(_ field: Field, atLeast least: Int64) -> Int64? {
    let bytes: Int64? =
      switch field.value.content {
      case .string(let text): Quantity.bytes(text)
      case .int(let value): value
      default: nil
      }
    if let bytes, bytes >= least { return bytes }
    reportType(field, "a size like 512MiB or 2GiB, at least \(least >> 20) MiB")
    return nil
  }

  func choice<Choice: RawRepresentable & CaseIterable>(_ field: Field, _ type: Choice.Type = Choice.self) -> Choice?
  where Choice.RawValue == String {
    guard let text = text(field) else { return nil }
    if let choice = Choice(rawValue: text) { return choice }
    let known = Choice.allCases.map(\.rawValue)
    report(
      .wrongType,
      "'\(field.key)' must be \(known.joined(separator: ", ")); is '\(shortened(text))'.", field)
    return nil
  }

  /// Letters, digits, '-' and '_', starting with a letter; at most 64.
  func checkName(_ name: String, _ what: String, _ field: Field, node: String? = nil) {
    guard !isName(name) else { return }
    report(.invalidName, "\(what) cannot be named '\(shortened(name))'.", field, node: node)
  }
}

func isName(_ name: String) -> Bool {
  guard let first = name.utf8.first, isLetter(first), name.utf8.count <= 64 else { return false }
  return name.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
}

/// Usable as a table name without quotes.
func isIdentifier(_ name: String) -> Bool {
  guard let first = name.utf8.first, isLetter(first) || first == UInt8(ascii: "_"), name.utf8.count <= 64 else {
    return false
  }
  return name.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
}

private func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

/// `/rules/0/at_most` as people write it: `with.rules[0].at_most`.
func readablePath(_ pointer: String, under root: String) -> String {
  pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst().reduce(into: root) { path, token in
    if !token.isEmpty, token.utf8.allSatisfy(isDigit) {
      path += "[\(token)]"
    } else {
      path += "." + unescapedPointerToken(token)
    }
  }
}

// Methods of texts and objects that Python has.

extension TemplateRenderer {
  func method(_ name: String, _ value: TemplateValue, _ given: TemplateCallValues) throws -> TemplateValue {
    let result: TemplateValue?
    switch value {
    case .string(let text):
      try charge(text.utf8.count)
      result = try cut(name, text, given) ?? parts(name, text, given) ?? looks(name, text, given)
    case .object(let object): result = try method(name, object, given)
    default: result = nil
    }
    if let result { return result }
    guard !value.isUndefined else { throw TemplateError(words: "it calls .\(name)() of an undefined value") }
    throw TemplateError(words: "it calls .\(name)() of \(value.kind)")
  }

  private func method(_ name: String, _ object: TemplateObject, _ given: TemplateCallValues) throws -> TemplateValue? {
    try given.check(".\(name)()", atMost: name == "get" ? 2 : name == "cycle" ? 100 : 0)
    switch name {
    case "get":
      guard let key = given.plain.first else { return nil }
      return key.string.flatMap { object[$0] } ?? given.plain[safe: 1] ?? .null
    case "keys": return try made(object.keys.map { .string($0) })
    case "values": return try made(object.pairs.map(\.1))
    case "items": return try made(try object.pairs.map { try made([.string($0), $1], isTuple: true) })
    case "cycle":
      // Of `loop`; no message has it.
      guard let index = object["index0"]?.int, !given.plain.isEmpty else { return nil }
      return given.plain[Int(index) % given.plain.count]
    default: return nil
    }
  }

  /// What makes one text of one.
  private func cut(_ name: String, _ text: String, _ given: TemplateCallValues) throws -> TemplateValue? {
    switch name {
    case "strip", "lstrip", "rstrip":
      try given.check(".\(name)()", atMost: 1)
      if let characters = given.plain.first, characters.string == nil, !characters.isNone { return nil }
      return try made(
        TemplateText.stripped(text, given.plain.first?.string, left: name != "rstrip", right: name != "lstrip"))
    case "upper", "lower", "capitalize":
      try given.check(".\(name)()", atMost: 0)
      return try made(
        name == "upper"
          ? TemplateText.uppercased(text)
          : name == "lower" ? try TemplateText.lowercased(text) : try TemplateText.capitalized(text))
    case "removeprefix", "removesuffix":
      let part = try given.text(0, of: ".\(name)")
      let isFirst = name == "removeprefix"
      guard isFirst ? text.utf8.starts(with: part.utf8) : text.utf8.reversed().starts(with: part.utf8.reversed())
      else { return .string(text) }
      let count = part.unicodeScalars.count
      let scalars = text.unicodeScalars
      return try made(isFirst ? String(scalars.dropFirst(count)) : String(scalars.dropLast(count)))
    case "replace":
      try given.check(".replace()", atMost: 3)
      let (from, to) = (try given.text(0, of: ".replace"), try given.text(1, of: ".replace"))
      guard !from.isEmpty else { throw TemplateError(words: "it replaces the empty text") }
      let most = given.plain[safe: 2].map { $0.int.map { $0 < 0 ? Int.max : Int($0) } } ?? .max
      guard let most else { return nil }
      let places = TemplateText.places(of: from, in: Array(text.utf8), atMost: most).count
      let (added, overflow) = places.multipliedReportingOverflow(by: to.utf8.count)
      guard !overflow else { throw Self.tooMuch }
      try charge(added)
      return try made(TemplateText.pieces(text, between: from, atMost: most).joined(separator: to))
    default: return nil
    }
  }

  /// What makes several texts of one, or one of several.
  private func parts(_ name: String, _ text: String, _ given: TemplateCallValues) throws -> TemplateValue? {
    switch name {
    case "split":
      try given.check(".split()", atMost: 2)
      guard let separator = given.plain.first, !separator.isNone else {
        guard given.plain.count < 2 else { return nil }
        return try made(TemplateText.words(text).map { .string($0) })
      }
      guard let separator = separator.string, !separator.isEmpty else { return nil }
      let most = given.plain[safe: 1].map { $0.int.map { $0 < 0 ? Int.max : Int($0) } } ?? .max
      guard let most else { return nil }
      return try made(TemplateText.pieces(text, between: separator, atMost: most).map { .string($0) })
    case "rsplit":
      try given.check(".rsplit()", atMost: 2)
      let separator = try given.text(0, of: ".rsplit")
      guard !separator.isEmpty, given.plain.count == 1 || given.plain[1].int == 1 else { return nil }
      let pieces = TemplateText.pieces(text, between: separator)
      guard given.plain.count == 2, pieces.count > 1 else { return try made(pieces.map { .string($0) }) }
      let last = pieces[pieces.count - 1]
      let first = text.unicodeScalars.dropLast(last.unicodeScalars.count + separator.unicodeScalars.count)
      return try made([.string(String(first)), .string(last)])
    case "join":
      try given.check(".join()", atMost: 1)
      guard let items = try given.plain.first.map({ try elements(of: $0) }) else { return nil }
      let texts = items.compactMap(\.string)
      guard texts.count == items.count else { return nil }
      return try joined(texts, text)
    default: return nil
    }
  }

  /// What answers a question about a text.
  private func looks(_ name: String, _ text: String, _ given: TemplateCallValues) throws -> TemplateValue? {
    try given.check(".\(name)()", atMost: 1)
    switch name {
    case "startswith", "endswith":
      let parts = given.plain.first?.items?.map(\.string) ?? [given.plain.first?.string]
      let known = parts.compactMap { $0 }
      guard known.count == parts.count else { return nil }
      try charge(known.reduce(0) { $0 + $1.utf8.count })
      return .bool(
        known.contains { part in
          name == "startswith"
            ? text.utf8.starts(with: part.utf8) : text.utf8.reversed().starts(with: part.utf8.reversed())
        })
    case "count", "find":
      let part = try given.text(0, of: ".\(name)")
      guard !part.isEmpty else { return nil }
      let bytes = Array(text.utf8)
      let places = TemplateText.places(of: part, in: bytes, atMost: name == "count" ? .max : 1)
      if name == "count" { return .int(Int64(places.count)) }
      guard let place = places.first else { return .int(-1) }
      return .int(Int64(String(decoding: bytes[..<place.lowerBound], as: UTF8.self).unicodeScalars.count))
    default: return nil
    }
  }
}

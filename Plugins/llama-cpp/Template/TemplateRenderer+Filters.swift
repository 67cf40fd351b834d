// Jinja's filters.

extension TemplateRenderer {
  func filter(_ call: TemplateFilterCall, _ value: TemplateValue) throws -> TemplateValue {
    let given = try arguments(call.arguments)
    if let result = try textFilter(call.name, value, given) ?? listFilter(call.name, value, given) { return result }
    throw TemplateError(words: "it puts \(value.kind) through the filter '\(call.name)'")
  }

  private func textFilter(
    _ name: String, _ value: TemplateValue, _ given: TemplateCallValues
  ) throws -> TemplateValue? {
    switch name {
    case "default", "d":
      try given.check("the filter 'default'", atMost: 2, named: ["default_value", "boolean"])
      let takesFalse = given[1, "boolean"]?.isTrue ?? false
      return value.isUndefined || (takesFalse && !value.isTrue) ? given[0, "default_value"] ?? .string("") : value
    case "safe", "string":
      try given.check("the filter '\(name)'", atMost: 0)
      return .string(try text(value))
    case "trim":
      try given.check("the filter 'trim'", atMost: 1)
      return try method("strip", .string(try text(value)), given)
    case "upper", "lower", "capitalize":
      return try method(name, .string(try text(value)), given)
    case "replace":
      try given.check("the filter 'replace'", atMost: 2)
      let texts = try given.plain.map { TemplateValue.string(try text($0)) }
      return try method(
        "replace", .string(try text(value)), TemplateCallValues(plain: texts, named: [:], order: []))
    case "tojson": return try json(value, try jsonForm(given))
    case "int":
      try given.check("the filter 'int'", atMost: 0)
      if case .int = value { return value }
      return value.string.flatMap { Int64(TemplateText.stripped($0, nil)) }.map { .int($0) }
    case "abs":
      if case .int(let number) = value, number != .min { return .int(abs(number)) }
      if case .double(let number) = value { return .double(abs(number)) }
      return nil
    default: return nil
    }
  }

  /// Hugging Face's own: nothing is escaped for HTML.
  private func jsonForm(_ given: TemplateCallValues) throws -> TemplateWriter.JSONForm {
    try given.check(
      "the filter 'tojson'", atMost: 2, named: ["ensure_ascii", "indent", "separators", "sort_keys"])
    var form = TemplateWriter.JSONForm()
    form.isASCII = given[0, "ensure_ascii"]?.isTrue ?? false
    form.isSorted = given.named["sort_keys"]?.isTrue ?? false
    if let indent = given[1, "indent"], !indent.isNone {
      guard let count = indent.int, (0...64).contains(count) else {
        throw TemplateError(words: "it indents JSON by something other than a number up to 64")
      }
      (form.indent, form.comma) = (Int(count), ",")
    }
    if let separators = given.named["separators"], !separators.isNone {
      guard let items = separators.items, items.count == 2, let comma = items[0].string, let colon = items[1].string
      else { throw TemplateError(words: "it separates JSON by something other than two texts") }
      (form.comma, form.colon) = (comma, colon)
    }
    return form
  }

  private func listFilter(
    _ name: String, _ value: TemplateValue, _ given: TemplateCallValues
  ) throws -> TemplateValue? {
    switch name {
    case "map", "select", "reject", "selectattr", "rejectattr": return try chosen(name, value, given)
    case "join":
      try given.check("the filter 'join'", atMost: 1, named: ["d"])
      let texts = try elements(of: value).map { try text($0) }
      return try joined(texts, try given[0, "d"].map { try text($0) } ?? "")
    case "length", "count", "first", "last", "list", "items", "dictsort", "reverse":
      try given.check("the filter '\(name)'", atMost: 0)
    default: return nil
    }
    if name == "items" || name == "dictsort" { return try pairs(value, isSorted: name == "dictsort") }
    let items = try elements(of: value)
    switch name {
    case "length", "count": return .int(Int64(items.count))
    case "first": return items.first ?? .undefined
    case "last": return items.last ?? .undefined
    case "list": return try made(items)
    case "reverse":
      if case .string = value { return try made(items.reversed().compactMap(\.string).joined()) }
      return try made(Array(items.reversed()))
    default: return nil
    }
  }

  private func pairs(_ value: TemplateValue, isSorted: Bool) throws -> TemplateValue? {
    if value.isUndefined, !isSorted { return try made([]) }
    guard let object = value.object else { return nil }
    var pairs = object.pairs
    // Jinja sorts names without regard to large and small letters; those that differ in nothing else keep their order.
    if isSorted {
      let keyed = try pairs.enumerated().map { (try TemplateText.lowercased($1.0), $0, $1) }
      pairs = keyed.sorted { first, second in
        first.0.utf8.elementsEqual(second.0.utf8)
          ? first.1 < second.1 : first.0.utf8.lexicographicallyPrecedes(second.0.utf8)
      }.map(\.2)
    }
    return try made(try pairs.map { try made([.string($0), $1], isTuple: true) })
  }

  /// Filters that put every item through a filter or a test, or through its attribute.
  private func chosen(_ name: String, _ value: TemplateValue, _ given: TemplateCallValues) throws -> TemplateValue? {
    let items = try elements(of: value)
    if name == "map", let path = given.named["attribute"]?.string {
      try given.check("the filter 'map'", atMost: 0, named: ["attribute", "default"])
      return try made(
        try items.map {
          let found = try attribute(path, of: $0)
          return found.isUndefined ? given.named["default"] ?? found : found
        })
    }
    try given.check("the filter '\(name)'", atMost: 4)
    if name == "map" {
      let filter = try given.text(0, of: "the filter 'map'")
      let rest = TemplateCallValues(plain: Array(given.plain.dropFirst()), named: [:], order: [])
      return try made(
        try items.map { item in
          if let result = try textFilter(filter, item, rest) ?? listFilter(filter, item, rest) { return result }
          throw TemplateError(words: "it puts \(item.kind) through the filter '\(filter)'")
        })
    }
    let isOfAttribute = name.hasSuffix("attr")
    let path = isOfAttribute ? try given.text(0, of: "the filter '\(name)'") : nil
    let rest = Array(given.plain.dropFirst(isOfAttribute ? 1 : 0))
    let wanted = name.hasPrefix("select")
    return try made(
      try items.filter { item in
        let part = try path.map { try attribute($0, of: item) } ?? item
        guard let test = rest.first else { return part.isTrue == wanted }
        guard let test = test.string else { throw TemplateError(words: "it uses a test without a name") }
        return try self.test(test, part, Array(rest.dropFirst())) == wanted
      })
  }

  /// `a.b.c` goes through objects, by members alone.
  private func attribute(_ path: String, of item: TemplateValue) throws -> TemplateValue {
    try TemplateText.pieces(path, between: ".").reduce(item) { value, name in
      guard !value.isUndefined else { throw TemplateError(words: "it asks an undefined value for .\(name)") }
      return value.object?[name] ?? .undefined
    }
  }
}

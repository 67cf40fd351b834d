// Values as text: as Python's str() and repr() write them, and as its json.dumps().

struct TemplateWriter {
  private(set) var text = ""
  /// A small value can hold the same part many times, so its text is bounded while it is written.
  private let maximum: Int

  init(maximum: Int) { self.maximum = maximum }

  private mutating func add(_ more: String) throws {
    text += more
    guard text.utf8.count <= maximum else { throw TemplateRenderer.tooMuch }
  }

  // ---- Python

  mutating func write(_ value: TemplateValue) throws {
    switch value {
    case .undefined: break
    case .string(let string): try add(string)
    default: try represent(value)
    }
  }

  private mutating func represent(_ value: TemplateValue) throws {
    switch value {
    case .undefined: try add("Undefined")
    case .null: try add("None")
    case .bool(let bool): try add(bool ? "True" : "False")
    case .int(let number): try add(String(number))
    case .double(let number): try add(number.description)
    case .string(let string): try add(Self.quoted(string))
    case .list(let list):
      try add(list.isTuple ? "(" : "[")
      for (index, item) in list.items.enumerated() {
        if index > 0 { try add(", ") }
        try represent(item)
      }
      try add(list.isTuple ? list.items.count == 1 ? ",)" : ")" : "]")
    case .object(let object):
      try add("{")
      for (index, (key, member)) in object.pairs.enumerated() {
        try add((index > 0 ? ", " : "") + Self.quoted(key) + ": ")
        try represent(member)
      }
      try add("}")
    case .namespace, .macro, .builtin: throw TemplateError(words: "it writes \(value.kind) as text")
    }
  }

  private static func quoted(_ text: String) -> String {
    let quote: Unicode.Scalar = text.unicodeScalars.contains("'") && !text.unicodeScalars.contains("\"") ? "\"" : "'"
    var result = String(quote)
    for scalar in text.unicodeScalars {
      switch scalar {
      case quote, "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where isPrintable(scalar): result.unicodeScalars.append(scalar)
      default:
        let (letter, count) = scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
        result += "\\\(letter)" + hex(scalar.value, count)
      }
    }
    return result + String(quote)
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
    case .spaceSeparator: scalar == " "
    default: true
    }
  }

  private static func hex(_ value: UInt32, _ count: Int) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, count - digits.utf8.count)) + digits
  }

  // ---- JSON

  struct JSONForm {
    var isASCII = false
    var indent: Int?
    var comma = ", "
    var colon = ": "
    var isSorted = false
  }

  mutating func writeJSON(_ value: TemplateValue, _ form: JSONForm, depth: Int = 0) throws {
    switch value {
    case .null: try add("null")
    case .bool(let bool): try add(bool ? "true" : "false")
    case .int(let number): try add(String(number))
    case .double(let number):
      try add(number.isNaN ? "NaN" : number.isFinite ? number.description : number < 0 ? "-Infinity" : "Infinity")
    case .string(let string): try add(Self.json(string, form))
    case .list(let list):
      try members("[", list.items.count, "]", form, depth) { writer, index in
        try writer.writeJSON(list.items[index], form, depth: depth + 1)
      }
    case .object(let object):
      let keys = form.isSorted ? object.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } : object.keys
      try members("{", keys.count, "}", form, depth) { writer, index in
        try writer.add(Self.json(keys[index], form) + form.colon)
        try writer.writeJSON(object[keys[index]] ?? .undefined, form, depth: depth + 1)
      }
    default: throw TemplateError(words: "it writes \(value.kind) as JSON")
    }
  }

  private mutating func members(
    _ open: String, _ count: Int, _ close: String, _ form: JSONForm, _ depth: Int,
    _ member: (inout TemplateWriter, Int) throws -> Void
  ) throws {
    func line(_ depth: Int) -> String {
      form.indent.map { "\n" + String(repeating: " ", count: $0 * depth) } ?? ""
    }
    try add(open)
    for index in 0..<count {
      try add((index > 0 ? form.comma : "") + line(depth + 1))
      try member(&self, index)
    }
    try add((count > 0 ? line(depth) : "") + close)
  }

  private static func json(_ text: String, _ form: JSONForm) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{8}": result += "\\b"
      case "\u{c}": result += "\\f"
      case _ where scalar.value < 0x20 || (form.isASCII && scalar.value > 0x7E):
        for unit in UTF16.encode(scalar) ?? .init() { result += "\\u" + hex(UInt32(unit), 4) }
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

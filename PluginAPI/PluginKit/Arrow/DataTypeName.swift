// Reads the readable names of data types back: "struct<a: int64, b: list<utf8>>".

extension DataType {
  /// The type with this readable name. Throws `ArrowError` for a name it does not know.
  public init(named name: String) throws {
    var parser = TypeNameParser(name)
    self = try parser.type(depth: 0)
    try parser.end()
  }
}

private struct TypeNameParser {
  private let text: String
  private let bytes: [UInt8]
  private var position = 0

  init(_ text: String) {
    self.text = text
    bytes = Array(text.utf8)
  }

  private func failure(_ what: String) -> ArrowError {
    ArrowError("'\(text)' is not a type name: \(what) at character \(position + 1)")
  }

  private mutating func skipSpace() {
    while position < bytes.count, bytes[position] == UInt8(ascii: " ") { position += 1 }
  }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws {
    guard accept(character) else { throw failure("'\(character)' expected") }
  }

  mutating func end() throws {
    skipSpace()
    guard position == bytes.count else { throw failure("nothing more expected") }
  }

  private mutating func word() throws -> String {
    skipSpace()
    if position < bytes.count, bytes[position] == UInt8(ascii: "\"") { return try quoted() }
    let start = position
    while position < bytes.count, DataType.isWordByte(bytes[position]) { position += 1 }
    guard position > start else { throw failure("a word expected") }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func quoted() throws -> String {
    position += 1
    var content: [UInt8] = []
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      if bytes[position] == UInt8(ascii: "\\"), position + 1 < bytes.count { position += 1 }
      content.append(bytes[position])
      position += 1
    }
    guard position < bytes.count else { throw failure("a closing quote expected") }
    position += 1
    return String(decoding: content, as: UTF8.self)
  }

  private mutating func number() throws -> Int {
    skipSpace()
    guard let value = Int(try word()) else { throw failure("a number expected") }
    return value
  }

  /// Everything up to the closing bracket, for time zone names.
  private mutating func upTo(_ close: Unicode.Scalar) throws -> String {
    skipSpace()
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: close) { position += 1 }
    guard position < bytes.count else { throw failure("'\(close)' expected") }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  /// The next word, only where it is this one.
  private mutating func acceptWord(_ expected: String) -> Bool {
    let start = position
    if let found = try? word(), found == expected { return true }
    position = start
    return false
  }

  private mutating func notNull() throws -> Bool {
    guard acceptWord("not") else { return false }
    guard acceptWord("null") else { throw failure("'null' expected") }
    return true
  }

  mutating func type(depth: Int) throws -> DataType {
    guard depth < Schema.depthLimit else { throw failure("too deeply nested") }
    let name = try word()
    if let simple = DataType.simple.first(where: { $0.name == name }) { return simple.type }
    switch name {
    case "decimal", "decimal32", "decimal64", "decimal128", "decimal256": return try decimal(name)
    case "fixed_size_binary":
      try expect("(")
      let size = try number()
      try expect(")")
      guard size >= 0 else { throw failure("a size of 0 or more expected") }
      return .fixedSizeBinary(size)
    case "time32", "time64", "timestamp", "duration", "interval":
      try expect("[")
      let type = try temporal(name)
      try expect("]")
      return type
    default:
      guard accept("<") else { throw failure("'\(name)' is not a known type") }
      let type = try nested(name, depth: depth + 1)
      try expect(">")
      return type
    }
  }

  private mutating func decimal(_ name: String) throws -> DataType {
    try expect("(")
    let precision = try number()
    var scale = 0
    if accept(",") { scale = try number() }
    try expect(")")
    let width = Int(name.dropFirst(7)) ?? 128
    guard let most = DataType.decimalDigits[width], (1...most).contains(precision), abs(scale) <= 1_000 else {
      throw failure("a precision and scale that fit \(width) bits expected")
    }
    return .decimal(precision: precision, scale: scale, bitWidth: width)
  }

  private mutating func temporal(_ name: String) throws -> DataType {
    let symbol = try word()
    if name == "interval" {
      guard let unit = IntervalUnit.allCases.first(where: { $0.symbol == symbol }) else {
        throw failure("months, day_time or month_day_nano expected")
      }
      return .interval(unit)
    }
    guard let unit = TimeUnit.allCases.first(where: { $0.symbol == symbol }) else {
      throw failure("s, ms, us or ns expected")
    }
    switch name {
    case "time32": return .time32(unit)
    case "time64": return .time64(unit)
    case "duration": return .duration(unit)
    default: return .timestamp(unit, zone: accept(",") ? try upTo("]") : nil)
    }
  }

  private mutating func nested(_ name: String, depth: Int) throws -> DataType {
    switch name {
    case "list": return .list(try element(depth))
    case "large_list": return .largeList(try element(depth))
    case "list_view": return .listView(try element(depth))
    case "large_list_view": return .largeListView(try element(depth))
    case "fixed_size_list":
      let item = try element(depth)
      try expect(",")
      return .fixedSizeList(item, try number())
    case "struct": return .structure(try members(depth, ids: false).fields)
    case "sparse_union":
      let (fields, ids) = try members(depth, ids: true)
      return .sparseUnion(fields, ids: ids)
    case "dense_union":
      let (fields, ids) = try members(depth, ids: true)
      return .denseUnion(fields, ids: ids)
    case "map":
      let key = try type(depth: depth)
      try expect(",")
      let value = try type(depth: depth)
      let required = try notNull()
      return .map(
        key: Field("key", key, nullable: false), value: Field("value", value, nullable: !required),
        sorted: try flag("sorted"))
    case "dictionary":
      let index = try type(depth: depth)
      try expect(",")
      return .dictionary(index: index, value: try type(depth: depth), ordered: try flag("ordered"))
    case "run_end_encoded":
      let ends = try type(depth: depth)
      try expect(",")
      return .runEndEncoded(
        runEnds: Field("run_ends", ends, nullable: false), values: Field("values", try type(depth: depth)))
    default: throw failure("'\(name)' is not a known type")
    }
  }

  private mutating func flag(_ word: String) throws -> Bool {
    guard accept(",") else { return false }
    guard acceptWord(word) else { throw failure("'\(word)' expected") }
    return true
  }

  /// "utf8", "utf8 not null" or "name: utf8".
  private mutating func element(_ depth: Int) throws -> Field {
    let start = position
    if (try? word()) != nil, accept(":") {
      position = start
      return try member(depth)
    }
    position = start
    let type = try type(depth: depth)
    return Field("item", type, nullable: !(try notNull()))
  }

  private mutating func member(_ depth: Int) throws -> Field {
    let name = try word()
    try expect(":")
    let type = try type(depth: depth)
    return Field(name, type, nullable: !(try notNull()))
  }

  private mutating func members(_ depth: Int, ids wanted: Bool) throws -> (fields: [Field], ids: [Int8]) {
    var fields: [Field] = []
    var ids: [Int8] = []
    skipSpace()
    if position < bytes.count, bytes[position] == UInt8(ascii: ">") { return ([], []) }
    repeat {
      fields.append(try member(depth))
      guard wanted else { continue }
      try expect("=")
      guard let id = Int8(exactly: try number()), id >= 0 else { throw failure("a type id from 0 to 127 expected") }
      ids.append(id)
    } while accept(",")
    return (fields, ids)
  }
}

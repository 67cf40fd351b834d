// Reads C schemas made by others: nothing in them is trusted but that their strings end.
public import CPluginABI

extension Schema {
  /// Reads a C schema of struct type; the schema stays the caller's. Throws `ArrowError` for what is malformed,
  /// deeper than 64 levels or wider than 100,000 fields.
  public init(importing c: UnsafePointer<ArrowSchema>) throws {
    var reader = SchemaReader()
    guard c.pointee.release != nil else { throw ArrowError("the schema was already released") }
    guard let format = c.pointee.format, String(cString: format) == "+s" else {
      throw ArrowError("a table's schema must have the format '+s' (struct)")
    }
    self.init(
      try reader.children(of: c, count: nil, path: "", depth: 0),
      metadata: try SchemaReader.metadata(c.pointee.metadata, path: "schema"))
  }
}

extension Field {
  /// Reads one C schema node; it stays the caller's. Throws `ArrowError`.
  public init(importing c: UnsafePointer<ArrowSchema>) throws {
    var reader = SchemaReader()
    self = try reader.field(c, path: "", depth: 0)
  }
}

struct SchemaReader {
  private var seen = 0

  mutating func field(_ c: UnsafePointer<ArrowSchema>, path: String, depth: Int) throws -> Field {
    seen += 1
    guard seen <= Schema.fieldLimit else { throw ArrowError("the schema has more than \(Schema.fieldLimit) fields") }
    let name = try Self.text(c.pointee.name, what: "a field name") ?? ""
    let path = path.isEmpty ? name : "\(path).\(name)"
    guard depth < Schema.depthLimit else { throw ArrowError("'\(path)' nests deeper than \(Schema.depthLimit) levels") }
    guard c.pointee.release != nil else { throw ArrowError("the schema of '\(path)' was already released") }
    guard let format = try Self.text(c.pointee.format, what: "the format of '\(path)'"), !format.isEmpty else {
      throw ArrowError("'\(path)' has no format")
    }
    var type = try self.type(format, c, path, depth)
    if let dictionary = c.pointee.dictionary {
      guard type.isInteger else { throw ArrowError("'\(path)' has dictionary indices of type \(type)") }
      let value = try field(dictionary, path: "\(path).dictionary", depth: depth + 1)
      type = .dictionary(
        index: type, value: value.type, ordered: c.pointee.flags & Int64(ARROW_FLAG_DICTIONARY_ORDERED) != 0)
    }
    return Field(
      name, type, nullable: c.pointee.flags & Int64(ARROW_FLAG_NULLABLE) != 0,
      metadata: try Self.metadata(c.pointee.metadata, path: path))
  }

  /// The child fields; `count` is how many the type demands, nil for any number.
  mutating func children(
    of c: UnsafePointer<ArrowSchema>, count: Int?, path: String, depth: Int
  ) throws -> [Field] {
    let found = c.pointee.n_children
    let owner = path.isEmpty ? "the schema" : "'\(path)'"
    guard found >= 0, found <= Int64(Schema.fieldLimit) else { throw ArrowError("\(owner) has \(found) children") }
    if let count, found != Int64(count) {
      throw ArrowError("\(owner) has \(found) children where its type needs \(count)")
    }
    if found == 0 { return [] }
    guard let list = c.pointee.children else { throw ArrowError("\(owner) has a NULL list of children") }
    return try (0..<Int(found)).map { index in
      guard let child = list[index] else { throw ArrowError("child \(index) of \(owner) is NULL") }
      return try field(child, path: path, depth: depth + 1)
    }
  }

  private mutating func type(
    _ format: String, _ c: UnsafePointer<ArrowSchema>, _ path: String, _ depth: Int
  ) throws -> DataType {
    if format.hasPrefix("+") { return try nested(format, c, path, depth) }
    _ = try children(of: c, count: 0, path: path, depth: depth)
    if let type = DataType(format: format) { return type }
    throw ArrowError("'\(path)' has the unknown format '\(format)'")
  }

  private mutating func nested(
    _ format: String, _ c: UnsafePointer<ArrowSchema>, _ path: String, _ depth: Int
  ) throws -> DataType {
    func one(_ reader: inout SchemaReader) throws -> Field {
      try reader.children(of: c, count: 1, path: path, depth: depth)[0]
    }
    switch format {
    case "+l": return .list(try one(&self))
    case "+L": return .largeList(try one(&self))
    case "+vl": return .listView(try one(&self))
    case "+vL": return .largeListView(try one(&self))
    case "+s": return .structure(try children(of: c, count: nil, path: path, depth: depth))
    case "+m": return try map(try one(&self), c, path)
    case "+r":
      let pair = try children(of: c, count: 2, path: path, depth: depth)
      guard [.int16, .int32, .int64].contains(pair[0].type) else {
        throw ArrowError("'\(path)' has run ends of type \(pair[0].type)")
      }
      return .runEndEncoded(runEnds: pair[0], values: pair[1])
    default: break
    }
    if let size = format.suffix(after: "+w:").flatMap({ Int($0) }), size >= 0, size <= Int(Int32.max) {
      return .fixedSizeList(try one(&self), size)
    }
    for (prefix, dense) in [("+ud:", true), ("+us:", false)] {
      guard let list = format.suffix(after: prefix) else { continue }
      let names = list.split(separator: ",", omittingEmptySubsequences: true)
      let ids = names.compactMap { Int8($0) }.filter { $0 >= 0 }
      let fields = try children(of: c, count: names.count, path: path, depth: depth)
      guard ids.count == names.count, Set(ids).count == ids.count else {
        throw ArrowError("'\(path)' has bad or repeated type ids in '\(format)'")
      }
      return dense ? .denseUnion(fields, ids: ids) : .sparseUnion(fields, ids: ids)
    }
    throw ArrowError("'\(path)' has the unknown format '\(format)'")
  }

  private func map(_ entries: Field, _ c: UnsafePointer<ArrowSchema>, _ path: String) throws -> DataType {
    guard case .structure(let pair) = entries.type, pair.count == 2 else {
      throw ArrowError("'\(path)' is a map whose entries are \(entries.type)")
    }
    return .map(
      key: pair[0], value: pair[1], sorted: c.pointee.flags & Int64(ARROW_FLAG_MAP_KEYS_SORTED) != 0)
  }

  static func text(_ pointer: UnsafePointer<CChar>?, what: String) throws -> String? {
    guard let pointer else { return nil }
    guard let text = String(validatingCString: pointer) else { throw ArrowError("\(what) is not valid UTF-8") }
    return text
  }

  /// int32 count, then for each pair int32 length and bytes of key and of value.
  static func metadata(_ pointer: UnsafePointer<CChar>?, path: String) throws -> [String: String] {
    guard let pointer else { return [:] }
    var cursor = UnsafeRawPointer(pointer)
    var total = 0
    func length() throws -> Int {
      let value = cursor.loadUnaligned(as: Int32.self)
      cursor += 4
      total += Int(max(value, 0))
      guard value >= 0, total <= 16 << 20 else { throw ArrowError("'\(path)' has malformed metadata") }
      return Int(value)
    }
    func string() throws -> String {
      let count = try length()
      defer { cursor += count }
      return String(decoding: UnsafeRawBufferPointer(start: cursor, count: count), as: UTF8.self)
    }
    var result: [String: String] = [:]
    for _ in 0..<(try length()) {
      let key = try string()
      result[key] = try string()
    }
    return result
  }
}

extension String {
  func suffix(after prefix: String) -> Substring? { hasPrefix(prefix) ? dropFirst(prefix.count) : nil }
}

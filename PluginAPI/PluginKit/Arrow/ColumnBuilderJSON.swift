// Appends JSON values to columns of any type.
internal import FoundationEssentials
public import JSONValue

/// A JSON value as a dictionary's key.
typealias JSONKey = JSONValue

extension ColumnBuilder {
  /// Appends a JSON value converted to the column's type; `Column.json` writes what this reads. Dates, times and
  /// timestamps may be ISO 8601 text or the stored number, binary values are base64, decimals text or numbers,
  /// structs objects, maps objects or arrays of {"key", "value"}. Throws `ArrowError` naming the column and what
  /// does not fit; the column is then as before.
  public func append(json: JSONValue) throws {
    let rows = count
    let childRows = children.map(\.count)
    do {
      try appendConverted(json)
    } catch {
      truncate(to: rows)
      if layout.kind != .dictionary { for (child, kept) in zip(children, childRows) { child.truncate(to: kept) } }
      throw error
    }
  }

  private func mismatch(_ json: JSONValue) -> ArrowError {
    let text = json.text
    let shown = text.count > 60 ? text.prefix(57) + "..." : text[...]
    return ArrowError("column '\(field.name)' holds \(layout.type), and \(shown) does not fit")
  }

  private func appendConverted(_ json: JSONValue) throws {
    if json.isNull { return appendNull() }
    switch layout.kind {
    case .null: throw mismatch(json)
    case .bool:
      guard let value = json.bool else { throw mismatch(json) }
      append(value)
    case .fixed: try appendFixed(json)
    case .binary32, .binary64, .view: try appendBytes(json)
    case .list32, .list64, .listView32, .listView64, .fixedList: try appendItems(json)
    case .structure: try appendMembers(json)
    case .dictionary: try appendToDictionary(json)
    case .runEnd:
      try children[1].append(json: json)
      endRun()
      countValid()
    case .sparseUnion, .denseUnion:
      guard let position = children.firstIndex(where: { (try? $0.append(json: json)) != nil }) else {
        throw mismatch(json)
      }
      endMember(position)
      countValid()
    }
  }

  private func appendFixed(_ json: JSONValue) throws {
    switch layout.scalar {
    case .float16, .float32, .float64:
      guard let value = json.double ?? json.string.flatMap({ Double($0) }) else { throw mismatch(json) }
      append(value)
    case .uint64: try appendUnsigned(json)
    case .decimal:
      guard let text = json.string ?? json.int.map(String.init) ?? json.double.map({ String($0) }),
        let bytes = decimalBytes(text)
      else { throw mismatch(json) }
      bytes.withUnsafeBytes { append(bytes: $0) }
    case .dayTime:
      guard json.object != nil, let day = Int32(exactly: json["days"]?.int ?? 0),
        let milliseconds = Int32(exactly: json["milliseconds"]?.int ?? 0)
      else { throw mismatch(json) }
      primary.append(day)
      primary.append(milliseconds)
      countValid()
    case .monthDayNano:
      guard json.object != nil, let month = Int32(exactly: json["months"]?.int ?? 0),
        let day = Int32(exactly: json["days"]?.int ?? 0)
      else { throw mismatch(json) }
      primary.append(month)
      primary.append(day)
      primary.append(json["nanoseconds"]?.int ?? 0)
      countValid()
    case .none: try appendBytes(json)
    default:
      guard let value = json.int ?? json.string.flatMap({ stored($0) }), fits(value) else { throw mismatch(json) }
      append(value)
    }
  }

  private func appendUnsigned(_ json: JSONValue) throws {
    guard let value = json.int.flatMap({ UInt64(exactly: $0) }) ?? json.string.flatMap({ UInt64($0) }) else {
      throw mismatch(json)
    }
    primary.append(value)
    countValid()
  }

  private func fits(_ value: Int64) -> Bool {
    switch layout.scalar {
    case .int32, .months: Int32(exactly: value) != nil
    case .int16: Int16(exactly: value) != nil
    case .int8: Int8(exactly: value) != nil
    case .uint32: UInt32(exactly: value) != nil
    case .uint16: UInt16(exactly: value) != nil
    case .uint8: UInt8(exactly: value) != nil
    default: true
    }
  }

  /// The stored number for a text, nil where the type has no text form or the text is malformed.
  private func stored(_ text: String) -> Int64? {
    switch layout.type {
    case .date32: CalendarText.parseDate(text[...])
    case .date64: CalendarText.parseTimestamp(text, per: 1_000)
    case .time32(let unit), .time64(let unit): CalendarText.parseTime(text[...], per: unit.perSecond)
    case .timestamp(let unit, _): CalendarText.parseTimestamp(text, per: unit.perSecond)
    default: Int64(text)
    }
  }

  private func appendBytes(_ json: JSONValue) throws {
    guard let text = json.string else { throw mismatch(json) }
    if layout.isText { return append(text) }
    guard let data = Data(base64Encoded: text) else { throw mismatch(json) }
    guard layout.kind != .fixed || data.count == layout.width else { throw mismatch(json) }
    data.withUnsafeBytes { append(bytes: $0) }
  }

  private func appendItems(_ json: JSONValue) throws {
    var items = json.array
    if items == nil, layout.isMap {
      items = json.object?.sorted { $0.key < $1.key }.map { ["key": .string($0.key), "value": $0.value] }
    }
    guard let items, layout.kind != .fixedList || items.count == layout.listSize else { throw mismatch(json) }
    let start = childCount
    for item in items { try children[0].append(json: item) }
    if layout.kind != .fixedList { endList(from: start) }
    countValid()
  }

  /// An object by name; an array by position, which also serves fields that share a name.
  private func appendMembers(_ json: JSONValue) throws {
    if let values = json.array, values.count == children.count {
      for (child, value) in zip(children, values) { try child.append(json: value) }
    } else if let object = json.object {
      if let unknown = object.keys.first(where: { key in !children.contains { $0.field.name == key } }) {
        throw ArrowError("column '\(field.name)' has no field '\(unknown)'")
      }
      for child in children { try child.append(json: object[child.field.name] ?? .null) }
    } else {
      throw mismatch(json)
    }
    countValid()
  }

  private func appendToDictionary(_ json: JSONValue) throws {
    let key = json.string.map { DictionaryKey.text($0) } ?? .json(json)
    let position: Int
    if let known = positions[key] {
      position = known
    } else {
      position = children[0].count
      guard fits(Int64(position)) else { throw ArrowError("column '\(field.name)' has more values than its indices") }
      try children[0].append(json: json)
      positions[key] = position
    }
    appendScalar(Int64(position))
    countValid()
  }
}

// A data type compiled once into what reading its buffers needs, so that no row pays for a switch over DataType.

/// How values of a type lie in memory. Immutable, made once per schema.
final class TypeLayout: Sendable {
  enum Kind: UInt8 {
    case null, bool, fixed, binary32, binary64, view, list32, list64, listView32, listView64, fixedList, structure
    case dictionary, runEnd, sparseUnion, denseUnion

    var bufferCount: Int {
      switch self {
      case .null, .runEnd: 0
      case .fixedList, .structure, .sparseUnion: 1
      case .bool, .fixed, .dictionary, .list32, .list64, .denseUnion: 2
      case .binary32, .binary64, .listView32, .listView64, .view: 3
      }
    }
  }

  /// What a fixed-width slot holds.
  enum Scalar: UInt8 {
    case none, int8, int16, int32, int64, uint8, uint16, uint32, uint64, float16, float32, float64, decimal
    case months, dayTime, monthDayNano
  }

  let type: DataType
  let kind: Kind
  let scalar: Scalar
  /// Bytes of one slot of a fixed-width type or of a dictionary's indices.
  let width: Int
  /// Child types; for a dictionary its one value type.
  let children: [TypeLayout]
  let fields: [Field]
  /// Null, union and run-end encoded arrays have no validity bitmap of their own.
  let hasValidity: Bool
  /// Buffers a C array of this type has; the views have this many plus one for each data buffer.
  let bufferCount: Int
  /// Children a C array of this type has; a dictionary's values are not among them.
  let childCount: Int
  let isText: Bool
  let isMap: Bool
  let listSize: Int
  /// Child position by union type id, -1 where no child has the id.
  let childOfID: [Int8]
  let ids: [Int8]

  init(_ type: DataType) {
    self.type = type
    let shape = Self.shape(of: type)
    kind = shape.kind
    scalar = shape.scalar
    width = shape.width
    fields = type.childFields
    if case .dictionary(_, let value, _) = type {
      children = [TypeLayout(value)]
    } else {
      children = fields.map { TypeLayout($0.type) }
    }
    hasValidity = ![.null, .runEnd, .sparseUnion, .denseUnion].contains(shape.kind)
    bufferCount = shape.kind.bufferCount
    childCount = fields.count
    isText = [.utf8, .largeUtf8, .utf8View].contains(type)
    if case .map = type { isMap = true } else { isMap = false }
    if case .fixedSizeList(_, let size) = type { listSize = size } else { listSize = 0 }
    ids = shape.ids
    var positions = [Int8](repeating: -1, count: shape.ids.isEmpty ? 0 : 128)
    for (position, id) in shape.ids.enumerated() where id >= 0 && position < 128 { positions[Int(id)] = Int8(position) }
    childOfID = positions
  }

  /// A dictionary here or in a child.
  var hasDictionary: Bool { kind == .dictionary || children.contains(where: \.hasDictionary) }
  var isUnion: Bool { kind == .sparseUnion || kind == .denseUnion }
  private static func shape(of type: DataType) -> (kind: Kind, scalar: Scalar, width: Int, ids: [Int8]) {
    switch type {
    case .null: (.null, .none, 0, [])
    case .bool: (.bool, .none, 0, [])
    case .int8: (.fixed, .int8, 1, [])
    case .int16: (.fixed, .int16, 2, [])
    case .int32, .date32, .time32: (.fixed, .int32, 4, [])
    case .int64, .date64, .time64, .timestamp, .duration: (.fixed, .int64, 8, [])
    case .uint8: (.fixed, .uint8, 1, [])
    case .uint16: (.fixed, .uint16, 2, [])
    case .uint32: (.fixed, .uint32, 4, [])
    case .uint64: (.fixed, .uint64, 8, [])
    case .float16: (.fixed, .float16, 2, [])
    case .float32: (.fixed, .float32, 4, [])
    case .float64: (.fixed, .float64, 8, [])
    case .decimal(_, _, let bits): (.fixed, .decimal, bits / 8, [])
    case .interval(.months): (.fixed, .months, 4, [])
    case .interval(.dayTime): (.fixed, .dayTime, 8, [])
    case .interval(.monthDayNano): (.fixed, .monthDayNano, 16, [])
    case .fixedSizeBinary(let size): (.fixed, .none, size, [])
    case .utf8, .binary: (.binary32, .none, 0, [])
    case .largeUtf8, .largeBinary: (.binary64, .none, 0, [])
    case .utf8View, .binaryView: (.view, .none, 16, [])
    case .list, .map: (.list32, .none, 0, [])
    case .largeList: (.list64, .none, 0, [])
    case .listView: (.listView32, .none, 0, [])
    case .largeListView: (.listView64, .none, 0, [])
    case .fixedSizeList: (.fixedList, .none, 0, [])
    case .structure: (.structure, .none, 0, [])
    case .dictionary(let index, _, _):
      { index in (.dictionary, index.scalar, index.width, []) }(shape(of: index))
    case .runEndEncoded: (.runEnd, .none, 0, [])
    case .sparseUnion(_, let ids): (.sparseUnion, .none, 1, ids)
    case .denseUnion(_, let ids): (.denseUnion, .none, 1, ids)
    }
  }
}

/// A schema with its columns compiled. A stream makes one and shares it among its batches.
final class BatchLayout: Sendable {
  let schema: Schema
  let columns: [TypeLayout]

  init(_ schema: Schema) {
    self.schema = schema
    columns = schema.fields.map { TypeLayout($0.type) }
  }

  init(schema: Schema, columns: [TypeLayout]) {
    self.schema = schema
    self.columns = columns
  }
}

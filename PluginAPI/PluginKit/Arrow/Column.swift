// Reads the values of one column.
internal import CPluginABI

/// A typed reader over one column of a batch, or over a child of one. It keeps the batch alive (not a borrowed one).
/// Rows count from 0; a row outside `0..<count` traps. Null, a wrong type and a value that does not fit read as nil.
public struct Column: @unchecked Sendable {
  public let field: Field
  public let count: Int
  let layout: TypeLayout
  let node: UnsafePointer<ArrowArray>
  /// The physical index of row 0.
  let first: Int
  let owner: AnyObject
  // What the common reads need, so that they touch no counted reference.
  private let kind: TypeLayout.Kind
  private let scalar: TypeLayout.Scalar
  private let isText: Bool
  private let validity: UnsafeRawPointer?
  private let values: UnsafeRawPointer?

  init(
    field: Field, count: Int, layout: TypeLayout, node: UnsafePointer<ArrowArray>, first: Int, owner: AnyObject
  ) {
    self.field = field
    self.count = count
    self.layout = layout
    self.node = node
    self.first = first
    self.owner = owner
    kind = layout.kind
    scalar = layout.scalar
    isText = layout.isText
    let buffers = node.pointee.buffers
    validity = layout.hasValidity && node.pointee.null_count != 0 ? buffers?[0] : nil
    values = layout.bufferCount > 1 ? buffers?[1] : nil
  }

  /// The physical index of a row whose value lies in this array itself, nil when the row is null.
  @inline(__always)
  private func place(_ row: Int) -> Int? {
    precondition(row >= 0 && row < count, "row \(row) of \(count)")
    if let validity, !Bitmap.get(validity, first &+ row) { return nil }
    return first &+ row
  }

  /// The bytes of a text or binary value with 32-bit offsets, the commonest kind.
  @inline(__always)
  private func plainBytes(_ place: Int) -> UnsafeRawBufferPointer? {
    guard let values else { return nil }
    let start = values.loadUnaligned(fromByteOffset: place &* 4, as: Int32.self)
    let end = values.loadUnaligned(fromByteOffset: place &* 4 &+ 4, as: Int32.self)
    guard start >= 0, end >= start else { return nil }
    if start == end { return UnsafeRawBufferPointer(start: nil, count: 0) }
    guard let data = node.pointee.buffers[2] else { return nil }
    return UnsafeRawBufferPointer(start: data + Int(start), count: Int(end) &- Int(start))
  }

  public var type: DataType { field.type }

  @inline(__always)
  func cell(_ row: Int) -> Cell {
    precondition(row >= 0 && row < count, "row \(row) of \(count)")
    return Cell(layout, node, first + row)
  }

  /// Runs `body` on the value behind dictionaries, runs and unions, nil when it is null.
  @inline(__always)
  private func read<R>(_ row: Int, _ body: (Cell) throws -> R?) rethrows -> R? {
    try withExtendedLifetime(owner) {
      guard let cell = cell(row).resolved() else { return nil }
      return try body(cell)
    }
  }

  /// True also where a dictionary, run or union leads to a null.
  public func isNull(_ row: Int) -> Bool {
    switch kind {
    case .null, .dictionary, .runEnd, .sparseUnion, .denseUnion:
      withExtendedLifetime(owner) { cell(row).resolved() == nil }
    default: place(row) == nil
    }
  }

  /// How many rows are null.
  public var nullCount: Int {
    withExtendedLifetime(owner) {
      switch layout.kind {
      case .null: return count
      case .dictionary, .runEnd, .sparseUnion, .denseUnion: return (0..<count).count { isNull($0) }
      default:
        if node.pointee.null_count == 0 { return 0 }
        guard let validity = node.pointee.buffers[0] else { return 0 }
        return count - Bitmap.count(validity, from: first, count: count)
      }
    }
  }

  /// Any integer; dates, times, timestamps, durations and month intervals as stored; bool as 0 or 1. nil for a uint64
  /// above `Int64.max`.
  public func int64(_ row: Int) -> Int64? {
    if kind == .fixed, scalar == .int64, let values {
      return place(row).map { values.loadUnaligned(fromByteOffset: $0 &* 8, as: Int64.self) }
    }
    if kind == .fixed, scalar == .int32, let values {
      return place(row).map { Int64(values.loadUnaligned(fromByteOffset: $0 &* 4, as: Int32.self)) }
    }
    return read(row) { $0.integer() }
  }

  /// Any number; decimals rounded to the nearest double.
  public func double(_ row: Int) -> Double? {
    if kind == .fixed, scalar == .float64, let values {
      return place(row).map { values.loadUnaligned(fromByteOffset: $0 &* 8, as: Double.self) }
    }
    return read(row) { $0.number() }
  }

  public func bool(_ row: Int) -> Bool? {
    if kind == .bool, let values { return place(row).map { Bitmap.get(values, $0) } }
    return read(row) { $0.boolean() }
  }

  /// The text kinds, also behind a dictionary. Bytes that are not UTF-8 come out repaired.
  public func string(_ row: Int) -> String? {
    if kind == .binary32, isText {
      return place(row).flatMap { plainBytes($0) }.map { String(decoding: $0, as: UTF8.self) }
    }
    return read(row) { cell in cell.layout.isText ? cell.bytes().map { String(decoding: $0, as: UTF8.self) } : nil }
  }

  /// The bytes of text, binary and fixed-size binary values, copied.
  public func bytes(_ row: Int) -> [UInt8]? { read(row) { $0.bytes().map { Array($0) } } }

  /// The same bytes in place: valid inside `body` only.
  public func withBytes<R>(_ row: Int, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R? {
    if kind == .binary32 {
      guard let bytes = place(row).flatMap({ plainBytes($0) }) else { return nil }
      return try withExtendedLifetime(owner) { try body(bytes) }
    }
    return try read(row) { cell in try cell.bytes().map(body) }
  }

  /// All slots of a fixed-width column in place, those of nulls included: valid inside `body` only. `T` must have
  /// the width of the column's type (dictionaries: of their indices).
  public func withValues<T: BitwiseCopyable, R>(
    as: T.Type, _ body: (UnsafeBufferPointer<T>) throws -> R
  ) rethrows -> R {
    precondition(
      (layout.kind == .fixed || layout.kind == .dictionary) && MemoryLayout<T>.stride == layout.width,
      "\(T.self) is not as wide as \(layout.type)")
    return try withExtendedLifetime(owner) {
      guard count > 0, let base = node.pointee.buffers[1] else {
        return try body(UnsafeBufferPointer(start: nil, count: 0))
      }
      let values = base + first * layout.width
      if Int(bitPattern: values) % MemoryLayout<T>.alignment == 0 {
        return try body(UnsafeBufferPointer(start: values.assumingMemoryBound(to: T.self), count: count))
      }
      // Arrow recommends alignment and does not demand it.
      return try withUnsafeTemporaryAllocation(of: T.self, capacity: count) { copy in
        UnsafeMutableRawBufferPointer(copy).copyMemory(
          from: UnsafeRawBufferPointer(start: values, count: count * layout.width))
        return try body(UnsafeBufferPointer(copy))
      }
    }
  }

  /// The items of a list or map entry; a map's items are structs of key and value. nil for null.
  public func list(_ row: Int) -> Column? {
    read(row) { cell in
      guard let range = cell.listRange(), let child = cell.node.pointee.children[0] else { return nil }
      return Column(
        field: cell.layout.fields[0], count: range.count, layout: cell.layout.children[0], node: UnsafePointer(child),
        first: Int(child.pointee.offset) + range.start, owner: owner)
    }
  }

  /// A child of a struct, row for row. A row that is null as a struct may hold anything here.
  public func field(_ index: Int) -> Column {
    precondition(layout.kind == .structure && layout.children.indices.contains(index), "no child \(index) in \(type)")
    let child = node.pointee.children[index]!
    return Column(
      field: layout.fields[index], count: count, layout: layout.children[index], node: UnsafePointer(child),
      first: Int(child.pointee.offset) + first, owner: owner)
  }
}

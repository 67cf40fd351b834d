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
  public func isNull(_ row: Int) -> Bool { withExtendedLifetime(owner) { cell(row).resolved() == nil } }

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
  public func int64(_ row: Int) -> Int64? { read(row) { $0.integer() } }

  /// Any number; decimals rounded to the nearest double.
  public func double(_ row: Int) -> Double? { read(row) { $0.number() } }

  public func bool(_ row: Int) -> Bool? { read(row) { $0.boolean() } }

  /// The text kinds, also behind a dictionary. Bytes that are not UTF-8 come out repaired.
  public func string(_ row: Int) -> String? {
    read(row) { cell in cell.layout.isText ? cell.bytes().map { String(decoding: $0, as: UTF8.self) } : nil }
  }

  /// The bytes of text, binary and fixed-size binary values, copied.
  public func bytes(_ row: Int) -> [UInt8]? { read(row) { $0.bytes().map { Array($0) } } }

  /// The same bytes in place: valid inside `body` only.
  public func withBytes<R>(_ row: Int, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R? {
    try read(row) { cell in try cell.bytes().map(body) }
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

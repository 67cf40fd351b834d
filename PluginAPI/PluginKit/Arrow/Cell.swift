// One value in place: a node and a physical index, cheap enough to make per row.
internal import CPluginABI

/// Reads one slot of a C array. Valid while the array is; whoever makes a cell keeps the owner alive.
struct Cell {
  /// Not counted: a cell lives shorter than the batch it came from, and is made per row.
  unowned(unsafe) let layout: TypeLayout
  let node: UnsafePointer<ArrowArray>
  /// Position in the buffers, the array's offset included.
  let index: Int

  init(_ layout: TypeLayout, _ node: UnsafePointer<ArrowArray>, _ index: Int) {
    self.layout = layout
    self.node = node
    self.index = index
  }

  init(_ layout: TypeLayout, _ node: UnsafeMutablePointer<ArrowArray>, _ index: Int) {
    self.init(layout, UnsafePointer(node), index)
  }

  @inline(__always)
  func buffer(_ position: Int) -> UnsafeRawPointer? { node.pointee.buffers[position] }

  /// Null by this array's own bitmap; dictionaries, runs and unions may still lead to a null.
  var isNullHere: Bool {
    if node.pointee.null_count == 0 || !layout.hasValidity { return layout.kind == .null }
    guard let validity = buffer(0) else { return false }
    return !Bitmap.get(validity, index)
  }

  /// The value behind dictionaries, runs and unions; nil when it is null or out of range.
  func resolved() -> Cell? {
    var cell = self
    while true {
      if cell.isNullHere { return nil }
      switch cell.layout.kind {
      case .dictionary:
        guard let dictionary = cell.node.pointee.dictionary, let key = cell.integer() else { return nil }
        guard key >= 0, key < dictionary.pointee.length else { return nil }
        cell = Cell(cell.layout.children[0], dictionary, Int(dictionary.pointee.offset + key))
      case .runEnd: cell = cell.runValue()
      case .sparseUnion, .denseUnion:
        guard let member = cell.member() else { return nil }
        cell = member
      default: return cell
      }
    }
  }

  /// The child value of a union, nil for an unknown type id or a position out of range.
  func member() -> Cell? {
    guard let position = memberPosition, let child = node.pointee.children[position] else { return nil }
    var place = Int64(index)
    if layout.kind == .denseUnion {
      guard let offsets = buffer(1) else { return nil }
      place = Int64(offsets.loadUnaligned(fromByteOffset: index * 4, as: Int32.self))
    }
    guard place >= 0, place < child.pointee.length else { return nil }
    return Cell(layout.children[position], child, Int(child.pointee.offset + place))
  }

  var memberPosition: Int? {
    guard let types = buffer(0) else { return nil }
    let id = types.load(fromByteOffset: index, as: Int8.self)
    guard id >= 0, layout.childOfID[Int(id)] >= 0 else { return nil }
    return Int(layout.childOfID[Int(id)])
  }

  /// The position among the runs: the first run that ends behind this index.
  var runPosition: Int {
    let ends = node.pointee.children[0]!
    let base = Int(ends.pointee.offset)
    var low = 0
    var high = Int(ends.pointee.length)
    while low < high {
      let middle = (low + high) / 2
      if Cell(layout.children[0], ends, base + middle).integer() ?? 0 <= Int64(index) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }

  private func runValue() -> Cell {
    let values = node.pointee.children[1]!
    // The last run covers what malformed ends leave over.
    let run = min(runPosition, Int(values.pointee.length) - 1)
    return Cell(layout.children[1], values, Int(values.pointee.offset) + run)
  }

  /// The bytes of a fixed-width slot.
  @inline(__always)
  private func load<T: BitwiseCopyable>(_ type: T.Type) -> T? {
    buffer(1)?.loadUnaligned(fromByteOffset: index &* MemoryLayout<T>.stride, as: type)
  }

  /// An integer slot, whatever its width; dictionary indices too. No look at the bitmap.
  func integer() -> Int64? {
    switch layout.scalar {
    case .int64: load(Int64.self)
    case .int32, .months: load(Int32.self).map { Int64($0) }
    case .int16: load(Int16.self).map { Int64($0) }
    case .int8: load(Int8.self).map { Int64($0) }
    case .uint64: load(UInt64.self).flatMap { Int64(exactly: $0) }
    case .uint32: load(UInt32.self).map { Int64($0) }
    case .uint16: load(UInt16.self).map { Int64($0) }
    case .uint8: load(UInt8.self).map { Int64($0) }
    default: layout.kind == .bool ? boolean().map { $0 ? 1 : 0 } : nil
    }
  }

  func unsigned() -> UInt64? {
    layout.scalar == .uint64 ? load(UInt64.self) : integer().flatMap { UInt64(exactly: $0) }
  }

  func boolean() -> Bool? { layout.kind == .bool ? buffer(1).map { Bitmap.get($0, index) } : nil }

  func number() -> Double? {
    switch layout.scalar {
    case .float64: load(Double.self)
    case .float32: load(Float.self).map { Double($0) }
    case .float16: load(Float16.self).map { Double($0) }
    case .decimal: decimal().flatMap { Double($0) }
    case .uint64: load(UInt64.self).map { Double($0) }
    default: integer().map { Double($0) }
    }
  }

  /// A decimal as text, nil for other types.
  func decimal() -> String? {
    guard case .decimal(_, let scale, _) = layout.type, let values = buffer(1) else { return nil }
    let bytes = UnsafeRawBufferPointer(start: values + index * layout.width, count: layout.width)
    return DecimalText.string(littleEndian: bytes, scale: scale)
  }

  /// The bytes of a text, binary or fixed-size binary value.
  func bytes() -> UnsafeRawBufferPointer? {
    switch layout.kind {
    case .binary32:
      guard let offsets = buffer(1) else { return nil }
      let start = offsets.loadUnaligned(fromByteOffset: index * 4, as: Int32.self)
      let end = offsets.loadUnaligned(fromByteOffset: index * 4 + 4, as: Int32.self)
      return range(Int64(start), Int64(end))
    case .binary64:
      guard let offsets = buffer(1) else { return nil }
      let start = offsets.loadUnaligned(fromByteOffset: index * 8, as: Int64.self)
      let end = offsets.loadUnaligned(fromByteOffset: index * 8 + 8, as: Int64.self)
      return range(start, end)
    case .view: return viewBytes()
    case .fixed where layout.scalar == .none:
      return UnsafeRawBufferPointer(start: buffer(1).map { $0 + index * layout.width }, count: layout.width)
    default: return nil
    }
  }

  private func range(_ start: Int64, _ end: Int64) -> UnsafeRawBufferPointer? {
    guard start >= 0, end >= start else { return nil }
    guard let data = buffer(2) else { return end == start ? UnsafeRawBufferPointer(start: nil, count: 0) : nil }
    return UnsafeRawBufferPointer(start: data + Int(start), count: Int(end - start))
  }

  private func viewBytes() -> UnsafeRawBufferPointer? {
    guard let views = buffer(1) else { return nil }
    let view = views + index * 16
    let count = Int(view.loadUnaligned(as: Int32.self))
    guard count >= 0 else { return nil }
    if count <= 12 { return UnsafeRawBufferPointer(start: view + 4, count: count) }
    let which = Int(view.loadUnaligned(fromByteOffset: 8, as: Int32.self))
    let offset = Int(view.loadUnaligned(fromByteOffset: 12, as: Int32.self))
    guard which >= 0, which < Int(node.pointee.n_buffers) - 3, offset >= 0 else { return nil }
    guard let data = buffer(2 + which) else { return nil }
    return UnsafeRawBufferPointer(start: data + offset, count: count)
  }

  /// The child values of a list: where they start in the child's logical positions, and how many.
  func listRange() -> (start: Int, count: Int)? {
    let start: Int64
    let end: Int64
    switch layout.kind {
    case .fixedList:
      start = Int64(index * layout.listSize)
      end = start + Int64(layout.listSize)
    case .list32:
      guard let offsets = buffer(1) else { return nil }
      start = Int64(offsets.loadUnaligned(fromByteOffset: index * 4, as: Int32.self))
      end = Int64(offsets.loadUnaligned(fromByteOffset: index * 4 + 4, as: Int32.self))
    case .list64:
      guard let offsets = buffer(1) else { return nil }
      start = offsets.loadUnaligned(fromByteOffset: index * 8, as: Int64.self)
      end = offsets.loadUnaligned(fromByteOffset: index * 8 + 8, as: Int64.self)
    case .listView32:
      guard let offsets = buffer(1), let sizes = buffer(2) else { return nil }
      start = Int64(offsets.loadUnaligned(fromByteOffset: index * 4, as: Int32.self))
      end = start + Int64(sizes.loadUnaligned(fromByteOffset: index * 4, as: Int32.self))
    case .listView64:
      guard let offsets = buffer(1), let sizes = buffer(2) else { return nil }
      start = offsets.loadUnaligned(fromByteOffset: index * 8, as: Int64.self)
      end = start &+ sizes.loadUnaligned(fromByteOffset: index * 8, as: Int64.self)
    default: return nil
    }
    guard start >= 0, end >= start, end <= node.pointee.children[0]!.pointee.length else { return nil }
    return (Int(start), Int(end - start))
  }

  /// The cell of a child at a logical position.
  func child(_ position: Int, at place: Int) -> Cell {
    let child = node.pointee.children[position]!
    return Cell(layout.children[position], child, Int(child.pointee.offset) + place)
  }
}

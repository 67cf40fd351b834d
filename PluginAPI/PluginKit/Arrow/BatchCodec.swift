// One batch as bytes, for spilling to disk. A private format of one process: no promise across versions.
internal import CPluginABI

/// Writes and reads batches of one schema. Only the rows of the batch are written, not what a slice leaves out.
///
/// Layout: magic, rows and columns as three words, then the columns' arrays depth first. An array is the words
/// length, null count and number of buffers, then each buffer as its byte count and its bytes, padded to eight.
public struct BatchCodec: Sendable {
  public let schema: Schema
  private let layout: BatchLayout
  static let magic: Int64 = 0x3142_4554_4F

  public init(schema: Schema) {
    self.schema = schema
    layout = BatchLayout(schema)
  }

  /// Gives the bytes to `to` piece by piece; each piece is valid during its call only. Throws what `to` throws.
  public func write(_ batch: RecordBatch, to: (UnsafeRawBufferPointer) throws -> Void) throws {
    guard batch.columnCount == layout.columns.count else {
      throw ArrowError("a batch of \(batch.columnCount) columns for a schema of \(layout.columns.count)")
    }
    try withoutActuallyEscaping(to) { sink in
      let writer = ArrayWriter(sink)
      try writer.words([Self.magic, Int64(batch.rowCount), Int64(batch.columnCount)])
      for (index, column) in layout.columns.enumerated() {
        let node = batch.node(index)
        try writer.write(column, node, first: Int(node.pointee.offset) + batch.start, count: batch.rowCount)
      }
    }
  }

  /// Reads what `write` wrote; copies the bytes once and checks every size and offset against them. Throws
  /// `ArrowError`.
  public func read(_ bytes: UnsafeRawBufferPointer) throws -> RecordBatch {
    let arena = Arena()
    var reader = ArrayReader(bytes, arena: arena)
    guard try reader.word() == Self.magic else { throw ArrowError("these bytes are no spilled batch") }
    let rows = try reader.word()
    guard rows >= 0, rows <= 1 << 40, try reader.word() == Int64(layout.columns.count) else {
      throw ArrowError("the spilled batch has other columns than its schema")
    }
    let nodes = try layout.columns.map { try reader.node($0) }
    guard reader.isAtEnd else { throw ArrowError("bytes are left over after the spilled batch") }
    let root = arena.root(length: Int(rows), columns: nodes)
    try checkStructure(root, layout)
    for (index, column) in layout.columns.enumerated() {
      try ContentCheck(text: false).check(nodes[index], column) { "spilled column \(index)" }
    }
    return RecordBatch(root, layout: layout, rowCount: Int(rows), owner: arena)
  }
}

/// Writes arrays from their place in memory; only what must be rebased is copied first.
private struct ArrayWriter {
  private let sink: (UnsafeRawBufferPointer) throws -> Void
  private static let padding: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0]

  init(_ sink: @escaping (UnsafeRawBufferPointer) throws -> Void) { self.sink = sink }

  func words(_ words: [Int64]) throws { try words.withUnsafeBytes(sink) }

  private func buffer(_ base: UnsafeRawPointer?, _ byteCount: Int) throws {
    let count = base == nil ? 0 : byteCount
    try words([Int64(count)])
    if count > 0 { try sink(UnsafeRawBufferPointer(start: base, count: count)) }
    if count & 7 != 0 { try Self.padding.withUnsafeBytes { try sink(.init(rebasing: $0[..<(8 - count & 7)])) } }
  }

  func write(_ layout: TypeLayout, _ node: UnsafePointer<ArrowArray>, first: Int, count: Int) throws {
    switch layout.kind {
    case .view, .listView32, .listView64, .denseUnion, .runEnd:
      // Their rows may lie anywhere in their children or buffers: gathered, they lie in order.
      let arena = Arena()
      let gathered = Gather(arena: arena, sharesDictionaries: true)
        .node(layout, node, Array(first..<first + count))
      try withExtendedLifetime(arena) { try writeInOrder(layout, gathered, first: 0, count: count) }
    default: try writeInOrder(layout, node, first: first, count: count)
    }
  }

  private func writeInOrder(
    _ layout: TypeLayout, _ node: UnsafePointer<ArrowArray>, first: Int, count: Int
  ) throws {
    let array = node.pointee
    let nulls = self.nulls(layout, array, first, count)
    let buffers = layout.kind == .view ? Int(array.n_buffers) : layout.bufferCount
    try words([Int64(count), Int64(nulls), Int64(buffers)])
    if layout.hasValidity { try bits(nulls > 0 ? array.buffers[0] : nil, first, count) }
    switch layout.kind {
    case .null: break
    case .bool: try bits(array.buffers[1], first, count)
    case .fixed, .dictionary: try buffer(array.buffers[1].map { $0 + first * layout.width }, count * layout.width)
    case .binary32: try strings(array, first, count, Int32.self)
    case .binary64: try strings(array, first, count, Int64.self)
    case .view: try viewBuffers(array, count)
    case .list32:
      let items = try offsets(array, first, count, Int32.self)
      try child(layout, array, 0, items.start, items.count)
    case .list64:
      let items = try offsets(array, first, count, Int64.self)
      try child(layout, array, 0, items.start, items.count)
    case .listView32, .listView64:
      let width = layout.kind == .listView32 ? 4 : 8
      try buffer(array.buffers[1], count * width)
      try buffer(array.buffers[2], count * width)
      try whole(layout, array, 0)
    case .fixedList: try child(layout, array, 0, first * layout.listSize, count * layout.listSize)
    case .structure: for index in layout.children.indices { try child(layout, array, index, first, count) }
    case .sparseUnion:
      try buffer(array.buffers[0].map { $0 + first }, count)
      for index in layout.children.indices { try child(layout, array, index, first, count) }
    case .denseUnion:
      try buffer(array.buffers[0], count)
      try buffer(array.buffers[1], count * 4)
      for index in layout.children.indices { try whole(layout, array, index) }
    case .runEnd: for index in 0..<2 { try whole(layout, array, index) }
    }
    if layout.kind == .dictionary, let values = array.dictionary {
      try write(
        layout.children[0], values, first: Int(values.pointee.offset), count: Int(values.pointee.length))
    }
  }

  private func nulls(_ layout: TypeLayout, _ array: ArrowArray, _ first: Int, _ count: Int) -> Int {
    if layout.kind == .null { return count }
    guard layout.hasValidity, array.null_count != 0, let validity = array.buffers[0] else { return 0 }
    return count - Bitmap.count(validity, from: first, count: count)
  }

  private func child(
    _ layout: TypeLayout, _ array: ArrowArray, _ index: Int, _ place: Int, _ count: Int
  ) throws {
    let child = UnsafePointer(array.children[index]!)
    try write(layout.children[index], child, first: Int(child.pointee.offset) + place, count: count)
  }

  private func whole(_ layout: TypeLayout, _ array: ArrowArray, _ index: Int) throws {
    try child(layout, array, index, 0, Int(array.children[index]!.pointee.length))
  }

  private func bits(_ base: UnsafeRawPointer?, _ first: Int, _ count: Int) throws {
    let bytes = (count + 7) / 8
    guard let base, first & 7 != 0 else { return try buffer(base.map { $0 + first / 8 }, bytes) }
    try withUnsafeTemporaryAllocation(byteCount: max(bytes, 1), alignment: 8) { copy in
      Bitmap.copy(base, from: first, count: count, to: copy.baseAddress!)
      try buffer(UnsafeRawPointer(copy.baseAddress!), bytes)
    }
  }

  /// Writes offsets that start at 0 and answers the range of items they had.
  private func offsets<O: FixedWidthInteger & BitwiseCopyable>(
    _ array: ArrowArray, _ first: Int, _ count: Int, _ type: O.Type
  ) throws -> (start: Int, count: Int) {
    guard count > 0, let offsets = array.buffers[1] else {
      try buffer(nil, 0)
      return (0, 0)
    }
    let width = MemoryLayout<O>.size
    let base = offsets + first * width
    let start = base.loadUnaligned(as: O.self)
    let end = base.loadUnaligned(fromByteOffset: count * width, as: O.self)
    guard start >= 0, end >= start else { throw ArrowError("offsets that are negative or fall") }
    try withUnsafeTemporaryAllocation(of: O.self, capacity: count + 1) { copy in
      for index in 0...count { copy[index] = base.loadUnaligned(fromByteOffset: index * width, as: O.self) &- start }
      try buffer(UnsafeRawPointer(copy.baseAddress!), (count + 1) * width)
    }
    return (Int(start), Int(end - start))
  }

  private func strings<O: FixedWidthInteger & BitwiseCopyable>(
    _ array: ArrowArray, _ first: Int, _ count: Int, _ type: O.Type
  ) throws {
    let range = try offsets(array, first, count, type)
    try buffer(array.buffers[2].map { $0 + range.start }, range.count)
  }

  private func viewBuffers(_ array: ArrowArray, _ count: Int) throws {
    let data = Int(array.n_buffers) - 3
    let sizes = array.buffers[data + 2]
    try buffer(array.buffers[1], count * 16)
    for index in 0..<data {
      try buffer(array.buffers[2 + index], Int(sizes!.load(fromByteOffset: index * 8, as: Int64.self)))
    }
    try buffer(sizes, data * 8)
  }
}

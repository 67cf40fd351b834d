// Turns what a column builder collected into a C array node, or takes the last rows back.
internal import CPluginABI

extension ColumnBuilder {
  /// Moves the memory into the arena and starts empty.
  func finish(into arena: Arena) -> Arena.Node {
    let length = count
    let nulls = nullCount
    if nulls > 0, layout.hasValidity { validity.setBit(length - 1, isValid(length - 1)) }
    var buffers: [UnsafeRawPointer?] = layout.hasValidity ? [nulls > 0 ? validity.take(into: arena) : nil] : []
    var nodes: [Arena.Node] = []
    var dictionary: Arena.Node?
    switch layout.kind {
    case .null: break
    case .bool, .fixed: buffers.append(primary.take(into: arena))
    case .binary32, .binary64: buffers += [primary.take(into: arena), secondary.take(into: arena)]
    case .view: buffers += viewBuffers(into: arena)
    case .list32, .list64: buffers.append(primary.take(into: arena))
    case .listView32, .listView64: buffers += [primary.take(into: arena), secondary.take(into: arena)]
    case .fixedList, .structure, .runEnd: break
    case .dictionary:
      buffers.append(primary.take(into: arena))
      dictionary = children[0].finish(into: arena)
    case .sparseUnion: buffers.append(primary.take(into: arena))
    case .denseUnion: buffers += [primary.take(into: arena), secondary.take(into: arena)]
    }
    if layout.kind != .dictionary { nodes = children.map { $0.finish(into: arena) } }
    reset()
    return arena.node(
      length: length, nullCount: layout.hasValidity || layout.kind == .null ? nulls : 0, buffers: buffers,
      children: nodes, dictionary: dictionary)
  }

  private func reset() {
    count = 0
    nullCount = 0
    validity.truncate(to: 0)
    positions.removeAll(keepingCapacity: true)
    fullBuffers = []
    start(0)
  }

  private func viewBuffers(into arena: Arena) -> [UnsafeRawPointer?] {
    var sizes: [Int64] = []
    var buffers: [UnsafeRawPointer?] = [primary.take(into: arena)]
    for full in fullBuffers {
      let copy = arena.allocate(full.count)
      full.withUnsafeBytes { if let base = $0.baseAddress { copy.copyMemory(from: base, byteCount: $0.count) } }
      buffers.append(UnsafeRawPointer(copy))
      sizes.append(Int64(full.count))
    }
    if secondary.byteCount > 0 {
      sizes.append(Int64(secondary.byteCount))
      buffers.append(secondary.take(into: arena))
    }
    let list = arena.allocate(sizes.count * 8)
    sizes.withUnsafeBytes { if let base = $0.baseAddress { list.copyMemory(from: base, byteCount: $0.count) } }
    return buffers + [UnsafeRawPointer(list)]
  }

  private func isValid(_ row: Int) -> Bool { validity.base.map { Bitmap.get(UnsafeRawPointer($0), row) } ?? true }

  /// Forgets every row from `rows` on. Dictionaries keep their values.
  func truncate(to rows: Int) {
    guard rows < count else { return }
    switch layout.kind {
    case .null: nullCount = rows
    case .bool: primary.truncate(to: (rows + 7) / 8)
    case .fixed, .dictionary: primary.truncate(to: rows * layout.width)
    case .view: primary.truncate(to: rows * 16)
    case .binary32:
      primary.truncate(to: (rows + 1) * 4)
      secondary.truncate(to: lastOffset(rows))
    case .binary64:
      primary.truncate(to: (rows + 1) * 8)
      secondary.truncate(to: lastOffset(rows))
    case .list32, .list64:
      primary.truncate(to: (rows + 1) * (layout.kind == .list32 ? 4 : 8))
      children[0].truncate(to: lastOffset(rows))
    case .listView32, .listView64:
      let width = layout.kind == .listView32 ? 4 : 8
      children[0].truncate(to: viewStart(rows, width: width))
      primary.truncate(to: rows * width)
      secondary.truncate(to: rows * width)
    case .fixedList: children[0].truncate(to: rows * layout.listSize)
    case .structure: for child in children { child.truncate(to: rows) }
    case .runEnd: for child in children { child.truncate(to: rows) }
    case .sparseUnion:
      primary.truncate(to: rows)
      for child in children { child.truncate(to: rows) }
    case .denseUnion: truncateMembers(to: rows)
    }
    if layout.hasValidity, nullCount > 0, let bits = validity.base {
      nullCount = rows - Bitmap.count(UnsafeRawPointer(bits), from: 0, count: rows)
      validity.truncate(to: nullCount == 0 ? 0 : (rows + 7) / 8)
    }
    count = rows
  }

  private func lastOffset(_ rows: Int) -> Int {
    guard let base = primary.base else { return 0 }
    let wide = layout.kind == .binary64 || layout.kind == .list64
    return wide
      ? Int(base.load(fromByteOffset: rows * 8, as: Int64.self))
      : Int(base.load(fromByteOffset: rows * 4, as: Int32.self))
  }

  private func viewStart(_ row: Int, width: Int) -> Int {
    guard let base = primary.base else { return 0 }
    return width == 4
      ? Int(base.load(fromByteOffset: row * 4, as: Int32.self))
      : Int(base.load(fromByteOffset: row * 8, as: Int64.self))
  }

  private func truncateMembers(to rows: Int) {
    var counts = [Int](repeating: 0, count: children.count)
    for row in 0..<rows {
      guard let id = primary.base?.load(fromByteOffset: row, as: Int8.self) else { break }
      counts[Int(layout.childOfID[Int(id)])] += 1
    }
    for (child, kept) in zip(children, counts) { child.truncate(to: kept) }
    primary.truncate(to: rows)
    secondary.truncate(to: rows * 4)
  }
}

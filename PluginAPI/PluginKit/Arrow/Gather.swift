// Copies chosen rows of an array of any type into new memory.
internal import CPluginABI

extension RecordBatch {
  /// A new batch of these rows in this order; a row may come more than once. It shares nothing with this batch but
  /// dictionaries.
  public func take(_ rows: [Int]) -> RecordBatch {
    let arena = Arena()
    if !isBorrowed, layout.columns.contains(where: \.hasDictionary) { arena.keep(self) }
    let gather = Gather(arena: arena, sharesDictionaries: !isBorrowed)
    for row in rows { precondition(row >= 0 && row < rowCount, "row \(row) of \(rowCount)") }
    let nodes = layout.columns.indices.map { index in
      let node = node(index)
      let first = Int(node.pointee.offset) + start
      return gather.node(layout.columns[index], node, rows.map { first + $0 })
    }
    return RecordBatch(
      arena.root(length: rows.count, columns: nodes), layout: layout, rowCount: rows.count, owner: arena)
  }
}

/// Indices are physical, the array's offset included; -1 stands for a null that is nowhere.
struct Gather {
  let arena: Arena
  /// Dictionaries stay where they are, because the arena keeps their owner alive.
  let sharesDictionaries: Bool

  func node(_ layout: TypeLayout, _ source: UnsafePointer<ArrowArray>, _ indices: [Int]) -> Arena.Node {
    let count = indices.count
    let (validity, nulls) = layout.hasValidity ? validity(source, indices) : (nil, layout.kind == .null ? count : 0)
    func made(
      _ buffers: [UnsafeRawPointer?], _ children: [Arena.Node] = [], _ dictionary: Arena.Node? = nil
    ) -> Arena.Node {
      arena.node(
        length: count, nullCount: nulls, buffers: layout.hasValidity ? [validity] + buffers : buffers,
        children: children, dictionary: dictionary)
    }
    switch layout.kind {
    case .null: return made([])
    case .bool: return made([bits(source, indices)])
    case .fixed: return made([slots(source, indices, width: layout.width)])
    case .dictionary:
      return made([slots(source, indices, width: layout.width)], [], dictionary(layout, source))
    case .binary32: return made(strings(layout, source, indices, Int32.self))
    case .binary64: return made(strings(layout, source, indices, Int64.self))
    case .view: return made(views(layout, source, indices))
    case .list32: return list(layout, source, indices, Int32.self, views: false, made)
    case .list64: return list(layout, source, indices, Int64.self, views: false, made)
    case .listView32: return list(layout, source, indices, Int32.self, views: true, made)
    case .listView64: return list(layout, source, indices, Int64.self, views: true, made)
    case .fixedList:
      let size = layout.listSize
      return made(
        [], [child(layout, source, 0, indices.flatMap { row in (0..<size).map { row < 0 ? -1 : row * size + $0 } })])
    case .structure: return made([], layout.children.indices.map { child(layout, source, $0, indices) })
    case .runEnd: return runs(layout, source, indices)
    case .sparseUnion:
      return made(
        [typeIDs(layout, source, indices)], layout.children.indices.map { child(layout, source, $0, indices) })
    case .denseUnion: return denseUnion(layout, source, indices)
    }
  }

  /// A child by the parent's physical positions, to which the child's own offset comes.
  private func child(
    _ layout: TypeLayout, _ source: UnsafePointer<ArrowArray>, _ position: Int, _ places: [Int]
  ) -> Arena.Node {
    let child = UnsafePointer(source.pointee.children[position]!)
    let offset = Int(child.pointee.offset)
    return node(layout.children[position], child, offset == 0 ? places : places.map { $0 < 0 ? -1 : $0 + offset })
  }

  private func dictionary(_ layout: TypeLayout, _ source: UnsafePointer<ArrowArray>) -> Arena.Node {
    let dictionary = source.pointee.dictionary!
    if sharesDictionaries { return dictionary }
    let first = Int(dictionary.pointee.offset)
    return node(layout.children[0], dictionary, Array(first..<first + Int(dictionary.pointee.length)))
  }

  private func validity(_ source: UnsafePointer<ArrowArray>, _ indices: [Int]) -> (UnsafeRawPointer?, Int) {
    let bitmap = source.pointee.null_count == 0 ? nil : source.pointee.buffers[0]
    if bitmap == nil, !indices.contains(-1) { return (nil, 0) }
    let target = arena.allocateZeroed((indices.count + 7) / 8)
    var valid = 0
    for (row, index) in indices.enumerated() where index >= 0 {
      guard bitmap.map({ Bitmap.get($0, index) }) ?? true else { continue }
      Bitmap.set(target, row)
      valid += 1
    }
    return valid == indices.count ? (nil, 0) : (UnsafeRawPointer(target), indices.count - valid)
  }

  private func bits(_ source: UnsafePointer<ArrowArray>, _ indices: [Int]) -> UnsafeRawPointer {
    let target = arena.allocateZeroed((indices.count + 7) / 8)
    guard let values = source.pointee.buffers[1] else { return UnsafeRawPointer(target) }
    for (row, index) in indices.enumerated() where index >= 0 && Bitmap.get(values, index) { Bitmap.set(target, row) }
    return UnsafeRawPointer(target)
  }

  private func slots(_ source: UnsafePointer<ArrowArray>, _ indices: [Int], width: Int) -> UnsafeRawPointer {
    let target = arena.allocateZeroed(indices.count * width)
    guard let values = source.pointee.buffers[1] else { return UnsafeRawPointer(target) }
    switch width {
    case 4: copy(values, indices, to: target, as: UInt32.self)
    case 8: copy(values, indices, to: target, as: UInt64.self)
    default:
      for (row, index) in indices.enumerated() where index >= 0 {
        (target + row * width).copyMemory(from: values + index * width, byteCount: width)
      }
    }
    return UnsafeRawPointer(target)
  }

  private func copy<T: BitwiseCopyable>(
    _ values: UnsafeRawPointer, _ indices: [Int], to target: UnsafeMutableRawPointer, as type: T.Type
  ) {
    let width = MemoryLayout<T>.size
    for (row, index) in indices.enumerated() where index >= 0 {
      target.storeBytes(
        of: values.loadUnaligned(fromByteOffset: index * width, as: T.self), toByteOffset: row * width, as: T.self)
    }
  }

  /// Offsets and bytes.
  private func strings<O: FixedWidthInteger & BitwiseCopyable>(
    _ layout: TypeLayout, _ source: UnsafePointer<ArrowArray>, _ indices: [Int], _ type: O.Type
  ) -> [UnsafeRawPointer?] {
    let width = MemoryLayout<O>.size
    let offsets = arena.allocate((indices.count + 1) * width)
    var total = 0
    offsets.storeBytes(of: 0, as: O.self)
    for (row, index) in indices.enumerated() {
      total += bytes(layout, source, index).count
      guard let offset = O(exactly: total) else { fatalError("more than 2 GiB of \(layout.type) in one batch") }
      offsets.storeBytes(of: offset, toByteOffset: (row + 1) * width, as: O.self)
    }
    let data = arena.allocate(total)
    var place = data
    for index in indices { place += copy(bytes(layout, source, index), to: place) }
    return [UnsafeRawPointer(offsets), UnsafeRawPointer(data)]
  }

  @inline(__always)
  private func bytes(
    _ layout: TypeLayout, _ source: UnsafePointer<ArrowArray>, _ index: Int
  ) -> UnsafeRawBufferPointer {
    let none = UnsafeRawBufferPointer(start: nil, count: 0)
    guard index >= 0 else { return none }
    let cell = Cell(layout, source, index)
    return cell.isNullHere ? none : cell.bytes() ?? none
  }

  @inline(__always)
  private func copy(_ bytes: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer) -> Int {
    if let base = bytes.baseAddress { target.copyMemory(from: base, byteCount: bytes.count) }
    return bytes.count
  }

  /// Views, data buffers and their sizes; a new data buffer begins where an offset would pass 2 GiB.
  private func views(
    _ layout: TypeLayout, _ source: UnsafePointer<ArrowArray>, _ indices: [Int]
  ) -> [UnsafeRawPointer?] {
    let views = arena.allocateZeroed(indices.count * 16)
    var sizes: [Int64] = []
    for (row, index) in indices.enumerated() {
      let value = bytes(layout, source, index)
      let view = views + row * 16
      view.storeBytes(of: Int32(value.count), as: Int32.self)
      if value.count <= 12 {
        _ = copy(value, to: view + 4)
        continue
      }
      if sizes.isEmpty || sizes[sizes.count - 1] + Int64(value.count) > Int64(Int32.max) { sizes.append(0) }
      (view + 4).copyMemory(from: value.baseAddress!, byteCount: 4)
      view.storeBytes(of: Int32(sizes.count - 1), toByteOffset: 8, as: Int32.self)
      view.storeBytes(of: Int32(sizes[sizes.count - 1]), toByteOffset: 12, as: Int32.self)
      sizes[sizes.count - 1] += Int64(value.count)
    }
    let data = sizes.map { arena.allocate(Int($0)) }
    for (row, index) in indices.enumerated() {
      let value = bytes(layout, source, index)
      if value.count <= 12 { continue }
      let which = Int((views + row * 16).load(fromByteOffset: 8, as: Int32.self))
      _ = copy(value, to: data[which] + Int((views + row * 16).load(fromByteOffset: 12, as: Int32.self)))
    }
    let list = arena.allocate(sizes.count * 8)
    sizes.withUnsafeBytes { _ = copy($0, to: list) }
    return [UnsafeRawPointer(views)] + data.map { UnsafeRawPointer($0) } + [UnsafeRawPointer(list)]
  }
}

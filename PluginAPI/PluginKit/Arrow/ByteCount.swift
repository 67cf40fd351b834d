// How much memory the rows of a batch refer to.
internal import CPluginABI

extension RecordBatch {
  /// Bytes of the buffers that the rows refer to; dictionaries count whole, list views as all their items.
  public var byteCount: Int {
    var total = 0
    for index in layout.columns.indices {
      let node = node(index)
      total += byteSize(layout.columns[index], node, Int(node.pointee.offset) + start, rowCount)
    }
    return total
  }
}

private func byteSize(_ layout: TypeLayout, _ node: UnsafePointer<ArrowArray>, _ first: Int, _ count: Int) -> Int {
  let array = node.pointee
  let bitmap = layout.hasValidity && array.null_count != 0 && array.buffers[0] != nil ? (count + 7) / 8 : 0
  func child(_ index: Int, _ place: Int, _ count: Int) -> Int {
    let child = array.children[index]!
    return byteSize(layout.children[index], child, Int(child.pointee.offset) + place, count)
  }
  func whole(_ index: Int) -> Int { child(index, 0, Int(array.children[index]!.pointee.length)) }
  func span<O: FixedWidthInteger & BitwiseCopyable>(_ type: O.Type) -> (start: Int, count: Int) {
    guard count > 0, let offsets = array.buffers[1] else { return (0, 0) }
    let width = MemoryLayout<O>.size
    let start = Int(offsets.loadUnaligned(fromByteOffset: first * width, as: O.self))
    return (start, max(0, Int(offsets.loadUnaligned(fromByteOffset: (first + count) * width, as: O.self)) - start))
  }
  switch layout.kind {
  case .null: return 0
  case .bool: return bitmap + (count + 7) / 8
  case .fixed: return bitmap + count * layout.width
  case .dictionary:
    let values = array.dictionary!
    return bitmap + count * layout.width
      + byteSize(layout.children[0], values, Int(values.pointee.offset), Int(values.pointee.length))
  case .binary32: return bitmap + count * 4 + span(Int32.self).count
  case .binary64: return bitmap + count * 8 + span(Int64.self).count
  case .view:
    var total = bitmap + count * 16
    for index in first..<first + count {
      if let bytes = Cell(layout, node, index).bytes(), bytes.count > 12 { total += bytes.count }
    }
    return total
  case .list32:
    let items = span(Int32.self)
    return bitmap + count * 4 + child(0, items.start, items.count)
  case .list64:
    let items = span(Int64.self)
    return bitmap + count * 8 + child(0, items.start, items.count)
  case .listView32, .listView64: return bitmap + count * (layout.kind == .listView32 ? 8 : 16) + whole(0)
  case .fixedList: return bitmap + child(0, first * layout.listSize, count * layout.listSize)
  case .structure: return layout.children.indices.reduce(bitmap) { $0 + child($1, first, count) }
  case .sparseUnion: return layout.children.indices.reduce(count) { $0 + child($1, first, count) }
  case .denseUnion: return layout.children.indices.reduce(count * 5) { $0 + whole($1) }
  case .runEnd: return whole(0) + whole(1)
  }
}

// The security boundary: what a foreign array claims is checked against itself before its values are trusted.
internal import CPluginABI

extension RecordBatch {
  /// Checks the structure, and with `full` the contents too: offsets, UTF-8, null counts, dictionary indices, view
  /// buffers, run ends and type ids. The sizes of buffers are not part of the C interface, so a buffer shorter than
  /// its offsets say cannot be seen. Throws `ArrowError`.
  public func validate(full: Bool) throws {
    for (index, column) in layout.columns.enumerated() {
      let node = node(index)
      let saysAll = !full || (column.kind == .fixed && node.pointee.null_count == 0)
      if saysAll, isPlainlyRight(node, column), node.pointee.length >= Int64(start + rowCount) { continue }
      let name = { "column '\(self.schema.fields[index].name)'" }
      try checkNode(node, column, name: name)
      guard node.pointee.length >= Int64(start + rowCount) else {
        throw ArrowError("\(name()) has \(node.pointee.length) rows where the batch has \(start + rowCount)")
      }
      if full { try ContentCheck(text: true).check(node, column, name: name) }
    }
  }
}

/// Checks the contents of one array whose structure was checked.
struct ContentCheck {
  /// Text must be UTF-8.
  let text: Bool

  func check(_ node: UnsafePointer<ArrowArray>, _ layout: TypeLayout, name: () -> String) throws {
    let array = node.pointee
    let count = Int(array.length)
    let first = Int(array.offset)
    try checkNulls(array, layout, name: name)
    switch layout.kind {
    case .null, .bool, .fixed, .structure, .fixedList: break
    case .binary32: try checkText(node, layout, Int32.self, name: name)
    case .binary64: try checkText(node, layout, Int64.self, name: name)
    case .view: try checkViews(node, layout, name: name)
    case .list32: try checkOffsets(array, Int32.self, limit: array.children[0]!.pointee.length, name: name)
    case .list64: try checkOffsets(array, Int64.self, limit: array.children[0]!.pointee.length, name: name)
    case .listView32, .listView64:
      for index in first..<first + count {
        let cell = Cell(layout, node, index)
        guard cell.isNullHere || cell.listRange() != nil else {
          throw ArrowError("\(name()) has a list outside of its items at row \(index - first)")
        }
      }
    case .dictionary: try checkIndices(node, layout, name: name)
    case .runEnd: try checkRuns(array, layout, name: name)
    case .sparseUnion, .denseUnion:
      for index in first..<first + count where Cell(layout, node, index).member() == nil {
        throw ArrowError("\(name()) has an unknown type id or a member out of range at row \(index - first)")
      }
    }
    if let dictionary = array.dictionary {
      try check(UnsafePointer(dictionary), layout.children[0]) { "the dictionary of \(name())" }
    }
    for index in 0..<Int(array.n_children) {
      try check(UnsafePointer(array.children[index]!), layout.children[index]) {
        "\(name()), child '\(layout.fields[index].name)'"
      }
    }
  }

  private func checkNulls(_ array: ArrowArray, _ layout: TypeLayout, name: () -> String) throws {
    guard layout.hasValidity, array.null_count >= 0, let validity = array.buffers[0] else { return }
    let count = Int(array.length)
    let nulls = count - Bitmap.count(validity, from: Int(array.offset), count: count)
    guard nulls == Int(array.null_count) else {
      throw ArrowError("\(name()) counts \(array.null_count) nulls where its bitmap has \(nulls)")
    }
  }

  /// Rising offsets within 0...limit. Answers the first and the last.
  @discardableResult
  private func checkOffsets<O: FixedWidthInteger & BitwiseCopyable>(
    _ array: ArrowArray, _ type: O.Type, limit: Int64, name: () -> String
  ) throws -> (first: Int, last: Int) {
    guard array.length > 0, let offsets = array.buffers[1] else { return (0, 0) }
    let width = MemoryLayout<O>.size
    let base = offsets + Int(array.offset) * width
    let start = base.loadUnaligned(as: O.self)
    var last = start
    var falls = false
    for index in 1...Int(array.length) {
      let next = base.loadUnaligned(fromByteOffset: index * width, as: O.self)
      falls = falls || next < last
      last = next
    }
    guard start >= 0, !falls else { throw ArrowError("\(name()) has offsets that are negative or fall") }
    guard Int64(last) <= limit else {
      throw ArrowError("\(name()) has offsets up to \(last), beyond its \(limit) items")
    }
    return (Int(start), Int(last))
  }

  private func checkText<O: FixedWidthInteger & BitwiseCopyable>(
    _ node: UnsafePointer<ArrowArray>, _ layout: TypeLayout, _ type: O.Type, name: () -> String
  ) throws {
    let (start, end) = try checkOffsets(node.pointee, type, limit: Int64.max >> 8, name: name)
    if start == end { return }
    guard let data = node.pointee.buffers[2] else {
      throw ArrowError("\(name()) has \(end - start) bytes of values but a NULL buffer of them")
    }
    guard text, layout.isText else { return }
    // Mostly everything is ASCII, and then no value can be cut inside a character.
    if UTF8Check.isASCII(UnsafeRawBufferPointer(start: data + start, count: end - start)) { return }
    try checkEachText(node, layout, name: name)
  }

  private func checkEachText(_ node: UnsafePointer<ArrowArray>, _ layout: TypeLayout, name: () -> String) throws {
    let first = Int(node.pointee.offset)
    for index in first..<first + Int(node.pointee.length) {
      let cell = Cell(layout, node, index)
      if cell.isNullHere { continue }
      guard let bytes = cell.bytes(), UTF8Check.isValid(bytes) else {
        throw ArrowError("\(name()) has text that is not UTF-8 at row \(index - first)")
      }
    }
  }

  private func checkViews(_ node: UnsafePointer<ArrowArray>, _ layout: TypeLayout, name: () -> String) throws {
    let array = node.pointee
    guard array.length > 0 else { return }
    let buffers = Int(array.n_buffers) - 3
    var sizes: [Int64] = []
    for index in 0..<buffers {
      let size = array.buffers[buffers + 2]!.loadUnaligned(fromByteOffset: index * 8, as: Int64.self)
      guard size >= 0, size == 0 || array.buffers[2 + index] != nil else {
        throw ArrowError("\(name()) has the data buffer \(index) of \(size) bytes, negative or NULL")
      }
      sizes.append(size)
    }
    let first = Int(array.offset)
    for index in first..<first + Int(array.length) where !Cell(layout, node, index).isNullHere {
      try checkView(array.buffers[1]! + index * 16, array, sizes) { "\(name()), row \(index - first)" }
    }
    if text, layout.isText { try checkEachText(node, layout, name: name) }
  }

  private func checkView(
    _ view: UnsafeRawPointer, _ array: ArrowArray, _ sizes: [Int64], name: () -> String
  ) throws {
    let count = view.loadUnaligned(as: Int32.self)
    guard count >= 0 else { throw ArrowError("\(name()): a view of length \(count)") }
    if count <= 12 { return }
    let which = Int(view.loadUnaligned(fromByteOffset: 8, as: Int32.self))
    let offset = Int64(view.loadUnaligned(fromByteOffset: 12, as: Int32.self))
    guard sizes.indices.contains(which) else { throw ArrowError("\(name()): a view into data buffer \(which)") }
    guard offset >= 0, offset + Int64(count) <= sizes[which] else {
      throw ArrowError("\(name()): a view of \(count) bytes at \(offset) of the \(sizes[which]) in its buffer")
    }
    let prefix = view.loadUnaligned(fromByteOffset: 4, as: UInt32.self)
    guard array.buffers[2 + which]!.loadUnaligned(fromByteOffset: Int(offset), as: UInt32.self) == prefix else {
      throw ArrowError("\(name()): a view whose prefix differs from its value")
    }
  }

  private func checkIndices(_ node: UnsafePointer<ArrowArray>, _ layout: TypeLayout, name: () -> String) throws {
    let first = Int(node.pointee.offset)
    let limit = node.pointee.dictionary!.pointee.length
    for index in first..<first + Int(node.pointee.length) {
      let cell = Cell(layout, node, index)
      if cell.isNullHere { continue }
      guard let key = cell.integer(), key >= 0, key < limit else {
        throw ArrowError("\(name()) has a dictionary index outside of its \(limit) values at row \(index - first)")
      }
    }
  }

  private func checkRuns(_ array: ArrowArray, _ layout: TypeLayout, name: () -> String) throws {
    guard array.length > 0 else { return }
    let ends = UnsafePointer(array.children[0]!)
    let base = Int(ends.pointee.offset)
    var last: Int64 = 0
    for index in base..<base + Int(ends.pointee.length) {
      let end = Cell(layout.children[0], ends, index).integer() ?? 0
      guard end > last else { throw ArrowError("\(name()) has run ends that do not rise") }
      last = end
    }
  }
}

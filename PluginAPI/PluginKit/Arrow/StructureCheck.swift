// What every imported array must get right before a single value is read: counts, lengths and missing buffers.
internal import CPluginABI

/// Checks the nodes of a batch in time proportional to the number of columns. Throws `ArrowError`.
func checkStructure(_ root: UnsafePointer<ArrowArray>, _ layout: BatchLayout) throws {
  let rows = try checkLengths(root, name: { "the batch" })
  guard root.pointee.n_children == Int64(layout.columns.count) else {
    throw ArrowError("the batch has \(root.pointee.n_children) columns where its schema has \(layout.columns.count)")
  }
  guard root.pointee.n_buffers == 1 else { throw ArrowError("the batch has \(root.pointee.n_buffers) buffers, not 1") }
  if root.pointee.null_count != 0, let validity = root.pointee.buffers?[0] {
    let valid = Bitmap.count(validity, from: Int(root.pointee.offset), count: Int(root.pointee.length))
    guard valid == Int(root.pointee.length) else { throw ArrowError("the batch has rows that are null as a whole") }
  }
  for (index, column) in layout.columns.enumerated() {
    if let child = root.pointee.children?[index], isPlainlyRight(child, column), child.pointee.length >= rows {
      continue
    }
    let name = { "column '\(layout.schema.fields[index].name)'" }
    guard let child = root.pointee.children?[index] else { throw ArrowError("\(name()) is NULL") }
    try checkNode(UnsafePointer(child), column, name: name)
    guard child.pointee.length >= rows else {
      throw ArrowError("\(name()) has \(child.pointee.length) rows where the batch has \(rows)")
    }
  }
}

/// Larger than any memory, small enough that no product with a width overflows.
private let elementLimit = Int64(1) << 48

/// Answers offset + length.
private func checkLengths(_ node: UnsafePointer<ArrowArray>, name: () -> String) throws -> Int64 {
  let array = node.pointee
  guard array.release != nil else { throw ArrowError("\(name()) was already released") }
  guard array.length >= 0, array.offset >= 0, array.length <= elementLimit, array.offset <= elementLimit else {
    throw ArrowError("\(name()) has length \(array.length) and offset \(array.offset)")
  }
  guard array.null_count >= -1, array.null_count <= array.length else {
    throw ArrowError("\(name()) has \(array.null_count) nulls in \(array.length) values")
  }
  guard array.n_buffers >= 0, array.n_children >= 0 else { throw ArrowError("\(name()) has a negative count") }
  guard array.n_buffers == 0 || array.buffers != nil else { throw ArrowError("\(name()) has a NULL list of buffers") }
  guard array.n_children == 0 || array.children != nil else {
    throw ArrowError("\(name()) has a NULL list of children")
  }
  return array.offset + array.length
}

/// Whether a column without children passes at a glance, which nearly all do; else the slow check finds the words.
@inline(__always)
func isPlainlyRight(_ node: UnsafePointer<ArrowArray>, _ layout: TypeLayout) -> Bool {
  switch layout.kind {
  case .bool, .fixed, .binary32, .binary64: break
  default: return false
  }
  let length = node.pointee.length
  let offset = node.pointee.offset
  guard node.pointee.release != nil, UInt64(bitPattern: length | offset) < 1 << 31, layout.width < 1 << 24,
    node.pointee.n_buffers == Int64(layout.bufferCount), node.pointee.n_children == 0, node.pointee.dictionary == nil,
    let buffers = node.pointee.buffers
  else { return false }
  let nulls = node.pointee.null_count
  return nulls >= -1 && nulls <= length && (nulls <= 0 || buffers[0] != nil) && buffers[1] != nil
}

func checkNode(_ node: UnsafePointer<ArrowArray>, _ layout: TypeLayout, name: () -> String) throws {
  if isPlainlyRight(node, layout) { return }
  let end = try checkLengths(node, name: name)
  let array = node.pointee
  let buffers = Int64(layout.bufferCount)
  guard layout.kind == .view ? array.n_buffers >= buffers : array.n_buffers == buffers else {
    throw ArrowError("\(name()) of type \(layout.type) has \(array.n_buffers) buffers, not \(buffers)")
  }
  let expected = layout.childCount
  guard array.n_children == Int64(expected) else {
    throw ArrowError("\(name()) of type \(layout.type) has \(array.n_children) children, not \(expected)")
  }
  if layout.hasValidity, array.null_count > 0, array.buffers[0] == nil {
    throw ArrowError("\(name()) counts \(array.null_count) nulls but has no validity bitmap")
  }
  guard !end.multipliedReportingOverflow(by: Int64(max(layout.width, 1)) * 16).overflow else {
    throw ArrowError("\(name()) has length \(array.length) and offset \(array.offset)")
  }
  if layout.isUnion, array.null_count > 0 { throw ArrowError("\(name()) is a union and counts nulls of its own") }
  if array.length > 0 { try checkBuffers(array, layout, name: name) }
  for index in 0..<expected {
    guard let child = array.children[index] else { throw ArrowError("child \(index) of \(name()) is NULL") }
    try checkNode(UnsafePointer(child), layout.children[index]) { "\(name()), child '\(layout.fields[index].name)'" }
  }
  if layout.kind == .dictionary {
    guard let dictionary = array.dictionary else { throw ArrowError("\(name()) has no dictionary") }
    try checkNode(UnsafePointer(dictionary), layout.children[0]) { "the dictionary of \(name())" }
  } else if array.dictionary != nil {
    throw ArrowError("\(name()) has a dictionary its type lacks")
  }
  try checkChildLengths(array, layout, end: end, name: name)
}

/// Buffers that must be there as soon as there is a value.
private func checkBuffers(_ array: ArrowArray, _ layout: TypeLayout, name: () -> String) throws {
  func require(_ index: Int, _ what: String) throws {
    guard array.buffers[index] != nil else { throw ArrowError("\(name()) has a NULL buffer of \(what)") }
  }
  switch layout.kind {
  case .null, .structure, .fixedList, .runEnd: break
  case .fixed: if layout.width > 0 { try require(1, "values") }
  case .bool: try require(1, "values")
  case .dictionary: try require(1, "indices")
  case .binary32, .binary64, .list32, .list64: try require(1, "offsets")
  case .listView32, .listView64:
    try require(1, "offsets")
    try require(2, "sizes")
  case .view:
    try require(1, "views")
    if array.n_buffers > 3 { try require(Int(array.n_buffers) - 1, "data buffer sizes") }
  case .sparseUnion: try require(0, "type ids")
  case .denseUnion:
    try require(0, "type ids")
    try require(1, "offsets")
  }
}

/// Children long enough for what their parent says in a place or two.
private func checkChildLengths(_ array: ArrowArray, _ layout: TypeLayout, end: Int64, name: () -> String) throws {
  func require(_ index: Int, _ count: Int64) throws {
    let length = array.children[index]!.pointee.length
    guard length >= count else {
      throw ArrowError("\(name()) needs \(count) values of child \(index), which has \(length)")
    }
  }
  switch layout.kind {
  case .structure, .sparseUnion:
    for index in layout.children.indices { try require(index, end) }
  case .fixedList:
    let (needed, overflow) = end.multipliedReportingOverflow(by: Int64(layout.listSize))
    guard !overflow else { throw ArrowError("\(name()) is too long") }
    try require(0, needed)
  case .list32 where array.length > 0:
    try require(0, Int64(array.buffers[1]!.loadUnaligned(fromByteOffset: Int(end) * 4, as: Int32.self)))
  case .list64 where array.length > 0:
    try require(0, array.buffers[1]!.loadUnaligned(fromByteOffset: Int(end) * 8, as: Int64.self))
  case .runEnd where array.length > 0:
    let ends = array.children[0]!
    guard ends.pointee.length > 0, ends.pointee.null_count <= 0 else {
      throw ArrowError("\(name()) has no run ends, or null ones")
    }
    let runs = Cell(layout.children[0], ends, Int(ends.pointee.offset + ends.pointee.length) - 1)
    guard runs.integer() ?? 0 >= end else { throw ArrowError("\(name()) has runs that end before its last value") }
    try require(1, ends.pointee.length)
  default: break
  }
}

// Reads the arrays of a spilled batch: nothing is believed that the bytes do not bear out.
internal import CPluginABI
internal import Glibc

struct ArrayReader {
  private let bytes: UnsafeRawBufferPointer
  private let arena: Arena
  private var position = 0

  init(_ source: UnsafeRawBufferPointer, arena: Arena) {
    self.arena = arena
    let copy = arena.allocate(source.count)
    if let base = source.baseAddress { copy.copyMemory(from: base, byteCount: source.count) }
    bytes = UnsafeRawBufferPointer(start: copy, count: source.count)
  }

  var isAtEnd: Bool { position == bytes.count }

  mutating func word() throws -> Int64 {
    guard bytes.count - position >= 8 else { throw Self.short }
    defer { position += 8 }
    return bytes.loadUnaligned(fromByteOffset: position, as: Int64.self)
  }

  private static let short = ArrowError("the spilled batch is cut short or damaged")

  private mutating func buffer() throws -> UnsafeRawBufferPointer {
    let count = try word()
    guard count >= 0, count <= Int64(bytes.count - position) else { throw Self.short }
    let start = position
    let padded = (Int(count) + 7) & ~7
    guard padded <= bytes.count - position else { throw Self.short }
    position += padded
    return UnsafeRawBufferPointer(rebasing: bytes[start..<start + Int(count)])
  }

  mutating func node(_ layout: TypeLayout) throws -> Arena.Node {
    let length = try word()
    let nulls = try word()
    let buffers = try word()
    guard length >= 0, length <= 1 << 31, nulls >= 0, nulls <= length, buffers >= 0, buffers <= 1 << 20 else {
      throw Self.short
    }
    let isView = layout.kind == .view
    guard isView ? buffers >= 3 : buffers == Int64(layout.bufferCount) else { throw Self.short }
    var contents: [UnsafeRawBufferPointer] = []
    for _ in 0..<buffers { contents.append(try buffer()) }
    try checkSizes(layout, contents, length: Int(length), nulls: Int(nulls))
    var children: [Arena.Node] = []
    var dictionary: Arena.Node?
    if layout.kind == .dictionary {
      dictionary = try node(layout.children[0])
    } else {
      for child in layout.children { children.append(try node(child)) }
    }
    var pointers = contents.map { $0.isEmpty ? nil : $0.baseAddress.map { UnsafeRawPointer($0) } }
    // Empty data of empty strings and the sizes of no data buffers are still there.
    for index in pointers.indices.dropFirst() where pointers[index] == nil {
      pointers[index] = UnsafeRawPointer(bytes.baseAddress)
    }
    return arena.node(
      length: Int(length), nullCount: Int(nulls), buffers: pointers, children: children, dictionary: dictionary)
  }

  private func checkSizes(
    _ layout: TypeLayout, _ buffers: [UnsafeRawBufferPointer], length: Int, nulls: Int
  ) throws {
    func require(_ index: Int, _ count: Int) throws {
      guard buffers[index].count >= count else { throw Self.short }
    }
    let bits = (length + 7) / 8
    if layout.hasValidity, nulls > 0 { try require(0, bits) }
    guard length > 0 else { return }
    switch layout.kind {
    case .null, .structure, .fixedList, .runEnd: break
    case .bool: try require(1, bits)
    case .fixed, .dictionary: try require(1, length * layout.width)
    case .binary32:
      try require(1, (length + 1) * 4)
      try require(2, Int(max(0, buffers[1].loadUnaligned(fromByteOffset: length * 4, as: Int32.self))))
    case .binary64:
      try require(1, (length + 1) * 8)
      try require(2, Int(max(0, buffers[1].loadUnaligned(fromByteOffset: length * 8, as: Int64.self))))
    case .list32: try require(1, (length + 1) * 4)
    case .list64: try require(1, (length + 1) * 8)
    case .listView32, .listView64:
      for index in 1...2 { try require(index, length * (layout.kind == .listView32 ? 4 : 8)) }
    case .view: try checkViewSizes(buffers, length: length)
    case .sparseUnion: try require(0, length)
    case .denseUnion:
      try require(0, length)
      try require(1, length * 4)
    }
  }

  private func checkViewSizes(_ buffers: [UnsafeRawBufferPointer], length: Int) throws {
    let data = buffers.count - 3
    let sizes = buffers[buffers.count - 1]
    guard buffers[1].count >= length * 16, sizes.count >= data * 8 else { throw Self.short }
    for index in 0..<data {
      let size = sizes.loadUnaligned(fromByteOffset: index * 8, as: Int64.self)
      guard size >= 0, size <= Int64(buffers[2 + index].count) else { throw Self.short }
    }
  }
}

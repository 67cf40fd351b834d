// Memory that grows while a column is built and then goes into the batch without a copy.
internal import Glibc

struct GrowingBuffer: ~Copyable {
  private(set) var base: UnsafeMutableRawPointer?
  private(set) var byteCount = 0
  private var capacity = 0

  deinit { free(base) }

  mutating func reserve(_ bytes: Int) {
    guard bytes > capacity else { return }
    let wanted = max(bytes, capacity * 2, 64)
    guard let grown = realloc(base, wanted) else { fatalError("out of memory: \(wanted) bytes") }
    base = grown
    capacity = wanted
  }

  @inline(__always)
  mutating func append<T: BitwiseCopyable>(_ value: T) {
    let size = MemoryLayout<T>.size
    if byteCount &+ size > capacity { reserve(byteCount + size) }
    base.unsafelyUnwrapped.storeBytes(of: value, toByteOffset: byteCount, as: T.self)
    byteCount &+= size
  }

  @inline(__always)
  mutating func append(bytes: UnsafeRawBufferPointer) {
    if byteCount &+ bytes.count > capacity { reserve(byteCount + bytes.count) }
    if let source = bytes.baseAddress, bytes.count > 0 {
      (base.unsafelyUnwrapped + byteCount).copyMemory(from: source, byteCount: bytes.count)
    }
    byteCount &+= bytes.count
  }

  mutating func append(zeros count: Int) {
    reserve(byteCount + count)
    if let base { memset(base + byteCount, 0, count) }
    byteCount += count
  }

  /// Writes bit `index`, which is the next one or one already there.
  mutating func setBit(_ index: Int, _ value: Bool) {
    while byteCount <= index >> 3 { append(UInt8(0)) }
    if value {
      Bitmap.set(base.unsafelyUnwrapped, index)
    } else {
      Bitmap.clear(base.unsafelyUnwrapped, index)
    }
  }

  mutating func truncate(to bytes: Int) { byteCount = min(byteCount, bytes) }

  /// Gives the memory away and starts empty.
  mutating func take(into arena: Arena) -> UnsafeRawPointer? {
    defer {
      base = nil
      byteCount = 0
      capacity = 0
    }
    if let base { arena.adopt(base) }
    return base.map { UnsafeRawPointer($0) }
  }
}

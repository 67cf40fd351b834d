// The reading rule of the ABI: copy what the producer has, zero the rest, then ask for NULL.
package import CPluginABI

import Glibc

/// No table of ours is near this size; a larger struct_size is a lie or garbage.
private let structBytesMax = 64 << 10

/// Copies a foreign table that begins with `struct_size`. nil if the size cannot be true.
package func imported<T>(_ table: UnsafeRawPointer, as type: T.Type) -> T? {
  let size = Int(table.loadUnaligned(as: UInt32.self))
  guard size >= 8, size <= structBytesMax else { return nil }
  let copy = UnsafeMutableRawPointer.allocate(byteCount: MemoryLayout<T>.size, alignment: MemoryLayout<T>.alignment)
  defer { copy.deallocate() }
  memset(copy, 0, MemoryLayout<T>.size)
  memcpy(copy, table, min(size, MemoryLayout<T>.size))
  return copy.load(as: T.self)
}

extension ote_str {
  /// A Swift copy; nil when the bytes are not UTF-8 or the length cannot be true.
  package var text: String? {
    guard len > 0 else { return "" }
    guard let ptr, len <= 64 << 20 else { return nil }
    let bytes = UnsafeRawBufferPointer(start: ptr, count: Int(len))
    return String(validating: bytes, as: UTF8.self)
  }
}

/// Lends a Swift string to C for the time of the call.
package func withText<R>(_ text: String, _ body: (ote_str) throws -> R) rethrows -> R {
  var text = text
  return try text.withUTF8 { bytes in
    try bytes.withMemoryRebound(to: CChar.self) { try body(ote_str(ptr: $0.baseAddress, len: UInt64($0.count))) }
  }
}

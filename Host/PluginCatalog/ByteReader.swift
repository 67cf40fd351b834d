// Bounds-checked reads from a file that may lie about its own layout.
import ArtifactStore
import Glibc
import Model

/// A piece of a file in memory. Every read outside it answers nil.
struct ByteReader {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Nil where the piece is empty, longer than `limit`, or not wholly inside the file.
  init?(_ file: borrowing OpenFile, offset: UInt64, count: UInt64, limit: UInt64) {
    let size = UInt64(max(0, file.identity.size))
    let (end, overflow) = offset.addingReportingOverflow(count)
    guard !overflow, count > 0, count <= limit, end <= size else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(count))
    var done = 0
    while done < bytes.count {
      let wanted = bytes.count - done
      let got = bytes.withUnsafeMutableBytes { buffer in
        pread(file.descriptor, buffer.baseAddress?.advanced(by: done), wanted, off_t(offset) + off_t(done))
      }
      if got < 0 && errno == EINTR { continue }
      guard got > 0 else { return nil }
      done += got
    }
    self.bytes = bytes
  }

  var count: Int { bytes.count }

  /// An unsigned little-endian integer.
  func integer<Value: FixedWidthInteger & UnsignedInteger>(_ type: Value.Type, at offset: Int) -> Value? {
    let width = MemoryLayout<Value>.size
    guard offset >= 0, offset <= bytes.count - width else { return nil }
    var value: Value = 0
    for index in stride(from: width - 1, through: 0, by: -1) { value = value << 8 | Value(bytes[offset + index]) }
    return value
  }

  func slice(at offset: Int, count: Int) -> ArraySlice<UInt8>? {
    guard offset >= 0, count >= 0, count <= bytes.count, offset <= bytes.count - count else { return nil }
    return bytes[offset..<(offset + count)]
  }
}

// A file read forwards in pieces, with every step checked against its size.
import Glibc
import JSONValue
import PluginKit

/// Reads numbers and texts one after another and never past the end.
final class FileBytes {
  let path: String
  let size: UInt64
  private let descriptor: Int32
  private(set) var position: UInt64 = 0
  private var buffer: [UInt8] = []
  private var bufferStart: UInt64 = 0

  /// The file is shorter than what it says about itself.
  struct Ended: Error {}

  init(path: String) throws {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let code = errno
      throw PluginError(
        code == EACCES ? .denied : .notFound,
        "the file \(path) cannot be opened: \(String(cString: strerror(code)))", details: ["file": .string(path)])
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw PluginError(.data, "\(path) is not a file", details: ["file": .string(path)])
    }
    size = UInt64(status.st_size)
  }

  deinit { close(descriptor) }

  var left: UInt64 { size - position }

  func skip(_ count: UInt64) throws {
    guard count <= left else { throw Ended() }
    position += count
  }

  func bytes(_ count: UInt64) throws -> [UInt8] {
    guard count <= left, count <= 1 << 30 else { throw Ended() }
    var result: [UInt8] = []
    result.reserveCapacity(Int(count))
    while result.count < Int(count) {
      try fill()
      let from = Int(position - bufferStart)
      let taken = min(buffer.count - from, Int(count) - result.count)
      result += buffer[from..<(from + taken)]
      position += UInt64(taken)
    }
    return result
  }

  func number<T: FixedWidthInteger>(_ type: T.Type = T.self) throws -> T {
    let width = T.bitWidth / 8
    try fill(width)
    let from = Int(position - bufferStart)
    guard buffer.count - from >= width else { throw Ended() }
    position += UInt64(width)
    return buffer.withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: from, as: T.self)) }
  }

  /// At least `count` bytes at the position lie in the buffer, or fewer at the end of the file.
  private func fill(_ count: Int = 1) throws {
    let from = position >= bufferStart ? Int(clamping: position - bufferStart) : Int.max
    if from <= buffer.count, buffer.count - from >= count { return }
    guard position < size else { throw Ended() }
    buffer = [UInt8](unsafeUninitializedCapacity: 1 << 18) { place, filled in
      var got = 0
      while got < place.count {
        let read = pread(descriptor, place.baseAddress! + got, place.count - got, off_t(position) + off_t(got))
        if read < 0, errno == EINTR { continue }
        if read <= 0 { break }
        got += read
      }
      filled = got
    }
    bufferStart = position
    if buffer.isEmpty { throw Ended() }
  }
}

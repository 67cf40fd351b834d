// A file to be stored: opened, measured, and noticed when it changes.
import Crypto
import Glibc
import JSONValue
import PluginKit

struct LocalFile: Sendable, Hashable {
  let path: String
  let size: Int64
  private let modified: Int64
  private let inode: UInt64

  init(_ path: String, row: Int) throws {
    var status = stat()
    guard stat(path, &status) == 0 else {
      let code = errno
      throw PluginError(
        code == ENOENT ? .notFound : .io, "could not look at \(path): \(String(cString: strerror(code)))",
        details: ["file": .string(path), "row": .int(Int64(row))])
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw PluginError.data("\(path) is not a regular file", file: path)
    }
    self.path = path
    (size, modified, inode) = Self.figures(status)
  }

  private static func figures(_ status: stat) -> (Int64, Int64, UInt64) {
    let modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
    return (Int64(status.st_size), modified, UInt64(status.st_ino))
  }

  /// Opens it for the time of the body. Fails when it is no longer what it was.
  func reading<R>(_ body: (Int32) throws -> R) throws -> R {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw changed("cannot be opened: \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    try requireUnchanged(descriptor)
    let result = try body(descriptor)
    try requireUnchanged(descriptor)
    return result
  }

  private func requireUnchanged(_ descriptor: Int32) throws {
    var status = stat()
    guard fstat(descriptor, &status) == 0, Self.figures(status) == (size, modified, inode) else {
      throw changed("changed while it was stored")
    }
  }

  private func changed(_ how: String) -> PluginError {
    PluginError(
      .io, "\(path) \(how). Run again once it is complete", retryable: true, details: ["file": .string(path)])
  }

  /// The digest of a part, in small steps.
  func digest<H: HashFunction>(_ range: Range<Int64>, _ descriptor: Int32, _ hash: H) throws -> [UInt8] {
    var hash = hash
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var at = range.lowerBound
    while at < range.upperBound {
      let wanted = min(buffer.count, Int(range.upperBound - at))
      let count = buffer.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, wanted, off_t(at)) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw changed("became shorter") }
      buffer.withUnsafeBytes { hash.update(bufferPointer: .init(rebasing: $0[..<count])) }
      at += Int64(count)
    }
    return Array(hash.finalize())
  }
}

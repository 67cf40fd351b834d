// Copies the bytes of one file, in the cheapest way the two file systems allow.
import Glibc
import JSONValue
import PluginKit

struct FileCopy {
  /// One step of a copy: between steps the run may be cancelled and progress is told.
  private static let step = 8 << 20

  /// Copies `source` into a new file `name` inside `folder`, flushed to disk. Answers the bytes copied.
  static func copy(
    _ source: String, to name: String, in folder: Int32, shownAs target: String, onStep: (Int) throws -> Void
  ) throws -> Int64 {
    // O_NONBLOCK: opening a pipe must not wait for a writer.
    let input = open(source, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard input >= 0 else { throw SystemError("read", source) }
    defer { close(input) }
    var before = stat()
    guard fstat(input, &before) == 0 else { throw SystemError("look at", source) }
    guard before.isFile else { throw PluginError.data("\(source) is not a regular file", file: source) }

    let output = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard output >= 0 else { throw SystemError("write", target) }
    defer { close(output) }
    let copied = try transfer(input, output, source, target, onStep)
    try requireUnchanged(input, before, copied, source)
    var times = [before.st_mtim, before.st_mtim]
    _ = futimens(output, &times)  // A file system without times keeps the copy all the same.
    guard fsync(output) == 0 else { throw SystemError("flush", target) }
    return copied
  }

  private static func transfer(
    _ input: Int32, _ output: Int32, _ source: String, _ target: String, _ onStep: (Int) throws -> Void
  ) throws -> Int64 {
    var total: Int64 = 0
    var ways = [copyRange, sendFile, readWrite]
    while let way = ways.first {
      let count = way(input, output)
      if count > 0 {
        total += Int64(count)
        try onStep(count)
      } else if count == 0 {
        // Some special file systems answer 0 to the fast calls although there is more to read.
        if ways.count == 1 || total > 0 { return total }
        ways.removeFirst()
      } else if errno != EINTR {
        let code = errno
        guard ways.count > 1, [EXDEV, EINVAL, ENOSYS, EOPNOTSUPP, EBADF, EPERM, ETXTBSY].contains(code) else {
          throw SystemError("copy \(source) to", target, code: code)
        }
        ways.removeFirst()
      }
    }
    return total
  }

  private static func copyRange(_ input: Int32, _ output: Int32) -> Int {
    guard let call = SystemCalls.copyFileRange else {
      errno = ENOSYS
      return -1
    }
    return call(input, nil, output, nil, step, 0)
  }

  private static func sendFile(_ input: Int32, _ output: Int32) -> Int { sendfile(output, input, nil, step) }

  private static func readWrite(_ input: Int32, _ output: Int32) -> Int {
    withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { buffer in
      let count = read(input, buffer.baseAddress, buffer.count)
      var written = 0
      while written < count {
        let more = write(output, buffer.baseAddress! + written, count - written)
        if more < 0, errno != EINTR { return -1 }
        written += max(more, 0)
      }
      return count
    }
  }

  private static func requireUnchanged(_ input: Int32, _ before: stat, _ copied: Int64, _ source: String) throws {
    var after = stat()
    guard fstat(input, &after) == 0 else { throw SystemError("look at", source) }
    let same = after.st_size == before.st_size && after.modifiedNanoseconds == before.modifiedNanoseconds
    guard same, copied == Int64(before.st_size) || before.st_size == 0 else {
      throw PluginError(
        .io, "\(source) changed while it was copied. Run again once it is complete", retryable: true,
        details: ["file": .string(source)])
    }
  }
}

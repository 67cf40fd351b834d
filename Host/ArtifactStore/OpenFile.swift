// A regular file opened once, without following a link: what was checked is what is read.
package import Glibc
package import Model

/// Owns a descriptor. Every later step works on the descriptor, never on the path again.
package struct OpenFile: ~Copyable {
  package let descriptor: Int32
  package let path: String
  package let identity: FileIdentity
  package let links: Int

  /// Opens for reading. Refuses links, folders, sockets, pipes and devices.
  package init(reading path: String, in folder: Int32 = AT_FDCWD, code: ProblemCode) throws(Problem) {
    // O_NONBLOCK: opening a pipe must not wait for its writer.
    let descriptor = openat(folder, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ELOOP { throw Problem(code, "\(path) is a symbolic link", at: ProblemLocation(file: path)) }
      if errno == ENXIO { throw Problem(code, "\(path) is a socket or pipe", at: ProblemLocation(file: path)) }
      throw Problem.file(code, "open", path)
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw Problem(code, "\(path) is not a regular file", at: ProblemLocation(file: path))
    }
    self.descriptor = descriptor
    self.path = path
    identity = FileIdentity(status)
    links = Int(status.st_nlink)
  }

  deinit { close(descriptor) }
}

extension FileIdentity {
  package init(_ status: stat) {
    self.init(
      device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: Int64(status.st_size),
      modifiedNanoseconds: Self.nanoseconds(status.st_mtim), changedNanoseconds: Self.nanoseconds(status.st_ctim))
  }

  private static func nanoseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }

  /// False for a file changed so lately that a further change could leave its times as they are.
  package var isSettled: Bool {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Self.nanoseconds(now) - max(changedNanoseconds, modifiedNanoseconds) > 1_000_000_000
  }
}

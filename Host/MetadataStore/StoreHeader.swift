// Looks into the file before SQLite does, so that a start with an up-to-date store does no further work.
import Foundation
import Glibc
import Model
import Synchronization

/// What the first 100 bytes of a store file say. The number may lag behind the write-ahead log, never run ahead.
enum StoreHeader {
  case absent
  case older
  case current
  case newer(Int)

  private static let magic = Array("SQLite format 3\0".utf8)

  static func read(_ path: String) throws(Problem) -> StoreHeader {
    let file = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      if errno == ENOENT { return .absent }
      throw unreadable(path, String(cString: strerror(errno)))
    }
    defer { Glibc.close(file) }
    var bytes = [UInt8](repeating: 0, count: 100)
    let count = pread(file, &bytes, bytes.count, 0)
    guard count >= 0 else { throw unreadable(path, String(cString: strerror(errno))) }
    if count == 0 { return .absent }
    guard count == 100, Array(bytes[..<16]) == magic else {
      throw unreadable(path, "it is damaged or not a store", next: "Restore the file from a backup.")
    }
    let version = bytes[60..<64].reduce(0) { $0 << 8 | Int($1) }
    if version > StoreSchema.version { return .newer(version) }
    let isWriteAheadLogged = bytes[18] == 2
    return version == StoreSchema.version && isWriteAheadLogged ? .current : .older
  }

  private static func unreadable(_ path: String, _ reason: String, next: String? = nil) -> Problem {
    Problem(.storeUnreadable, "cannot read \(path): \(reason)", at: ProblemLocation(file: path), next: next)
  }
}

/// An exclusive lock beside the store, held while it is created or migrated. The kernel drops it with the process.
struct StoreLock {
  private let descriptor: Int32

  init(path: String) throws(Problem) {
    let name = "\(path).lock"
    descriptor = Glibc.open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      let full = errno == ENOSPC || errno == EDQUOT
      throw Problem(
        full ? .diskFull : .storeUnreadable, "cannot write \(name): \(String(cString: strerror(errno)))",
        at: ProblemLocation(file: name))
    }
    while flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
  }

  func unlock() { Glibc.close(descriptor) }
}

/// The store files that SQLite has opened in this process. The kernel drops all of a process's locks on a file when the
/// process closes any descriptor of it: whoever looked into an open store would leave it unlocked, and the next program
/// that closes it, such as `ote runs list`, would remove the write-ahead log under a host that still writes to it.
enum OpenedFiles {
  struct Identity: Hashable, Sendable { let device, inode: UInt64 }
  private static let open = Mutex<[Identity: Int]>([:])

  /// Runs `body` alone; it is told whether the file may be looked into. Who gets the value calls `closed` at its end.
  static func opening<Value: Sendable>(
    _ path: String, _ body: (Bool) throws(Problem) -> Value
  ) throws(Problem) -> (Value, Identity?) {
    let answer: Result<(Value, Identity?), Problem> = open.withLock { open in
      let before = identity(path)
      do throws(Problem) {
        let value = try body(before.map { open[$0] == nil } ?? true)
        let opened = identity(path)
        if let opened { open[opened, default: 0] += 1 }
        return .success((value, opened))
      } catch {
        return .failure(error)
      }
    }
    return try answer.get()
  }

  static func closed(_ file: Identity) {
    open.withLock { open in
      let others = open[file, default: 1] - 1
      open[file] = others == 0 ? nil : others
    }
  }

  private static func identity(_ path: String) -> Identity? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }
}

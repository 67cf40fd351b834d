// One open folder: its names, and the state of what they stand for.
import FileNames
import Glibc

final class DirectoryReader {
  private let handle: OpaquePointer
  /// For messages.
  let path: [UInt8]

  /// Opens `name` inside `parent` (or an absolute path when there is no parent).
  init(_ name: [UInt8], in parent: DirectoryReader?, path: [UInt8], follow: Bool) throws {
    let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW)
    let descriptor = withCPath(name) { openat(parent?.descriptor ?? AT_FDCWD, $0, flags) }
    guard descriptor >= 0 else { throw SystemError("open the folder", escaped(path)) }
    guard let handle = fdopendir(descriptor) else {
      let code = errno
      close(descriptor)
      throw SystemError("open the folder", escaped(path), code: code)
    }
    self.handle = handle
    self.path = path
  }

  deinit { closedir(handle) }

  var descriptor: Int32 { dirfd(handle) }

  /// The next name, nil at the end; "." and ".." are left out.
  func next() throws -> [UInt8]? {
    while true {
      errno = 0
      guard let entry = readdir(handle) else {
        guard errno == 0 else { throw SystemError("list the folder", escaped(path)) }
        return nil
      }
      guard let offset = MemoryLayout<dirent>.offset(of: \dirent.d_name) else { return nil }
      // The name is read in place: copying the tuple would read past a short record.
      let name = (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: UInt8.self)
      let length = strlen(UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self))
      let bytes = Array(UnsafeBufferPointer(start: name, count: length))
      if bytes != [0x2E], bytes != [0x2E, 0x2E] { return bytes }
    }
  }

  /// nil when the name is gone or, with `follow`, when it is a link to nothing.
  func status(_ name: [UInt8], follow: Bool) throws -> stat? {
    var result = stat()
    let failed = withCPath(name) { fstatat(descriptor, $0, &result, follow ? 0 : AT_SYMLINK_NOFOLLOW) } != 0
    guard failed else { return result }
    if errno == ENOENT || errno == ELOOP { return nil }
    throw SystemError("look at", escaped(path + [0x2F] + name))
  }

  func mayRead(_ name: [UInt8]) -> Bool { withCPath(name) { faccessat(descriptor, $0, R_OK, 0) } == 0 }
}

/// Calls `body` with the bytes as a C string. Names from readdir and checked paths hold no NUL.
func withCPath<R>(_ bytes: [UInt8], _ body: (UnsafePointer<CChar>) throws -> R) rethrows -> R {
  try (bytes + [0]).withUnsafeBytes { try body($0.baseAddress!.assumingMemoryBound(to: CChar.self)) }
}

extension stat {
  var isFolder: Bool { st_mode & S_IFMT == S_IFDIR }
  var isFile: Bool { st_mode & S_IFMT == S_IFREG }
  var isLink: Bool { st_mode & S_IFMT == S_IFLNK }
  var modifiedNanoseconds: Int64 { Int64(st_mtim.tv_sec) * 1_000_000_000 + Int64(st_mtim.tv_nsec) }
  var identity: FileIdentity { FileIdentity(device: UInt64(st_dev), inode: UInt64(st_ino)) }
}

/// Two paths with the same identity are the same file.
struct FileIdentity: Hashable, Sendable, Codable {
  var device: UInt64
  var inode: UInt64
}

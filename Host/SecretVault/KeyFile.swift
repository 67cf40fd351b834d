// Where the host's secret key comes from: OTE_SECRET_KEY, or the file secrets.key that only its owner may read.
import FoundationEssentials
import Glibc
package import Model

package enum KeyFile {
  package static let variable = "OTE_SECRET_KEY"
  package static let name = "secrets.key"

  /// Call once, before threads and children start: the variable is removed from this process's environment.
  package static func load(home: String) throws(Problem) -> SecretKeys {
    if let named = getenv(variable).map({ String(cString: $0) }) {
      unsetenv(variable)
      guard let key = Data(base64Encoded: named).map(Array.init).flatMap(SecretKey.init) else {
        throw Problem(
          .secretUnavailable, "\(variable) is not 32 bytes in base64",
          next: "Make a key with: head -c 32 /dev/urandom | base64")
      }
      return SecretKeys(key)
    }
    return SecretKeys(try read("\(home)/\(name)"))
  }

  /// Makes the file on first use. Two hosts that start at once get the same key.
  package static func read(_ path: String) throws(Problem) -> SecretKey {
    if let key = try existing(path) { return key }
    try create(path)
    guard let key = try existing(path) else { throw unreadable(path, "it is not there") }
    return key
  }

  private static func existing(_ path: String) throws(Problem) -> SecretKey? {
    // Without O_NONBLOCK a fifo at this place would stop the host.
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard file >= 0 else {
      if errno == ENOENT { return nil }
      throw unreadable(path, String(cString: strerror(errno)))
    }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw unreadable(path, String(cString: strerror(errno))) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw unreadable(path, "it is not a plain file") }
    guard status.st_uid == geteuid() else {
      throw unreadable(path, "it belongs to another user (\(status.st_uid))", next: "Run ote as the file's owner.")
    }
    guard status.st_mode & 0o077 == 0 else {
      let mode = String(status.st_mode & 0o777, radix: 8)
      throw unreadable(
        path, "others may read or write it (mode \(mode))", next: "If nobody has read it: chmod 600 \(path)")
    }
    var bytes = [UInt8](repeating: 0, count: 33)
    let count = Glibc.read(file, &bytes, bytes.count)
    guard count == 32, let key = SecretKey(Array(bytes[..<32])) else {
      throw unreadable(path, "it does not hold 32 bytes", next: "Restore it from a backup.")
    }
    return key
  }

  /// Written under another name and linked, so that nobody ever sees half a key; an existing file is kept.
  private static func create(_ path: String) throws(Problem) {
    let draft = "\(path).\(getpid()).\(UInt64.random(in: .min ... .max))"
    let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw unwritable(path) }
    defer {
      close(file)
      unlink(draft)
    }
    let bytes = SecretKey.randomBytes()
    guard write(file, bytes, bytes.count) == bytes.count, fsync(file) == 0 else { throw unwritable(path) }
    guard link(draft, path) == 0 || errno == EEXIST else { throw unwritable(path) }
    // The entry itself must last: secrets sealed with a key that is gone are lost.
    let folder = open(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) + "/", O_RDONLY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }

  private static func unwritable(_ path: String) -> Problem {
    unreadable(
      path, "it cannot be written: \(String(cString: strerror(errno)))", next: "Make its folder writable for ote.")
  }

  private static func unreadable(
    _ path: String, _ why: String, next: String = "Check the file named above."
  ) -> Problem {
    Problem(.secretUnavailable, "the key file \(path) cannot be used: \(why)", next: next)
  }
}

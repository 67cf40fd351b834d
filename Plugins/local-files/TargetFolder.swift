// A folder held open by descriptor: names below it are resolved part by part and never through a link.
import Glibc
import JSONValue
import PluginKit

final class TargetFolder {
  let path: String
  let descriptor: Int32
  /// Folders made for this one, outermost first; removed again on abort when still empty.
  private let made: [String]

  /// Opens the folder, and makes it with its parents when `create` is set.
  init(_ path: String, create: Bool) throws {
    self.path = path
    var made: [String] = []
    if create { made = try TargetFolder.makeFolders(path) }
    self.made = made
    descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemError("open the folder", path).problem(at: "/path") }
  }

  init(_ name: String, in parent: TargetFolder) throws {
    path = parent.path + "/" + name
    made = []
    descriptor = openat(parent.descriptor, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else {
      // ENOTDIR is also the answer for a link that O_NOFOLLOW refused.
      let code = errno
      throw code == ENOTDIR || code == ELOOP
        ? PluginError(.denied, "\(path) is a link or a file where a folder is needed", details: ["file": .string(path)])
        : SystemError("open the folder", path, code: code).problem()
    }
  }

  deinit { close(descriptor) }

  private static func makeFolders(_ path: String) throws -> [String] {
    var made: [String] = []
    var current = ""
    for part in path.split(separator: "/") {
      current += "/\(part)"
      if mkdir(current, 0o777) == 0 {
        made.append(current)
      } else if errno != EEXIST, errno != EROFS || access(current, F_OK) != 0 {
        throw SystemError("make the folder", current).problem(at: "/path")
      }
    }
    return made
  }

  func removeMadeFolders() { for folder in made.reversed() { rmdir(folder) } }

  /// The folder that holds `name` (a relative path), made where missing, and the last part of the name.
  func parent(of name: String) throws -> (folder: TargetFolder, last: String) {
    var folder = self
    let parts = name.split(separator: "/").map(String.init)
    for part in parts.dropLast() {
      if mkdirat(folder.descriptor, part, 0o777) != 0, errno != EEXIST {
        throw SystemError("make the folder", "\(folder.path)/\(part)").problem()
      }
      folder = try TargetFolder(part, in: folder)
    }
    return (folder, parts.last ?? name)
  }

  func status(_ name: String) -> stat? {
    var result = stat()
    return fstatat(descriptor, name, &result, AT_SYMLINK_NOFOLLOW) == 0 ? result : nil
  }

  func flush() throws { if fsync(descriptor) != 0 { throw SystemError("flush the folder", path).problem() } }

  /// Removes a folder in this one and all that is in it; links are removed, not followed.
  func removeTree(_ name: String) throws {
    guard let status = status(name) else { return }
    if status.isFolder {
      let reader = try DirectoryReader(
        Array("\(path)/\(name)".utf8), in: nil, path: Array("\(path)/\(name)".utf8), follow: false)
      let inner = try TargetFolder(name, in: self)
      while let entry = try reader.next() { try inner.removeTree(String(decoding: entry, as: UTF8.self)) }
    }
    guard unlinkat(descriptor, name, status.isFolder ? AT_REMOVEDIR : 0) == 0 || errno == ENOENT else {
      throw SystemError("remove", "\(path)/\(name)").problem()
    }
  }
}

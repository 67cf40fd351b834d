// Where downloads lie: a folder per object, so that each keeps its own name.
import FileNames
import Glibc
import JSONValue
import PluginKit
import Synchronization

struct DownloadFolder: Sendable {
  private static let count = Atomic(0)
  /// Bytes of a file's name that file systems allow.
  private static let nameBytes = 255

  private let path: String

  init(_ run: Run) throws {
    let number = Self.count.add(1, ordering: .relaxed).newValue
    path = "\(try run.temporaryFolder())/s3-\(number)"
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw Self.problem("make the folder", path) }
  }

  func path(_ number: Int, _ key: String) -> String { "\(path)/\(number)/\(Self.name(key))" }

  /// The last part of the key as a file can be called.
  static func name(_ key: String) -> String {
    let last = key.split(separator: "/").last.map(String.init) ?? ""
    var name = last.replacing("\0", with: "_")
    if name.isEmpty || name == "." || name == ".." { name = "object" }
    // The end is kept: it has the extension.
    while name.utf8.count > nameBytes { name.unicodeScalars.removeFirst() }
    return name
  }

  /// A new file with room for the whole object; full disks are noticed before anything is fetched.
  static func create(_ download: Download) throws -> Int32 {
    let folder = String(download.path[..<(download.path.lastIndex(of: "/") ?? download.path.endIndex)])
    guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw problem("make the folder", folder) }
    var disk = statvfs()
    if statvfs(folder, &disk) == 0 {
      let free = Int64(disk.f_bavail) * Int64(disk.f_frsize)
      guard free >= download.object.size else {
        throw PluginError(
          .resource,
          "the disk of \(folder) has \(sizeText(free)) left, and '\(download.object.key)' needs "
            + "\(sizeText(download.object.size)). Make room, or fetch less", details: ["file": .string(download.path)])
      }
    }
    let descriptor = open(download.path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw problem("write", download.path) }
    return descriptor
  }

  static func problem(_ doing: String, _ path: String) -> PluginError {
    let code = errno
    return PluginError(
      code == ENOSPC || code == EDQUOT || code == EMFILE ? .resource : .io,
      "could not \(doing) \(path): \(String(cString: strerror(code)))", details: ["file": .string(path)])
  }
}

// The few things this plugin does with files itself.
import Glibc
import PluginKit

enum LocalFile {
  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  static func size(_ path: String) -> Int64? {
    var status = stat()
    return stat(path, &status) == 0 ? Int64(status.st_size) : nil
  }

  /// Microseconds since 1970.
  static func modified(_ path: String) -> Int64? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Int64(status.st_mtim.tv_sec) * 1_000_000 + Int64(status.st_mtim.tv_nsec) / 1_000
  }

  /// What stands in a folder, sorted, as paths.
  private static func entries(of folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var found: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { found.append("\(folder)/\(name)") }
    }
    return found.sorted()
  }

  /// All files below a folder, sorted by path.
  static func files(below folder: String) -> [String] {
    entries(of: folder).flatMap { isFolder($0) ? files(below: $0) : [$0] }
  }

  static func makeFolder(_ path: String) throws {
    if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
    throw PluginError(.io, "the folder \(path) cannot be made: \(String(cString: strerror(errno)))")
  }

  /// Removes a file or a folder with all that is in it, following no link; nothing there is fine.
  static func remove(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFDIR { for entry in entries(of: path) { remove(entry) } }
    _ = Glibc.remove(path)
  }

  /// The first bytes, fewer where the file is shorter; nil where it cannot be opened.
  static func start(of path: String, _ count: Int) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let got = read(descriptor, buffer.baseAddress! + filled, count - filled)
        if got <= 0 { break }
        filled += got
      }
    }
  }
}

// Copying and removing trees, and making their bytes durable and read-only.
import Glibc
import Model

enum FolderCopy {
  /// Copies files and folders; anything else is refused. `target` must not exist.
  static func copy(_ source: String, to target: String, code: ProblemCode) throws(Problem) {
    var status = stat()
    guard lstat(source, &status) == 0 else { throw Problem.file(code, "read", source) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: _ = try copyFile(source, to: target, code: code)
    case S_IFDIR:
      guard mkdir(target, 0o755) == 0 else { throw Problem.file(.inputOutputFailed, "create", target) }
      let folder = open(source, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
      guard folder >= 0 else { throw Problem.file(code, "open", source) }
      defer { close(folder) }
      for name in try FolderListing.names(folder, path: source, code: code) {
        try copy("\(source)/\(name)", to: "\(target)/\(name)", code: code)
      }
    default:
      throw Problem(code, "\(source) is a link, socket, pipe or device; only files and folders are stored")
    }
  }

  /// Copies one file and answers the digest of its bytes.
  static func copyFile(_ source: String, to target: String, code: ProblemCode) throws(Problem) -> String {
    let file = try OpenFile(reading: source, code: code)
    let descriptor = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Problem.file(.inputOutputFailed, "create", target) }
    defer { close(descriptor) }
    return try FileDigest.copy(file, to: descriptor, named: target)
  }

  /// Removes a tree without following links, read-only folders included. What is not there is no failure.
  static func remove(_ path: String) throws(Problem) {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      if errno == ENOENT { return }
      throw Problem.file(.inputOutputFailed, "remove", path)
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      guard unlink(path) == 0 || errno == ENOENT else { throw Problem.file(.inputOutputFailed, "remove", path) }
      return
    }
    chmod(path, 0o700)
    guard let stream = opendir(path) else { throw Problem.file(.inputOutputFailed, "list", path) }
    var names: [String] = []
    while let entry = readdir(stream) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) { pointer in
          pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    closedir(stream)
    for name in names where name != "." && name != ".." { try remove("\(path)/\(name)") }
    guard rmdir(path) == 0 || errno == ENOENT else { throw Problem.file(.inputOutputFailed, "remove", path) }
  }

  /// Takes the write permission away and waits until the disk has file or folder.
  static func seal(_ path: String, mode: mode_t) throws(Problem) {
    guard chmod(path, mode) == 0 else { throw Problem.file(.inputOutputFailed, "protect", path) }
    try sync(path)
  }

  static func sync(_ path: String) throws(Problem) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Problem.file(.inputOutputFailed, "open", path) }
    defer { close(descriptor) }
    // Some file systems cannot sync a folder; they answer EINVAL and order the rename themselves.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw Problem.file(.inputOutputFailed, "write", path) }
  }
}

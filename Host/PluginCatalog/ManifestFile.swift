// Manifests as files: listing, reading, replacing; and manifest errors as problems.
import ArtifactStore
import Glibc
import Model
import PluginManifest

enum ManifestFile {
  private static let maximumBytes = 1 << 20

  /// Paths of *.yaml and *.yml, sorted. A folder that does not exist is empty.
  static func list(_ folder: String) throws(Problem) -> [String] {
    guard let stream = opendir(folder) else {
      if errno == ENOENT { return [] }
      throw Problem.file(.manifestInvalid, "list", folder)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix("."), name.hasSuffix(".yaml") || name.hasSuffix(".yml") { names.append(name) }
    }
    return names.sorted().map { "\(folder)/\($0)" }
  }

  static func read(_ path: String, missing: ProblemCode) throws(Problem) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Problem.file(missing, "read", path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 16384)
    while true {
      let count = Glibc.read(descriptor, &piece, piece.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw Problem.file(missing, "read", path) }
      if count == 0 { break }
      bytes += piece[..<count]
      guard bytes.count <= maximumBytes else {
        throw Problem(missing, "\(path) has more than 1 MiB", at: ProblemLocation(file: path))
      }
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Problem(missing, "\(path) is not UTF-8", at: ProblemLocation(file: path))
    }
    return text
  }

  /// Replaces the file in one step, so that a reader sees the old text or the new.
  static func write(_ text: String, to path: String) throws(Problem) {
    var status = stat()
    let mode = stat(path, &status) == 0 ? status.st_mode & 0o777 : 0o644
    let temporary = "\(folder(of: path))/.\(stem(path)).\(getpid())"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw Problem.file(.inputOutputFailed, "write", temporary) }
    defer { close(descriptor) }
    do throws(Problem) {
      let bytes = Array(text.utf8)
      let result = bytes.withUnsafeBytes { buffer in
        Result { () throws(Problem) in try FileDigest.write(buffer, to: descriptor, named: temporary) }
      }
      try result.get()
      guard fsync(descriptor) == 0, rename(temporary, path) == 0 else {
        throw Problem.file(.inputOutputFailed, "write", path)
      }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The file name without its last extension.
  static func stem(_ path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
  }

  /// The path without links and dots; nil where it does not exist.
  static func resolved(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }
}

extension Problem {
  init(_ code: ProblemCode, _ error: ManifestError) {
    let pointer = error.key.isEmpty ? nil : "/" + error.key.split(separator: ".").joined(separator: "/")
    self.init(
      code, error.key.isEmpty ? error.message : "\(error.key): \(error.message)",
      at: ProblemLocation(file: error.file, line: error.line, pointer: pointer))
  }
}

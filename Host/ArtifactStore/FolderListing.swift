// The regular files below a folder, by descriptor, so that no link can lead the walk outside.
import Glibc
import Model

struct FolderEntry {
  /// Relative to the folder, with '/'.
  var path: String
  var size: Int64
  var sha256: String
}

/// Everything below one folder. A link, socket, pipe, device or unprintable name refuses the whole folder.
struct FolderListing {
  private static let maximumDepth = 64
  private(set) var files: [FolderEntry] = []
  private(set) var folders: [String] = []
  private let root: String

  /// Walks and hashes. Files with further hard links are refused: their other name could change them later.
  init(hashing root: String, code: ProblemCode) throws(Problem) {
    self.root = root
    let descriptor = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw Problem.file(code, "open", root) }
    defer { close(descriptor) }
    try walk(descriptor, path: "", depth: 0, code: code)
    files.sort { Array($0.path.utf8).lexicographicallyPrecedes(Array($1.path.utf8)) }
  }

  private mutating func walk(_ folder: Int32, path: String, depth: Int, code: ProblemCode) throws(Problem) {
    guard depth < Self.maximumDepth else {
      throw Problem(code, "\(root) is nested deeper than \(Self.maximumDepth) folders")
    }
    for name in try Self.names(folder, path: "\(root)/\(path)", code: code) {
      let relative = path.isEmpty ? name : "\(path)/\(name)"
      var status = stat()
      guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
        throw Problem.file(code, "read", "\(root)/\(relative)")
      }
      switch status.st_mode & S_IFMT {
      case S_IFDIR:
        let inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard inner >= 0 else { throw Problem.file(code, "open", "\(root)/\(relative)") }
        defer { close(inner) }
        folders.append(relative)
        try walk(inner, path: relative, depth: depth + 1, code: code)
      case S_IFREG:
        try add(name, in: folder, relative: relative, code: code)
      default:
        throw Problem(
          code, "\(root)/\(relative) is a link, socket, pipe or device; only files and folders are stored")
      }
    }
  }

  private mutating func add(_ name: String, in folder: Int32, relative: String, code: ProblemCode) throws(Problem) {
    let file = try OpenFile(reading: name, in: folder, code: code)
    guard file.links <= 1 else {
      throw Problem(code, "\(root)/\(relative) has a second hard link through which it could change")
    }
    let entry = FolderEntry(path: relative, size: file.identity.size, sha256: try FileDigest.hex(of: file))
    files.append(entry)
  }

  static func names(_ folder: Int32, path: String, code: ProblemCode) throws(Problem) -> [String] {
    let copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0, let stream = fdopendir(copy) else { throw Problem.file(code, "list", path) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard let name, !name.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) else {
        throw Problem(code, "\(path) holds a name that is not printable UTF-8")
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// The text whose SHA-256 is the folder's digest: files by path, with size and digest.
  var manifest: String {
    var text = "opentrusteval folder 1\n"
    for file in files { text += "\(file.sha256) \(file.size) \(file.path)\n" }
    return text
  }

  var bytes: Int64 { files.reduce(0) { $0 + $1.size } }
}

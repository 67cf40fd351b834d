// Taking a file or folder into the store: stage, hash, seal, rename. A crash leaves the store as it was.
import Glibc
package import Model
import Synchronization

extension ArtifactStore {
  /// Moves (or, from another file system, copies) a file or folder into the store and removes the original.
  /// Bytes the store already has are kept once. After a failure the original lies where it was.
  package func adopt(_ path: String, expecting form: StoredArtifact.Form? = nil) throws(Problem) -> StoredArtifact {
    var status = stat()
    guard lstat(path, &status) == 0 else { throw Problem.file(.inputOutputFailed, "read", path) }
    switch status.st_mode & S_IFMT {
    case S_IFREG where form != .folder: return try adoptFile(path, status)
    case S_IFDIR where form != .file: return try adoptFolder(path)
    case S_IFREG, S_IFDIR:
      throw Problem(.contractBroken, "\(path) is not a \(form?.rawValue ?? "file"), as was said")
    default:
      throw Problem(.contractBroken, "\(path) is a link, socket, pipe or device; only files and folders are stored")
    }
  }

  /// Removes what processes that no longer live left in the staging folder.
  package func sweep() {
    guard let names = try? names(in: "\(root)/staging") else { return }
    for name in names {
      guard let owner = pid_t(name.prefix { $0 != "-" }), kill(owner, 0) != 0, errno == ESRCH else { continue }
      try? FolderCopy.remove("\(root)/staging/\(name)")
    }
  }

  private func names(in path: String) throws(Problem) -> [String] {
    let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw Problem.file(.storeUnreadable, "list", path) }
    defer { close(folder) }
    return try FolderListing.names(folder, path: path, code: .storeUnreadable)
  }

  private func adoptFile(_ path: String, _ status: stat) throws(Problem) -> StoredArtifact {
    let staged = try stagingPath()
    // A second hard link could change the bytes after they were hashed: such a file is copied.
    let moved = status.st_nlink == 1 ? try move(path, to: staged) : false
    do throws(Problem) {
      let hex: String
      if moved {
        let file = try OpenFile(reading: staged, code: .contractBroken)
        guard fchmod(file.descriptor, 0o444) == 0 else { throw Problem.file(.inputOutputFailed, "protect", staged) }
        hex = try FileDigest.hex(of: file)
        try FolderCopy.sync(staged)
      } else {
        hex = try FolderCopy.copyFile(path, to: staged, code: .contractBroken)
        try FolderCopy.seal(staged, mode: 0o444)
      }
      let final = place(hex, .file)
      try publish(staged, at: final, size: nil)
      if !moved { try FolderCopy.remove(path) }
      return StoredArtifact(digest: "sha256:\(hex)", path: final, bytes: size(of: final), form: .file)
    } catch {
      restore(staged, to: moved ? path : nil)
      throw error
    }
  }

  private func adoptFolder(_ path: String) throws(Problem) -> StoredArtifact {
    let staged = try stagingPath()
    try Self.createFolder(staged)
    let content = "\(staged)/files"
    let moved = try move(path, to: content)
    do throws(Problem) {
      if !moved { try FolderCopy.copy(path, to: content, code: .contractBroken) }
      let listing = try FolderListing(hashing: content, code: .contractBroken)
      let hex = FileDigest.hex(of: Array(listing.manifest.utf8))
      try writeManifest(listing.manifest, to: "\(staged)/manifest")
      for file in listing.files { try FolderCopy.seal("\(content)/\(file.path)", mode: 0o444) }
      // Inner folders first: a folder without write permission takes no more changes below.
      for folder in listing.folders.reversed() { try FolderCopy.seal("\(content)/\(folder)", mode: 0o555) }
      try FolderCopy.seal(content, mode: 0o555)
      try FolderCopy.sync(staged)
      let final = place(hex, .folder)
      try publish(staged, at: final, size: listing.bytes)
      if !moved { try FolderCopy.remove(path) }
      return StoredArtifact(digest: "sha256:\(hex)", path: "\(final)/files", bytes: listing.bytes, form: .folder)
    } catch {
      restore(content, to: moved ? path : nil)
      try? FolderCopy.remove(staged)
      throw error
    }
  }

  /// One rename makes it visible. A file of another size under that digest is damaged and is replaced.
  private func publish(_ staged: String, at final: String, size folderBytes: Int64?) throws(Problem) {
    let parent = String(final[..<(final.lastIndex(of: "/") ?? final.endIndex)])
    try Self.createFolder(parent)
    if folderBytes == nil, access(final, F_OK) == 0, size(of: final) == size(of: staged) {
      try FolderCopy.remove(staged)
      return
    }
    guard rename(staged, final) == 0 else {
      // A folder is there already: equal digest, equal bytes.
      guard folderBytes != nil, errno == ENOTEMPTY || errno == EEXIST else {
        throw Problem.file(.inputOutputFailed, "move into the store", final)
      }
      try FolderCopy.remove(staged)
      return
    }
    try FolderCopy.sync(parent)
  }

  private func move(_ path: String, to target: String) throws(Problem) -> Bool {
    if rename(path, target) == 0 { return true }
    guard errno == EXDEV || errno == EPERM || errno == EACCES else {
      throw Problem.file(.inputOutputFailed, "move into the store", path)
    }
    return false
  }

  private func restore(_ staged: String, to path: String?) {
    if let path, rename(staged, path) == 0 { return }
    try? FolderCopy.remove(staged)
  }

  private func size(of path: String) -> Int64 {
    var status = stat()
    return lstat(path, &status) == 0 ? Int64(status.st_size) : -1
  }

  private func writeManifest(_ text: String, to path: String) throws(Problem) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o444)
    guard descriptor >= 0 else { throw Problem.file(.inputOutputFailed, "create", path) }
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    let result = bytes.withUnsafeBytes { buffer -> Result<Void, Problem> in
      Result { () throws(Problem) in try FileDigest.write(buffer, to: descriptor, named: path) }
    }
    try result.get()
    guard fsync(descriptor) == 0 else { throw Problem.file(.inputOutputFailed, "write", path) }
  }

  private static let counter = Atomic<Int>(0)

  /// A name nobody else uses; it begins with the process id, by which `sweep` knows what is abandoned.
  package func stagingPath() throws(Problem) -> String {
    try Self.createFolder("\(root)/staging")
    let number = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return "\(root)/staging/\(getpid())-\(now.tv_sec)\(now.tv_nsec)-\(number)"
  }
}

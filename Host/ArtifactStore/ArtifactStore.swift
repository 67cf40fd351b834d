// Content-addressed files and folders: what was written once is found by its digest and never changes.
import Glibc
package import Model

/// What the store holds after an adoption.
package struct StoredArtifact: Sendable, Hashable {
  package enum Form: String, Sendable { case file, folder }
  /// `sha256:` and 64 hex digits: of the file's bytes, or of the sorted list of the folder's files.
  package var digest: String
  package var path: String
  package var bytes: Int64
  package var form: Form
}

/// One folder on one file system. Many processes may use it at once: every step ends in one rename.
package struct ArtifactStore: Sendable {
  package let root: String

  /// Creates the folder when it is missing; everything below is made when it is needed.
  package init(root: String) throws(Problem) {
    self.root = root
    try Self.createFolder(root)
    guard access(root, R_OK | W_OK | X_OK) == 0 else { throw Problem.file(.storeUnreadable, "write", root) }
  }

  /// Where the bytes of a digest lie.
  package func path(of digest: String) throws(Problem) -> String { try find(digest).path }

  package func contains(_ digest: String) -> Bool { (try? find(digest)) != nil }

  /// The digest of what lies at a path of this store, with the rest of the path for a file within a folder; nil for a
  /// path elsewhere.
  package func reference(to path: String) -> String? {
    for form in [StoredArtifact.Form.file, .folder] {
      let start = "\(root)/\(form == .file ? "files" : "folders")/"
      guard path.hasPrefix(start) else { continue }
      let parts = path.dropFirst(start.count).split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard parts.count >= 2, parts[1].utf8.count == 64 else { return nil }
      let within = form == .file ? parts.dropFirst(2) : parts.dropFirst(3)
      guard form == .file ? parts.count == 2 : parts.count >= 3 && parts[2] == "files" else { return nil }
      return (["sha256:\(parts[1])"] + within).joined(separator: "/")
    }
    return nil
  }

  /// What is known of an artifact by its digest. A folder's bytes are counted anew.
  package func stored(_ digest: String) throws(Problem) -> StoredArtifact {
    let (path, form) = try find(digest)
    var status = stat()
    guard stat(path, &status) == 0 else { throw Problem.file(.artifactCorrupt, "read", path) }
    let bytes = form == .file ? Int64(status.st_size) : try FolderListing(hashing: path, code: .artifactCorrupt).bytes
    return StoredArtifact(digest: digest, path: path, bytes: bytes, form: form)
  }

  /// Reads everything again and compares.
  package func verify(_ digest: String) throws(Problem) {
    let (path, form) = try find(digest)
    let actual: String
    switch form {
    case .file:
      let file = try OpenFile(reading: path, code: .artifactCorrupt)
      actual = try FileDigest.hex(of: file)
    case .folder:
      let listing = try FolderListing(hashing: path, code: .artifactCorrupt)
      actual = FileDigest.hex(of: Array(listing.manifest.utf8))
    }
    guard digest == "sha256:\(actual)" else {
      throw Problem(
        .artifactCorrupt, "\(path) now has the digest sha256:\(actual), stored was \(digest)",
        at: ProblemLocation(file: path))
    }
  }

  /// A folder of this run's own, beside the artifacts, so that adopting moves instead of copying.
  package func runFolder(_ run: String) throws(Problem) -> String {
    let path = try runPath(run)
    try Self.createFolder(path)
    return path
  }

  /// nil when the run has no folder: it never had one, or it is gone already.
  package func existingRunFolder(_ run: String) throws(Problem) -> String? {
    let path = try runPath(run)
    return access(path, F_OK) == 0 ? path : nil
  }

  package func removeRunFolder(_ run: String) throws(Problem) { try FolderCopy.remove(runPath(run)) }

  private func runPath(_ run: String) throws(Problem) -> String {
    let isPlain = run.utf8.allSatisfy {
      (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45 || $0 == 95
    }
    guard isPlain, !run.isEmpty, run.utf8.count <= 128 else {
      throw Problem(.runNotFound, "\(run) is not a run id")
    }
    return "\(root)/runs/\(run)"
  }
}

extension ArtifactStore {
  /// The place of a digest of either form.
  private func find(_ digest: String) throws(Problem) -> (path: String, form: StoredArtifact.Form) {
    let hex = digest.dropFirst(7)
    guard digest.hasPrefix("sha256:"), hex.utf8.count == 64,
      hex.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
    else { throw Problem(.artifactCorrupt, "\(digest) is not a digest", origin: .user, next: "Write sha256:...") }
    let file = place(String(hex), .file)
    if access(file, F_OK) == 0 { return (file, .file) }
    let folder = place(String(hex), .folder)
    if access(folder, F_OK) == 0 { return ("\(folder)/files", .folder) }
    throw Problem(.artifactCorrupt, "\(digest) is not in the store \(root)", at: ProblemLocation(file: file))
  }

  func place(_ hex: String, _ form: StoredArtifact.Form) -> String {
    "\(root)/\(form == .file ? "files" : "folders")/\(hex.prefix(2))/\(hex)"
  }

  /// Creates a folder and those above it.
  package static func createFolder(_ path: String) throws(Problem) {
    if mkdir(path, 0o755) == 0 { return }
    if errno == EEXIST {
      var status = stat()
      if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
      throw Problem.file(.storeUnreadable, "create the folder", path, errno: ENOTDIR)
    }
    guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
      throw Problem.file(.storeUnreadable, "create the folder", path)
    }
    try createFolder(String(path[..<slash]))
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
      throw Problem.file(.storeUnreadable, "create the folder", path)
    }
  }
}

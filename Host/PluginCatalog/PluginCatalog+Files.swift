// From plugin.toml to the host's own copy of the shared object: found, hashed, compared, stamped, copied.
import ArtifactStore
import Glibc
import Model
import PluginManifest

extension PluginCatalog {
  /// The steps that touch the shared object; at the end only its description is missing.
  func place(_ candidate: inout Candidate) throws(Problem) {
    guard let install = candidate.install, let vendor = candidate.vendor else { return }
    let manifest = candidate.plugin.manifestPath
    candidate.plugin.pinnedDigest = install.spec.digest
    guard let pinned = install.spec.digest ?? (allowUnpinned ? "" : nil) else {
      throw Problem(
        .digestNotPinned, "\(manifest) has no spec.digest",
        at: ProblemLocation(file: manifest, pointer: "/spec/digest"))
    }
    let object = try shared(vendor, in: candidate.folder)
    candidate.plugin.digest = object.digest
    guard pinned.isEmpty || pinned == object.digest else {
      throw Problem(
        .digestMismatch, "\(object.path) has \(object.digest), pinned is \(pinned)",
        at: ProblemLocation(file: manifest, pointer: "/spec/digest"))
    }
    try check(object, vendor)
    let copy = try self.copy(of: object)
    candidate.plugin.path = copy
    candidate.plan = PlanPlugin(
      name: vendor.name, version: vendor.version, digest: object.digest, path: copy)
  }

  /// A shared object as it lies in a plugin folder.
  struct PlacedObject {
    var path: String
    /// sha256:...
    var digest: String
    var size: Int64
  }

  /// Finds and hashes the file for this platform.
  func shared(_ vendor: VendorManifest, in folder: String) throws(Problem) -> PlacedObject {
    guard let entry = vendor.files[VendorManifest.platform] else {
      let there = vendor.files.keys.sorted().joined(separator: ", ")
      throw Problem(
        .notSharedObject, "\(vendor.name) has no build for \(VendorManifest.platform), only for \(there)",
        at: ProblemLocation(file: "\(folder)/\(VendorManifest.fileName)", pointer: "/files"))
    }
    let file = try OpenFile(reading: "\(folder)/\(entry.path)", code: .pluginFileMissing)
    let hex = try hex(of: file)
    if let expected = entry.sha256, expected != hex {
      throw Self.differs(file.path, "plugin.toml says sha256 \(expected), the file has \(hex)")
    }
    if let expected = entry.size, expected != file.identity.size {
      throw Self.differs(file.path, "plugin.toml says \(expected) bytes, the file has \(file.identity.size)")
    }
    return PlacedObject(path: file.path, digest: "sha256:\(hex)", size: file.identity.size)
  }

  private static func differs(_ path: String, _ words: String) -> Problem {
    Problem(
      .digestMismatch, "\(path): \(words)", origin: .plugin, at: ProblemLocation(file: path),
      next: "Install the plugin again.")
  }

  /// From memory where the file did not change since it was hashed.
  private func hex(of file: borrowing OpenFile) throws(Problem) -> String {
    if let known = memory.digest(of: file.identity) { return known }
    let hex = try FileDigest.hex(of: file)
    if file.identity.isSettled { memory.remember(digest: hex, of: file.identity) }
    return hex
  }

  /// Header, note, ABI and C library: everything that can be known without loading.
  func check(_ object: PlacedObject, _ vendor: VendorManifest) throws(Problem) {
    let stamp = try SharedObject(path: object.path).stamp
    guard stamp.needs.major == hostABI.major, stamp.needs <= hostABI else {
      throw Problem(
        .incompatibleABI, "\(object.path) needs ABI \(stamp.needs), this host has \(hostABI)",
        at: ProblemLocation(file: object.path))
    }
    guard stamp.needs == vendor.abi.needs else {
      throw Problem(
        .descriptorDiffers, "plugin.toml says abi.needs \(vendor.abi.needs), the file's note says \(stamp.needs)",
        at: ProblemLocation(file: object.path))
    }
    if let text = vendor.files[VendorManifest.platform]?.glibcMinimum, let minimum = ABIVersion(text),
      let present = Self.libraryVersion(), present < minimum
    {
      throw Problem(
        .loadFailed, "\(object.path) needs glibc \(minimum), this machine has \(present)", origin: .user,
        at: ProblemLocation(file: object.path), next: "Get a build for an older glibc, or update the system.")
    }
  }

  private static func libraryVersion() -> ABIVersion? {
    var text = [CChar](repeating: 0, count: 64)
    guard confstr(Int32(_CS_GNU_LIBC_VERSION), &text, text.count) > 0 else { return nil }
    let words = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return words.split(separator: " ").last.flatMap { ABIVersion(String($0)) }
  }

  /// The host's own copy, made on first use. Its bytes are compared again unless it did not change since.
  private func copy(of object: PlacedObject) throws(Problem) -> String {
    let hex = String(object.digest.dropFirst(7))
    let name = object.path.split(separator: "/").last.map(String.init) ?? "plugin.so"
    let folder = "\(copies)/\(hex)"
    let target = "\(folder)/\(name)"
    var status = stat()
    if lstat(target, &status) == 0, status.st_mode & S_IFMT == S_IFREG {
      let copy = try OpenFile(reading: target, code: .storeUnreadable)
      if try self.hex(of: copy) == hex { return target }
    }
    try ArtifactStore.createFolder(folder)
    try write(object, hex: hex, to: target, in: folder)
    return target
  }

  private func write(_ object: PlacedObject, hex: String, to target: String, in folder: String) throws(Problem) {
    let source = try OpenFile(reading: object.path, code: .pluginFileMissing)
    let staged = "\(folder)/.staged-\(getpid())-\(UInt32.random(in: .min ... .max))"
    let descriptor = open(staged, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Problem.file(.storeUnreadable, "write", staged) }
    defer { close(descriptor) }
    do throws(Problem) {
      let copied = try FileDigest.copy(source, to: descriptor, named: staged)
      guard copied == hex else {
        throw Problem(
          .digestMismatch, "\(object.path) changed while it was copied", at: ProblemLocation(file: object.path),
          next: "Try again.", retryable: true)
      }
      guard fchmod(descriptor, 0o555) == 0, fsync(descriptor) == 0, rename(staged, target) == 0 else {
        throw Problem.file(.storeUnreadable, "write", target)
      }
    } catch {
      unlink(staged)
      throw error
    }
  }
}

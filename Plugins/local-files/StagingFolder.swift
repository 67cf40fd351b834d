// The hidden folder inside the target where a run's files wait for commit, and the journal that lets a second
// attempt of the same run recognise what the first one had already moved.
import FileNames
import Glibc
import JSONValue
import PluginKit

struct StagedFile: Sendable {
  /// Name inside the staging folder.
  var staged: String
  /// Path below the target folder.
  var name: String
  var bytes: Int64
}

final class StagingFolder {
  static let journalName = "journal.json"
  /// Files of others may not be stored under names that begin like this.
  static let prefix = ".ote-"

  let target: TargetFolder
  let name: String
  let folder: TargetFolder
  /// Files that an interrupted commit of this same run had moved: they are this run's to replace.
  let ours: Set<FileIdentity>

  init(in target: TargetFolder, run: String, node: String) throws {
    self.target = target
    name = StagingFolder.prefix + StagingFolder.plain(run) + "-" + StagingFolder.plain(node)
    ours = StagingFolder.journaled(target, name)
    try target.removeTree(name)
    guard mkdirat(target.descriptor, name, 0o700) == 0 else {
      throw SystemError("write into", target.path).problem(at: "/path")
    }
    folder = try TargetFolder(name, in: target)
  }

  /// Run and node names as a file name; a long one is cut (runs differ in their first characters).
  private static func plain(_ text: String) -> String {
    let kept = text.unicodeScalars.map { scalar -> Character in
      scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)) ? Character(scalar) : "_"
    }
    return String(kept.prefix(80))
  }

  private static func journaled(_ target: TargetFolder, _ name: String) -> Set<FileIdentity> {
    guard target.status(name)?.isFolder == true, let folder = try? TargetFolder(name, in: target) else { return [] }
    let descriptor = openat(folder.descriptor, journalName, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count <= 0 { break }
      bytes += buffer[..<count]
    }
    // A journal cut short by a crash was written before the first move: then nothing was moved.
    let identities = try? JSONValue(parsing: bytes).decode([FileIdentity].self)
    return Set(identities ?? [])
  }

  /// Notes which files are about to be moved. Must be on disk before the first move.
  func writeJournal(_ files: [StagedFile]) throws {
    let identities = files.compactMap { folder.status($0.staged)?.identity }
    let text = try JSONValue(encoding: identities).text
    let descriptor = openat(
      folder.descriptor, StagingFolder.journalName, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SystemError("write", folder.path).problem() }
    defer { close(descriptor) }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      guard count >= 0 || errno == EINTR else { throw SystemError("write", folder.path).problem() }
      rest = rest.dropFirst(max(count, 0))
    }
    guard fsync(descriptor) == 0 else { throw SystemError("flush", folder.path).problem() }
    try folder.flush()
  }

  func remove() throws { try target.removeTree(name) }
}

// Moves staged files to their final names, one atomic step each, and takes all of them back when one fails.
import FileNames
import Glibc
import JSONValue
import PluginKit

final class Publication {
  private struct Move {
    var folder: TargetFolder
    var last: String
    var staged: String
    /// The old file waits in the staging folder under the staged name.
    var isExchange: Bool
  }

  private let staging: StagingFolder
  private let overwrite: FolderConfiguration.Overwrite
  private var moves: [Move] = []
  private(set) var published: [(name: String, bytes: Int64)] = []
  private(set) var skipped: [String] = []

  init(_ staging: StagingFolder, overwrite: FolderConfiguration.Overwrite) {
    self.staging = staging
    self.overwrite = overwrite
  }

  func publish(_ files: [StagedFile]) throws {
    do {
      for file in files { try publish(file) }
      try flushFolders()
    } catch {
      takeBack()
      throw error
    }
  }

  private func publish(_ file: StagedFile) throws {
    var name = file.name
    var number = 1
    while true {
      let (folder, last) = try place(of: name)
      if try move(file.staged, folder, last) {
        published.append((name, file.bytes))
        return
      }
      switch overwrite {
      case .skip:
        skipped.append(name)
        return
      case .version:
        number += 1
        name = TargetName.numbered(file.name, number)
      case .fail, .replace: throw Publication.exists(folder.path + "/" + last)
      }
    }
  }

  /// Consecutive files mostly share a folder: the last one is kept open.
  private func place(of name: String) throws -> (TargetFolder, String) {
    let parts = name.split(separator: "/")
    let folderPath = ([staging.target.path] + parts.dropLast().map(String.init)).joined(separator: "/")
    if let last = moves.last?.folder, last.path == folderPath { return (last, String(parts[parts.count - 1])) }
    return try staging.target.parent(of: name)
  }

  /// False when the name is taken and stays so.
  private func move(_ staged: String, _ folder: TargetFolder, _ last: String) throws -> Bool {
    let from = staging.folder.descriptor
    if rename(from, staged, folder.descriptor, last, SystemCalls.noReplace) {
      moves.append(Move(folder: folder, last: last, staged: staged, isExchange: false))
      return true
    }
    guard errno == EEXIST else { throw SystemError("move a file to", "\(folder.path)/\(last)").problem() }
    let old = folder.status(last)
    let isOurs = old.map { staging.ours.contains($0.identity) } ?? false
    guard overwrite == .replace || isOurs else { return false }
    if old?.isFolder == true { throw Publication.exists("\(folder.path)/\(last)", what: "a folder") }
    guard rename(from, staged, folder.descriptor, last, SystemCalls.exchange) else {
      throw SystemError("replace", "\(folder.path)/\(last)").problem()
    }
    moves.append(Move(folder: folder, last: last, staged: staged, isExchange: true))
    return true
  }

  /// renameat2, or the nearest thing where the file system or libc lacks it. Sets errno when false.
  private func rename(_ from: Int32, _ staged: String, _ to: Int32, _ last: String, _ flags: UInt32) -> Bool {
    if let call = SystemCalls.renameat2 {
      if call(from, staged, to, last, flags) == 0 { return true }
      guard errno == EINVAL || errno == ENOSYS else { return false }
    }
    if flags == SystemCalls.exchange { return renameat(from, staged, to, last) == 0 }
    // link() refuses an existing name, so it is a rename that never replaces.
    guard linkat(from, staged, to, last, 0) == 0 else { return false }
    unlinkat(from, staged, 0)
    return true
  }

  private func takeBack() {
    let staging = staging.folder.descriptor
    for move in moves.reversed() {
      let flags = move.isExchange ? SystemCalls.exchange : SystemCalls.noReplace
      _ = rename(move.folder.descriptor, move.last, staging, move.staged, flags)
    }
    moves = []
    published = []
  }

  private func flushFolders() throws {
    var flushed: Set<String> = []
    for move in moves where flushed.insert(move.folder.path).inserted { try move.folder.flush() }
  }

  static func exists(_ path: String, what: String = "a file") -> PluginError {
    PluginError(
      .configuration,
      "there is already \(what) \(path). Choose what happens to it (overwrite: replace, skip or version), "
        + "or another folder. Nothing was published", details: ["path": "/overwrite", "file": .string(path)])
  }
}

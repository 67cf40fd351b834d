// Moves uploaded files to their places, one step each, and takes all of them back when one fails.
import FileNames
import JSONValue
import PluginKit

final class Publication {
  private let tree: TargetTree
  private let staging: StagingFolder
  private let run: String
  private var client: DriveClient { tree.client }
  private var undo: [(String, () throws -> Void)] = []
  private(set) var published: [(name: String, id: String, bytes: Int64)] = []
  private(set) var skipped: [String] = []

  init(_ tree: TargetTree, _ staging: StagingFolder) {
    self.tree = tree
    self.staging = staging
    run = StagingFolder.short(tree.client.run.meta.run)
  }

  func publish(_ files: [StagedFile]) throws {
    do {
      for file in files { try publish(file) }
    } catch {
      takeBack()
      throw error
    }
  }

  private func publish(_ file: StagedFile) throws {
    var name = file.name
    var old: [DriveFile] = []
    var number = 1
    while true {
      old = try tree.files(named: name)
      // What an earlier attempt of this run had put there before it died is ours to replace.
      if old.allSatisfy({ $0.appProperties[StagingFolder.runKey] == run && !$0.isFolder }) { break }
      switch tree.settings.overwrite {
      case .fail: throw Self.exists(tree.shown(name))
      case .skip:
        skipped.append(name)
        return
      case .version:
        number += 1
        name = TargetName.numbered(file.name, number)
        continue
      case .replace: if old.contains(where: \.isFolder) { throw Self.exists(tree.shown(name), what: "a folder") }
      }
      break
    }
    try move(file, to: name)
    for file in old {
      try client.setTrashed(file.id, true, "replace '\(name)'")
      undo.append((name, { [client] in try client.setTrashed(file.id, false, "bring back '\(name)'") }))
    }
  }

  private func move(_ file: StagedFile, to name: String) throws {
    let last = name.split(separator: "/").last.map(String.init) ?? name
    let folder = try tree.folder(for: name)
    let doing = "move '\(name)' to its place"
    let moved = try patch(file.id, from: staging.id, to: folder, name: last, doing)
    undo.append(
      (name, { [self] in _ = try patch(file.id, from: folder, to: staging.id, name: last, "take back '\(name)'") }))
    tree.note(moved, in: folder)
    published.append((name, file.id, file.bytes))
  }

  private func patch(_ id: String, from: String, to: String, name: String, _ doing: String) throws -> DriveFile {
    let json: JSONValue
    do {
      json = try client.call(
        "PATCH", "files/\(id)",
        [("addParents", to), ("removeParents", from), ("supportsAllDrives", "true"), ("fields", DriveFile.fields)],
        json: ["name": .string(name)], doing)
    } catch let error as PluginError {
      // Of a move whose answer was lost the second one fails: look where the file is.
      guard let now = try? client.file(id, doing), now.parents == [to], now.name == name else { throw error }
      return now
    }
    return try client.read(json, doing)
  }

  private func takeBack() {
    for (name, step) in undo.reversed() {
      do { try step() } catch {
        client.run.log(
          .error, "'\(tree.shown(name))' could not be taken back: \((error as? PluginError)?.message ?? "\(error)")")
      }
    }
    undo = []
    published = []
    tree.removeMade()
  }

  static func exists(_ path: String, what: String = "a file") -> PluginError {
    PluginError(
      .configuration, "there is already \(what) \(path). Nothing was published",
      details: [
        "path": "/overwrite", "file": .string(path),
        "next": "Choose what happens to it (overwrite: replace, skip or version), or another folder.",
      ])
  }
}

// The files below a place in Drive, one at a time, folder by folder.
import JSONValue
import PluginKit

/// A file as it will be handed on.
struct DriveItem: Sendable, Hashable {
  var file: DriveFile
  /// Below the configured folder, made of names that a file system takes; unique in a listing.
  var relative: String
  /// For Google documents: what they are exported to.
  var format: ExportFormat?

  var etag: String { format.map { "\(file.etag)-\($0.ending)" } ?? file.etag }
  var mediaType: String { format?.mimeType ?? file.mimeType }
  var localName: String { relative.split(separator: "/").last.map(String.init) ?? relative }
}

final class DriveListing {
  private struct Waiting {
    var place: Place
    var relative: String
  }

  private let client: DriveClient
  private let settings: SourceConfiguration
  private var folders: [Waiting]
  private var files: ArraySlice<DriveItem> = []
  private(set) var count = 0
  /// Folders that were looked into, so that a shortcut back into one of them is not followed for ever.
  private(set) var visited: Set<String> = []
  private(set) var leftOut = (unmatched: 0, documents: 0, shortcuts: 0)
  private var unmatchedNames: [String] = []
  /// Something of another drive is in it: this drive's changes do not tell about it.
  private(set) var spansDrives = false

  init(_ settings: SourceConfiguration, _ client: DriveClient) throws {
    self.settings = settings
    self.client = client
    let place = try FolderResolver(client: client, pointer: "/folder").resolve(settings.folder)
    folders = []
    if case .file(let file) = place {
      var names = LocalNames()
      if let item = item(file, &names, prefix: "") { files = [item] }
    } else {
      if case .folder(let id, let drive) = place { (root, self.drive) = (id, drive) }
      folders = [Waiting(place: place, relative: "")]
    }
  }

  /// The folder itself, nil for what was shared or a single file.
  private(set) var root: String?
  private(set) var drive: String?

  func next() throws -> DriveItem? {
    while files.isEmpty {
      guard let folder = folders.popLast() else { return nil }
      try list(folder)
    }
    count += 1
    guard count <= settings.mostFiles else {
      throw PluginError.configuration(
        "more than \(settings.mostFiles) files match. Narrow the patterns, or raise the limit on files",
        at: "/max_files")
    }
    return files.popFirst()
  }

  private func list(_ folder: Waiting) throws {
    let query: DriveQuery
    var inDrive: String?
    switch folder.place {
    case .folder(let id, let drive):
      guard visited.insert(id).inserted else { return }
      (query, inDrive) = (.inside(id), drive)
      if drive != self.drive { spansDrives = true }
    case .sharedWithMe: query = .sharedWithMe
    case .file: return
    }
    let shown = folder.relative.isEmpty ? settings.folder.text : "\(settings.folder.text)/\(folder.relative)"
    let children = try client.files(query.and(.notTrashed), drive: inDrive, "list the folder \(shown)")
      // Drive's own order may change from call to call.
      .sorted { ($0.name, $0.created, $0.id) < ($1.name, $1.created, $1.id) }
    let prefix = folder.relative.isEmpty ? "" : folder.relative + "/"
    var names = LocalNames()
    var found: [DriveItem] = []
    var below: [Waiting] = []
    for child in children where !StagingFolder.isOurs(child) {
      guard let target = try resolved(child) else { continue }
      if target.isFolder {
        let relative = prefix + names.claim(child.name, id: child.id)
        guard settings.isRecursive, settings.enters(relative) else { continue }
        below.append(Waiting(place: .folder(id: target.id, drive: target.driveID), relative: relative))
      } else if let item = item(target, &names, prefix: prefix) {
        found.append(item)
      }
    }
    folders += below.reversed()
    files = found[...]
  }

  /// What a shortcut stands for, under the shortcut's name; nil where it is passed over.
  private func resolved(_ child: DriveFile) throws -> DriveFile? {
    guard child.isShortcut else { return child }
    guard settings.followsShortcuts, let id = child.shortcutTarget else {
      leftOut.shortcuts += 1
      return nil
    }
    do {
      var target = try client.file(id, "follow the shortcut '\(child.name)'")
      guard !target.isTrashed, !target.isShortcut else {
        leftOut.shortcuts += 1
        return nil
      }
      if target.driveID != drive { spansDrives = true }
      target.name = child.name
      return target
    } catch let error as PluginError where error.status == .notFound || error.status == .denied {
      client.run.log(.warning, "the shortcut '\(child.name)' leads nowhere that this account may see: passed over")
      leftOut.shortcuts += 1
      return nil
    }
  }

  private func item(_ file: DriveFile, _ names: inout LocalNames, prefix: String) -> DriveItem? {
    let format = file.isGoogleDocument ? settings.export[file.mimeType] : nil
    if file.isGoogleDocument, format == nil {
      leftOut.documents += 1
      return nil
    }
    let relative = prefix + names.claim(file.name, id: file.id, extension: format?.ending)
    guard settings.takes(relative) else {
      leftOut.unmatched += 1
      if unmatchedNames.count < 3 { unmatchedNames.append(relative) }
      return nil
    }
    return DriveItem(file: file, relative: relative, format: format)
  }

  /// Why there is nothing to hand out.
  func nothingMatched() -> PluginError {
    var text = "no file in \(settings.folder.text) is left to hand out"
    if leftOut.unmatched > 0 {
      let names = unmatchedNames.map { "'\($0)'" }.joined(separator: ", ")
      text += "; \(leftOut.unmatched) do not fit the patterns, such as \(names)"
    }
    if leftOut.documents > 0 { text += "; \(leftOut.documents) Google documents are not exported" }
    if leftOut.shortcuts > 0 { text += "; \(leftOut.shortcuts) shortcuts were passed over" }
    return PluginError(
      .notFound, text,
      details: [
        "path": .string(leftOut.unmatched > 0 ? "/include" : "/folder"),
        "next": "Choose another folder or other patterns, or set allow_empty if no file is a fine answer.",
      ])
  }
}

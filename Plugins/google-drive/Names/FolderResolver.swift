// Finds what a path in Drive names, one folder at a time. Names need not be unique there: then it says so.
import JSONValue
import PluginKit

/// Where a listing starts.
enum Place: Sendable, Hashable {
  /// A folder, of a shared drive where one is named.
  case folder(id: String, drive: String?)
  case sharedWithMe
  case file(DriveFile)
}

struct FolderResolver {
  let client: DriveClient
  /// The field to blame.
  let pointer: String

  func resolve(_ path: FolderPath) throws -> Place {
    var (place, shown) = try start(path)
    for (index, name) in path.names.enumerated() {
      shown.append(name)
      place = try step(into: name, of: place, shown, isLast: index == path.names.count - 1)
    }
    return place
  }

  /// The deepest folder on the way that is there, and the names below it that are not.
  func reach(_ path: FolderPath) throws -> (Place, missing: [String]) {
    var (place, shown) = try start(path)
    for (index, name) in path.names.enumerated() {
      shown.append(name)
      do { place = try step(into: name, of: place, shown, isLast: false) } catch let error as PluginError {
        guard error.status == .notFound else { throw error }
        return (place, Array(path.names[index...]))
      }
    }
    return (place, [])
  }

  private func start(_ path: FolderPath) throws -> (Place, FolderPath.Shown) {
    switch path.root {
    case .myDrive: return (.folder(id: "root", drive: nil), .init(path.root))
    case .sharedWithMe: return (.sharedWithMe, .init(path.root))
    case .id(let id): return (try place(of: try client.file(id, "look at \(path.text)")), .init(path.root))
    case .sharedDrive(nil):
      throw PluginError.configuration("name one of the shared drives: \(FolderPath.sharedDrives)/NAME", at: pointer)
    case .sharedDrive(let name?):
      let all = try client.drives("list the shared drives")
      let named = all.filter { $0.name == name }
      if named.count > 1 { throw ambiguous(name, named.map(\.id), "shared drives") }
      guard let drive = named.first else { throw missing(name, in: FolderPath.sharedDrives, among: all.map(\.name)) }
      return (.folder(id: drive.id, drive: drive.id), .init(path.root))
    }
  }

  private func step(into name: String, of place: Place, _ shown: FolderPath.Shown, isLast: Bool) throws -> Place {
    let inside: DriveQuery
    var drive: String?
    switch place {
    case .folder(let id, let inDrive): (inside, drive) = (.inside(id), inDrive)
    case .sharedWithMe: inside = .sharedWithMe
    case .file(let file):
      throw PluginError.configuration("'\(file.name)' is a file: nothing lies below it", at: pointer)
    }
    // Drive compares without regard to case; the path means the very name.
    let found = try client.files(inside.and(.named(name)).and(.notTrashed), drive: drive, "look for \(shown.text)")
      .filter { $0.name == name && (isLast || $0.isFolder || $0.shortcutTargetType == DriveFile.folderType) }
    let folders = found.filter { $0.isFolder }
    let wanted = folders.isEmpty ? found : folders
    if wanted.count > 1 { throw ambiguous(shown.text, wanted.map(\.id), wanted[0].isFolder ? "folders" : "files") }
    guard let item = wanted.first else {
      let siblings = try client.files(inside.and(.notTrashed), drive: drive, "list the folder above \(shown.text)")
      throw missing(name, in: shown.parent, among: siblings.map(\.name))
    }
    return try self.place(of: item)
  }

  private func place(of file: DriveFile) throws -> Place {
    if file.isFolder { return .folder(id: file.id, drive: file.driveID) }
    guard file.isShortcut, let target = file.shortcutTarget else { return .file(file) }
    return try place(of: try client.file(target, "follow the shortcut '\(file.name)'"))
  }

  private func ambiguous(_ name: String, _ ids: [String], _ what: String) -> PluginError {
    let shown = ids.prefix(5).map { "id:\($0)" }
    return PluginError(
      .configuration, "there are \(ids.count) \(what) of the name '\(name)'",
      details: [
        "path": .string(pointer), "next": .string("Write which one by its id: \(shown.joined(separator: ", "))."),
      ])
  }

  private func missing(_ name: String, in parent: String, among names: [String]) -> PluginError {
    let folded = name.lowercased()
    let near = names.filter { $0.lowercased().contains(folded) || folded.contains($0.lowercased()) }
    let shown = (near.isEmpty ? names : near).sorted().prefix(5).map { "'\($0)'" }
    let others =
      shown.isEmpty ? "it is empty, or nothing in it is shared with this account" : shown.joined(separator: ", ")
    return PluginError(
      .notFound, "there is no '\(name)' in \(parent)",
      details: [
        "path": .string(pointer),
        "next": .string(shown.isEmpty ? "Check the folder: \(others)." : "Choose what is there: \(others)."),
      ])
  }
}

extension FolderPath {
  /// How far a path has been walked, for messages.
  struct Shown {
    private var path: FolderPath
    init(_ root: Root) { path = FolderPath(root: root) }
    mutating func append(_ name: String) { path.names.append(name) }
    var text: String { path.text }
    var parent: String {
      var above = path
      above.names = above.names.dropLast()
      return above.text
    }
  }
}

// The folder that files go to, with what lies in it and below.
import JSONValue
import PluginKit

/// For one thread.
final class TargetTree {
  let client: DriveClient
  let settings: SinkConfiguration
  /// The deepest folder of the target that was there at the beginning.
  let anchor: String
  let drive: String?
  private let missing: [String]
  private var ids: [[String]: String]
  private var contents: [String: [String: [DriveFile]]] = [:]
  /// Made by us, the outer ones first.
  private(set) var made: [String] = []

  init(_ settings: SinkConfiguration, _ client: DriveClient) throws {
    self.settings = settings
    self.client = client
    let resolver = FolderResolver(client: client, pointer: "/folder")
    let (place, missing) =
      try settings.creates ? resolver.reach(settings.folder) : (resolver.resolve(settings.folder), [])
    guard case .folder(let id, let drive) = place else {
      throw PluginError.configuration(
        "\(settings.folder.text) is no folder that files can be put into: name one of My Drive or of a shared drive",
        at: "/folder")
    }
    let folder = try client.file(id, "look at \(settings.folder.text)")
    guard folder.canAddChildren else {
      throw PluginError(
        .denied, "this account may not add files to \(settings.folder.text)",
        details: ["path": "/folder", "next": "Ask for the right to edit the folder, or choose another one."])
    }
    anchor = folder.id
    self.drive = drive ?? folder.driveID
    self.missing = missing
    ids = [[]: folder.id]
  }

  func shown(_ name: String) -> String { "\(settings.folder.text)/\(name)" }

  /// Files of this name there now, by the last look.
  func files(named name: String) throws -> [DriveFile] {
    let parts = name.split(separator: "/").map(String.init)
    guard let folder = try find(missing + parts.dropLast()) else { return [] }
    return try children(of: folder)[parts[parts.count - 1]] ?? []
  }

  /// The folder for a file, made where it is missing.
  func folder(for name: String) throws -> String {
    let parts = missing + name.split(separator: "/").dropLast().map(String.init)
    var path: [String] = []
    var current = anchor
    for part in parts {
      path.append(part)
      if let known = try find(path) {
        current = known
        continue
      }
      if try children(of: current)[part]?.contains(where: { !$0.isFolder }) == true {
        throw PluginError.data(
          "there is a file '\(part)' in the way of a folder of that name in \(settings.folder.text)")
      }
      let folder = try client.makeFolder(part, in: current, drive: drive)
      made.append(folder.id)
      ids[path] = folder.id
      contents[folder.id] = [:]
      current = folder.id
    }
    return current
  }

  func note(_ file: DriveFile, in folder: String) {
    contents[folder, default: [:]][file.name, default: []].append(file)
  }

  func forget() {
    contents = [:]
    ids = [[]: anchor]
  }

  func removeMade() {
    for id in made.reversed() { try? client.remove(id, "remove a folder that was made for this run") }
    made = []
  }

  private func find(_ path: [String]) throws -> String? {
    if let known = ids[path] { return known }
    guard let last = path.last, let parent = try find(Array(path.dropLast())) else { return nil }
    let named = try children(of: parent)[last]?.filter(\.isFolder) ?? []
    if named.count > 1 {
      throw PluginError.configuration(
        "there are \(named.count) folders '\(path.joined(separator: "/"))' in \(settings.folder.text): name the right one by id:ID",
        at: "/folder")
    }
    if let id = named.first?.id { ids[path] = id }
    return named.first?.id
  }

  private func children(of folder: String) throws -> [String: [DriveFile]] {
    if let known = contents[folder] { return known }
    let files = try client.files(
      DriveQuery.inside(folder).and(.notTrashed), drive: drive, "list the folder \(settings.folder.text)")
    let byName = Dictionary(grouping: files, by: \.name)
    contents[folder] = byName
    return byName
  }
}

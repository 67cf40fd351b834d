// Folders to choose from while a path is being typed.
import JSONValue
import PluginKit

struct FolderChoices {
  let client: DriveClient

  /// A form shows no more.
  private static let most = 200

  func choices(typed text: String) throws -> FieldChoices {
    let parts = FolderPath.split(text)
    guard parts.count > 1, !parts[0].isEmpty else { return roots(begun: parts[0]) }
    let begun = parts[parts.count - 1]
    // Parts are unescaped: write them back before they are read as a path.
    let above = parts.dropLast().map(FolderPath.escaped).joined(separator: "/")
    let path = try FolderPath(above, at: "/folder")
    if path.root == .sharedDrive(nil) { return try drives(begun: begun) }
    let place: Place
    do { place = try FolderResolver(client: client, pointer: "/folder").resolve(path) } catch let error as PluginError {
      // Half-typed names lead nowhere yet.
      if error.status == .notFound { return FieldChoices([]) }
      throw error
    }
    return try folders(in: place, path, begun: begun)
  }

  private func roots(begun: String) -> FieldChoices {
    let all = [
      (FolderPath.myDrive, "what belongs to the account that signs in"),
      (FolderPath.sharedDrives, "drives of a team"),
      (FolderPath.sharedWithMe, "what others have shared with the account"),
    ]
    return FieldChoices(
      all.filter { $0.0.lowercased().hasPrefix(begun.lowercased()) }.map {
        .init(.string($0.0 + "/"), title: $0.0, help: $0.1)
      })
  }

  private func drives(begun: String) throws -> FieldChoices {
    let all = try client.drives("list the shared drives").filter { begins($0.name, begun) }
    let items = all.map { (id: $0.id, name: $0.name, isLink: false) }
    return choices(items, below: FolderPath(root: .sharedDrive(nil)), title: "shared drive")
  }

  private func folders(in place: Place, _ path: FolderPath, begun: String) throws -> FieldChoices {
    let inside: DriveQuery
    var drive: String?
    switch place {
    case .folder(let id, let inDrive): (inside, drive) = (.inside(id), inDrive)
    case .sharedWithMe: inside = .sharedWithMe
    case .file: return FieldChoices([])
    }
    var items: [(id: String, name: String, isLink: Bool)] = []
    try client.files(inside.and(.folders).and(.notTrashed), drive: drive, "list the folders in \(path.text)") { file in
      if begins(file.name, begun) { items.append((file.shortcutTarget ?? file.id, file.name, file.isShortcut)) }
      return items.count <= Self.most
    }
    return choices(items, below: path, title: "folder")
  }

  /// Of several with one name, each is offered by its id.
  private func choices(
    _ items: [(id: String, name: String, isLink: Bool)], below path: FolderPath, title: String
  ) -> FieldChoices {
    let counts = Dictionary(items.map { ($0.name, 1) }, uniquingKeysWith: +)
    let all = items.sorted { ($0.name, $0.id) < ($1.name, $1.id) }.map { item -> FieldChoices.Choice in
      let isUnique = counts[item.name] == 1
      let value = isUnique ? "\(path.text)/\(FolderPath.escaped(item.name))/" : "id:\(item.id)/"
      return .init(
        .string(value), title: isUnique ? title : "\(title) \(item.name)",
        help: item.isLink ? "shortcut" : isUnique ? nil : "one of \(counts[item.name] ?? 0) with this name")
    }
    return FieldChoices(Array(all.prefix(Self.most)), hasMore: all.count > Self.most)
  }

  private func begins(_ name: String, _ begun: String) -> Bool { name.lowercased().hasPrefix(begun.lowercased()) }
}

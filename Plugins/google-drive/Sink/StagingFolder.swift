// Where uploads wait for the commit: a folder of their own at the top of the drive.
import JSONValue
import PluginKit

/// Files of Drive's own hidden space, appDataFolder, can never be moved out of it; so it is a plain folder, named so that
/// this plugin's source passes it over. In My Drive nobody else sees it.
struct StagingFolder {
  static let prefix = ".ote-"
  /// Marks what a run made, in properties that only this client sees.
  static let runKey = "ote_run"
  private static let nodeKey = "ote_staging"

  let client: DriveClient
  let id: String
  private let mark: (run: String, node: String)

  static func isOurs(_ file: DriveFile) -> Bool { file.isFolder && file.name.hasPrefix(prefix) }

  /// Removes what an earlier attempt of the same run left, and makes a new one.
  init(_ client: DriveClient, drive: String?, target: String) throws {
    let meta = client.run.meta
    let mark = (run: Self.short(meta.run), node: Self.short(meta.node))
    try Self.removeAll(mark, drive, client)
    let properties = [Self.runKey: mark.run, Self.nodeKey: mark.node]
    let name = "\(Self.prefix)\(mark.run)-\(mark.node)"
    let made: DriveFile
    do {
      made = try client.makeFolder(name, in: drive ?? "root", drive: drive, properties)
    } catch let error as PluginError where [.denied, .notFound].contains(error.status) {
      // Whoever was given one folder of a shared drive only cannot write to its top.
      made = try client.makeFolder(name, in: target, drive: drive, properties)
    }
    id = made.id
    self.client = client
    self.mark = mark
    self.drive = drive
  }

  private let drive: String?

  func remove() throws {
    try client.remove(id, "remove the folder of unfinished uploads")
    try Self.removeAll(mark, drive, client)
  }

  private static func removeAll(_ mark: (run: String, node: String), _ drive: String?, _ client: DriveClient) throws {
    let query = DriveQuery.type(DriveFile.folderType).and(.appProperty(runKey, mark.run))
      .and(.appProperty(nodeKey, mark.node)).and(.notTrashed)
    for left in try client.files(query, drive: drive, "look for unfinished uploads of this run") {
      try client.remove(left.id, "remove unfinished uploads of this run")
    }
  }

  /// A property's name and value may have 124 bytes together.
  static func short(_ text: String) -> String { String(decoding: text.utf8.prefix(80), as: UTF8.self) }
}

extension DriveClient {
  /// A new folder. Where the answer was lost it is looked for before it is made again: Drive would make a second one.
  func makeFolder(
    _ name: String, in parent: String, drive: String?, _ properties: [String: String] = [:]
  ) throws -> DriveFile {
    let doing = "make the folder '\(name)'"
    var body: [String: JSONValue] = [
      "name": .string(name), "mimeType": .string(DriveFile.folderType), "parents": [.string(parent)],
    ]
    if !properties.isEmpty { body["appProperties"] = .object(properties.mapValues { .string($0) }) }
    var attempt = 1
    while true {
      do {
        let json = try call(
          "POST", "files", [("fields", DriveFile.fields), ("supportsAllDrives", "true")], json: .object(body), doing,
          isRepeatable: false)
        return try read(json, doing)
      } catch let error as PluginError where error.retryable && attempt < attempts {
        try pause(attempt: attempt)
        attempt += 1
        let query = DriveQuery.inside(parent).and(.named(name)).and(.type(DriveFile.folderType)).and(.notTrashed)
        if let made = try files(query, drive: drive, doing).first(where: { $0.name == name }) { return made }
      }
    }
  }

  /// For ever, or into the trash where only a manager of the shared drive may remove for ever. Gone already is fine.
  func remove(_ id: String, _ doing: String) throws {
    let path = "files/\(id)"
    do {
      _ = try call("DELETE", path, [("supportsAllDrives", "true")], doing)
    } catch let error as PluginError where error.status == .notFound {
      return
    } catch let error as PluginError where error.status == .denied {
      try setTrashed(id, true, doing)
    }
  }

  func setTrashed(_ id: String, _ isTrashed: Bool, _ doing: String) throws {
    _ = try call(
      "PATCH", "files/\(id)", [("fields", "id"), ("supportsAllDrives", "true")], json: ["trashed": .bool(isTrashed)],
      doing)
  }
}

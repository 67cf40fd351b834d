// What Drive says about one file, folder or shortcut.
import FoundationEssentials
import JSONValue

struct DriveFile: Sendable, Hashable {
  static let folderType = "application/vnd.google-apps.folder"
  static let shortcutType = "application/vnd.google-apps.shortcut"
  static let fields =
    "id,name,mimeType,size,md5Checksum,modifiedTime,createdTime,version,headRevisionId,parents,driveId,trashed,"
    + "shortcutDetails(targetId,targetMimeType),capabilities(canDownload,canAddChildren),appProperties"

  var id: String
  var name: String
  var mimeType: String
  /// Bytes; nil for what has no bytes of its own, such as a Google document.
  var size: Int64?
  var md5: String?
  /// RFC 3339, as Drive writes it.
  var modified: String
  var created: String
  var version: String
  var revision: String?
  var parents: [String]
  /// The shared drive it lies in, nil in somebody's My Drive.
  var driveID: String?
  var isTrashed: Bool
  var shortcutTarget: String?
  var shortcutTargetType: String?
  var canDownload: Bool
  var canAddChildren: Bool
  var appProperties: [String: String]

  var isFolder: Bool { mimeType == Self.folderType }
  var isShortcut: Bool { mimeType == Self.shortcutType }
  /// Documents, sheets and the like: without bytes of their own, to be exported.
  var isGoogleDocument: Bool { mimeType.hasPrefix("application/vnd.google-apps.") && !isFolder && !isShortcut }

  /// nil where the answer lacks what every file has.
  init?(_ json: JSONValue) {
    guard let id = json["id"]?.string, !id.isEmpty, let name = json["name"]?.string,
      let mimeType = json["mimeType"]?.string
    else { return nil }
    self.id = id
    self.name = name
    self.mimeType = mimeType
    size = json["size"]?.string.flatMap { Int64($0) }
    md5 = json["md5Checksum"]?.string?.lowercased()
    modified = json["modifiedTime"]?.string ?? ""
    created = json["createdTime"]?.string ?? ""
    version = json["version"]?.string ?? ""
    revision = json["headRevisionId"]?.string
    parents = (json["parents"]?.array ?? []).compactMap(\.string)
    driveID = json["driveId"]?.string
    isTrashed = json["trashed"]?.bool ?? false
    shortcutTarget = json["shortcutDetails"]?["targetId"]?.string
    shortcutTargetType = json["shortcutDetails"]?["targetMimeType"]?.string
    canDownload = json["capabilities"]?["canDownload"]?.bool ?? true
    canAddChildren = json["capabilities"]?["canAddChildren"]?.bool ?? true
    appProperties = (json["appProperties"]?.object ?? [:]).compactMapValues(\.string)
  }

  /// Changes with the contents: of uploaded files their MD5, of Google documents their time of change.
  var etag: String { md5 ?? "\(version.isEmpty ? "" : "v\(version)-")\(modified)" }

  /// Microseconds since 1970.
  var modifiedMicroseconds: Int64? { Self.microseconds(modified) }

  static func microseconds(_ text: String) -> Int64? {
    for fraction in [true, false] {
      let style = Date.ISO8601FormatStyle(includingFractionalSeconds: fraction)
      if let date = try? style.parse(text) { return Int64((date.timeIntervalSince1970 * 1_000_000).rounded()) }
    }
    return nil
  }
}

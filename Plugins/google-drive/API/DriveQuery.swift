// Search terms in Drive's query language (the parameter `q` of files.list).

struct DriveQuery: Sendable, Hashable, CustomStringConvertible {
  let description: String

  private init(_ text: String) { description = text }

  static func inside(_ folder: String) -> DriveQuery { DriveQuery("\(quoted(folder)) in parents") }
  static func named(_ name: String) -> DriveQuery { DriveQuery("name = \(quoted(name))") }
  static func type(_ type: String) -> DriveQuery { DriveQuery("mimeType = \(quoted(type))") }
  static func appProperty(_ key: String, _ value: String) -> DriveQuery {
    DriveQuery("appProperties has { key=\(quoted(key)) and value=\(quoted(value)) }")
  }
  static let notTrashed = DriveQuery("trashed = false")
  static let sharedWithMe = DriveQuery("sharedWithMe = true")
  static let folders = type(DriveFile.folderType).or(
    DriveQuery("shortcutDetails.targetMimeType = \(quoted(DriveFile.folderType))"))

  func and(_ other: DriveQuery) -> DriveQuery { DriveQuery("\(self) and \(other)") }
  func or(_ other: DriveQuery) -> DriveQuery { DriveQuery("(\(self) or \(other))") }

  /// In single quotes; a quote and a backslash inside get a backslash.
  static func quoted(_ text: String) -> String {
    "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
  }
}

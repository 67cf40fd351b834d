// Drive's feed of changes: what happened since a page token was given out.
import JSONValue
import PluginKit

struct ChangeFeed {
  let client: DriveClient
  /// The shared drive whose changes are read, nil for those of the account.
  let drive: String?

  private var scope: [(String, String)] {
    [("supportsAllDrives", "true")] + (drive.map { [("driveId", $0)] } ?? [])
  }

  /// A token for all that happens from now on.
  func start() throws -> String {
    let doing = "ask where Drive's changes begin"
    guard let token = try client.call("GET", "changes/startPageToken", scope, doing)["startPageToken"]?.string else {
      throw PluginError(.io, "could not \(doing): there is no token in the answer", retryable: true)
    }
    return token
  }

  /// Whether anything happened to what the position knows, and the token for next time. nil where Drive no longer knows
  /// the token.
  func read(since token: String, _ position: Position) throws -> (concerns: Bool, next: String)? {
    let ids = Set(position.files.values.map(\.id))
    let fields =
      "nextPageToken,newStartPageToken,changes(changeType,removed,fileId,file(id,parents,mimeType,trashed),time)"
    var concerns = false
    var page: String? = token
    while let current = page {
      let answer: JSONValue
      do {
        answer = try client.call(
          "GET", "changes",
          scope + [
            ("pageToken", current), ("pageSize", "1000"), ("includeRemoved", "true"),
            ("includeItemsFromAllDrives", "true"),
            ("fields", fields),
          ], "read Drive's changes")
      } catch let error as PluginError where error.status != .authentication && !error.retryable {
        // 400 and 410 are what a token gets that is too old.
        guard let status = error.details["http_status"]?.int, [400, 404, 410].contains(status) else { throw error }
        return nil
      }
      guard let changes = answer["changes"]?.array else {
        throw PluginError(.io, "could not read Drive's changes: the answer has no list of them", retryable: true)
      }
      for change in changes where !concerns { concerns = Self.concerns(change, ids, position) }
      if let next = answer["newStartPageToken"]?.string { return (concerns, next) }
      page = answer["nextPageToken"]?.string
      guard page != current else { break }
    }
    throw PluginError(.io, "could not read Drive's changes: they end without a token to go on from", retryable: true)
  }

  private static func concerns(_ change: JSONValue, _ ids: Set<String>, _ position: Position) -> Bool {
    // The drive itself was renamed or left: look.
    guard let id = change["fileId"]?.string else { return true }
    if ids.contains(id) || position.folders.contains(id) { return true }
    if change["removed"]?.bool == true { return false }
    // What is shared has no parents that this account may see.
    guard let parents = change["file"]?["parents"]?.array, !parents.isEmpty else { return true }
    return parents.contains { $0.string.map(position.folders.contains) ?? false }
  }
}

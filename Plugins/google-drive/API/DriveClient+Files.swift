// The calls about files that both components make.
import HTTPTransfer
import JSONValue
import PluginKit

extension DriveClient {
  /// One file, folder or shortcut by its id.
  func file(_ id: String, _ doing: String) throws -> DriveFile {
    let json = try call(
      "GET", "files/\(PercentEncoding.encode(id))", [("fields", DriveFile.fields), ("supportsAllDrives", "true")], doing
    )
    return try read(json, doing)
  }

  func read(_ json: JSONValue, _ doing: String) throws -> DriveFile {
    guard let file = DriveFile(json) else {
      throw PluginError(
        .io, "could not \(doing): Drive's answer describes no file", retryable: true,
        details: ["next": "Run it again; if it stays so, report it."])
    }
    return file
  }

  /// All files that a query finds, page by page; `visit` answers false to stop.
  func files(
    _ query: DriveQuery, drive: String?, pageSize: Int = 1000, _ doing: String, _ visit: (DriveFile) throws -> Bool
  ) throws {
    var parameters = [
      ("q", query.description), ("pageSize", String(pageSize)), ("supportsAllDrives", "true"),
      ("includeItemsFromAllDrives", "true"), ("fields", "nextPageToken,incompleteSearch,files(\(DriveFile.fields))"),
    ]
    if let drive { parameters += [("corpora", "drive"), ("driveId", drive)] }
    try pages("files", parameters, "files", doing) { page in
      if page["incompleteSearch"]?.bool == true {
        throw PluginError(
          .io, "could not \(doing): Drive says that its search is incomplete", retryable: true,
          details: ["next": "Run it again, or name one shared drive."])
      }
      for json in page["files"]?.array ?? [] where try !visit(read(json, doing)) { return false }
      return true
    }
  }

  func files(_ query: DriveQuery, drive: String?, _ doing: String) throws -> [DriveFile] {
    var found: [DriveFile] = []
    try files(query, drive: drive, doing) {
      found.append($0)
      return true
    }
    return found
  }

  /// Shared drives this account is a member of.
  func drives(_ doing: String) throws -> [(id: String, name: String)] {
    var found: [(String, String)] = []
    try pages("drives", [("pageSize", "100"), ("fields", "nextPageToken,drives(id,name)")], "drives", doing) { page in
      for drive in page["drives"]?.array ?? [] {
        if let id = drive["id"]?.string, let name = drive["name"]?.string { found.append((id, name)) }
      }
      return true
    }
    return found
  }

  /// Follows `nextPageToken`; a page without its list is no page.
  func pages(
    _ path: String, _ query: [(String, String)], _ list: String, _ doing: String, _ visit: (JSONValue) throws -> Bool
  ) throws {
    var token: String?
    var seen: Set<String> = []
    repeat {
      let page = try call("GET", path, query + (token.map { [("pageToken", $0)] } ?? []), doing)
      guard page[list]?.array != nil else {
        throw PluginError(
          .io, "could not \(doing): Drive's answer has no list '\(list)'", retryable: true,
          details: ["next": "Run it again; if it stays so, report it."])
      }
      guard try visit(page) else { return }
      token = page["nextPageToken"]?.string
      if let token, !seen.insert(token).inserted {
        throw PluginError(.io, "could not \(doing): Drive leads back to a page that was read already", retryable: true)
      }
    } while token != nil
  }

  /// Who is signed in.
  func account() throws -> String {
    let about = try call("GET", "about", [("fields", "user(emailAddress,displayName)")], "ask who is signed in")
    return about["user"]?["emailAddress"]?.string ?? about["user"]?["displayName"]?.string ?? "an account"
  }
}

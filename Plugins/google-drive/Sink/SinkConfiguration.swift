// What the user may set for the sink, decoded and checked; and its descriptor.
import JSONValue
import PluginKit

struct SinkConfiguration: Decodable, Sendable {
  /// What happens to a file whose name is taken in the folder.
  enum Overwrite: String, Sendable, CaseIterable { case fail, replace, skip, version }

  var access: Access
  var folder: FolderPath
  var overwrite: Overwrite
  var keepsFolders: Bool
  var creates: Bool
  var parallel: Int

  init(from decoder: any Decoder) throws {
    let json = try JSONValue(from: decoder)
    access = try Access(json)
    folder = try FolderPath(json["folder"]?.string ?? "", at: "/folder")
    let word = json["overwrite"]?.string ?? Overwrite.fail.rawValue
    guard let overwrite = Overwrite(rawValue: word) else {
      throw PluginError.configuration(
        "'\(word)' is not one of \(Overwrite.allCases.map(\.rawValue).joined(separator: ", "))", at: "/overwrite")
    }
    self.overwrite = overwrite
    keepsFolders = json["keep_folders"]?.bool ?? true
    creates = json["create"]?.bool ?? true
    parallel = Int(json["parallel"]?.int ?? 4)
    guard (1...16).contains(parallel) else {
      throw PluginError.configuration("\(parallel) uploads at once are not between 1 and 16", at: "/parallel")
    }
  }
}

enum SinkSchema {
  static var descriptor: ComponentDescriptor {
    ComponentDescriptor(
      "sink", title: "Google Drive", summary: "Uploads files into a folder in Google Drive.", docs: docs,
      inputs: [.files()], config: config,
      examples: [
        .init(
          title: "Into a folder of a shared drive",
          config: [
            "auth": ["method": "service_account", "key": ["$secret": "drive-key"]],
            "folder": "Shared drives/Sales/Results", "overwrite": "replace",
          ])
      ])
  }

  private static let docs = """
    Files are uploaded into a folder of their own at the top of the drive, `.ote-…`, which is private in My Drive; a \
    commit moves each of them to its place in one step, and removes that folder. When a move fails, those before it are \
    taken back. A stopped run leaves nothing behind.

    A file is stored under its `relative_path` attribute (with `keep_folders`), otherwise under its own name. Drive \
    would take two files with one name: the sink does not make them. `replace` moves the old file to the trash, where it \
    stays for 30 days. The new file has an id and an address of its own.

    Cut uploads go on where they stopped, checksums are compared, and calls repeated when Google's limits are met. \
    A service account has no space of its own: give it a folder in a shared drive.
    """

  private static let config: JSONValue = [
    "type": "object", "required": ["auth"], "additionalProperties": false,
    "x-order": ["auth", "folder", "overwrite", "keep_folders", "create", "parallel", "attempts", "endpoints"],
    "properties": [
      "auth": AccessSchema.auth,
      "folder": AccessSchema.folder("My Drive/…, Shared drives/NAME/…, id:ID, or an address from the browser."),
      "overwrite": [
        "type": "string", "title": "Files that exist", "default": "fail",
        "enum": ["fail", "replace", "skip", "version"],
        "description":
          "fail: stop before anything is moved. replace: the new file takes its place, the old one goes to the trash. skip: the old file stays. version: store as name-2.ext, name-3.ext …",
      ],
      "keep_folders": [
        "type": "boolean", "title": "Keep subfolders", "default": true,
        "description": "Store files under the subfolders they came from. Off puts all files side by side.",
      ],
      "create": [
        "type": "boolean", "title": "Make the folder", "default": true,
        "description": "Make the folder and those above it, at commit, when they are missing.",
      ],
      "parallel": AccessSchema.parallel("Uploads at once."),
      "attempts": AccessSchema.attempts,
      "endpoints": AccessSchema.endpoints,
    ],
  ]
}

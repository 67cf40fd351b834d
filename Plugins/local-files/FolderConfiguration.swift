// What the user may set for the `folder` sink, decoded and checked.
import FileNames
import JSONValue
import PluginKit

struct FolderConfiguration: Decodable, Sendable {
  /// What happens to a file that is already in the folder.
  enum Overwrite: String, Sendable, CaseIterable { case fail, replace, skip, version }

  /// Empty only while a form is being filled in.
  var path: String
  var overwrite: Overwrite
  var keepFolders: Bool
  var create: Bool

  private struct Document: Decodable {
    var path: String?
    var overwrite: String?
    var keep_folders: Bool?
    var create: Bool?
  }

  init(from decoder: any Decoder) throws {
    let document = try Document(from: decoder)
    path = document.path ?? ""
    if document.path?.isEmpty ?? false { throw PluginError.configuration("the path is empty", at: "/path") }
    if path.utf8.contains(0) { throw PluginError.configuration("the path holds a NUL character", at: "/path") }
    let word = document.overwrite ?? Overwrite.fail.rawValue
    guard let overwrite = Overwrite(rawValue: word) else {
      let words = Overwrite.allCases.map(\.rawValue)
      throw PluginError.configuration("'\(word)' is not one of \(quotedList(words))", at: "/overwrite")
    }
    self.overwrite = overwrite
    keepFolders = document.keep_folders ?? true
    create = document.create ?? true
  }
}

enum FolderSchema {
  static var descriptor: ComponentDescriptor {
    ComponentDescriptor(
      "folder", title: "Local folder", summary: "Copies files into a folder on this machine.", docs: docs,
      inputs: [.files()], config: config,
      examples: [
        .init(title: "Copy into a new folder", config: ["path": "out"]),
        .init(
          title: "Mirror a folder, newer files win",
          config: ["path": "/data/mirror", "overwrite": "replace", "keep_folders": true]),
      ])
  }

  private static let docs = """
    Files are copied into a hidden folder inside the target and flushed to disk; a commit moves them to their \
    names, one by one, each in one step. When a move fails, those before it are taken back. A stopped run leaves \
    nothing behind.

    A file is stored under its `relative_path` attribute (with `keep_folders`), otherwise under its own name. Names \
    that would lead outside the folder, or through a link inside it, are refused. Two files of one run with the same \
    name are an error, except with `version`.
    """

  private static let overwriteHelp =
    "fail: stop before anything is moved. replace: the new file takes its place. "
    + "skip: the old file stays. version: store as name-2.ext, name-3.ext …"

  private static let config: JSONValue = [
    "type": "object",
    "required": ["path"],
    "additionalProperties": false,
    "x-order": ["path", "overwrite", "keep_folders", "create"],
    "properties": [
      "path": [
        "type": "string", "title": "Folder", "minLength": 1, "x-widget": "path", "x-options": "dynamic",
        "description": "A relative path starts at the folder the run was started in.",
      ],
      "overwrite": [
        "type": "string", "title": "Files that exist", "default": "fail",
        "enum": ["fail", "replace", "skip", "version"],
        "description": .string(overwriteHelp),
      ],
      "keep_folders": [
        "type": "boolean", "title": "Keep subfolders", "default": true,
        "description": "Store files under the subfolders they came from. Off puts all files side by side.",
      ],
      "create": [
        "type": "boolean", "title": "Make the folder", "default": true,
        "description": "Make the folder and those above it when they are missing.",
      ],
    ],
  ]
}

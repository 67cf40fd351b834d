// How far an incremental reading has come: what was handed on, and from where Drive's changes count.
import JSONValue
import PluginKit

struct Position: Sendable, Hashable {
  struct Known: Sendable, Hashable {
    var id: String
    var etag: String
  }

  static let version: UInt32 = 1

  /// Of the configuration that it belongs to.
  var signature: String
  /// Page token of the change feed; nil: everything counts as not looked at.
  var token: String?
  /// By relative path.
  var files: [String: Known] = [:]
  var folders: Set<String> = []
  /// Files of several drives: the feed of one does not tell about all.
  var spansDrives = false

  init(signature: String) { self.signature = signature }

  init(version: UInt32, bytes: [UInt8]) throws {
    func refuse(_ why: String) -> PluginError {
      PluginError(
        .state, "the stored position of this Google Drive source is not usable: \(why)",
        details: ["next": "Make the node forget it, and read all again: ote pipelines forget NAME --node NODE"])
    }
    guard version == Self.version else { throw refuse("it has version \(version), this plugin writes \(Self.version)") }
    guard let json = try? JSONValue(parsing: bytes), let signature = json["signature"]?.string,
      let files = json["files"]?.object
    else { throw refuse("it is damaged") }
    self.signature = signature
    token = json["token"]?.string
    for (path, known) in files {
      guard let id = known[0]?.string, let etag = known[1]?.string else { throw refuse("it is damaged") }
      self.files[path] = Known(id: id, etag: etag)
    }
    folders = Set((json["folders"]?.array ?? []).compactMap(\.string))
    spansDrives = json["spans_drives"]?.bool ?? false
  }

  var bytes: [UInt8] {
    var object: [String: JSONValue] = [
      "signature": .string(signature),
      "files": .object(files.mapValues { .array([.string($0.id), .string($0.etag)]) }),
      "folders": .array(folders.sorted().map { .string($0) }), "spans_drives": .bool(spansDrives),
    ]
    object["token"] = token.map { .string($0) }
    return Array(JSONValue.object(object).text.utf8)
  }
}

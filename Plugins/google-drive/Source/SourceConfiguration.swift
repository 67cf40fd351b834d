// What the user may set for the source, decoded and checked.
import JSONValue
import FileNames
import PluginKit

struct SourceConfiguration: Decodable, Sendable {
  enum Order: String, Sendable { case completion, listing }
  enum Deletions: String, Sendable { case log, rows }

  var access: Access
  var folder: FolderPath
  var include: [Glob]
  var exclude: [Glob]
  var isRecursive: Bool
  var followsShortcuts: Bool
  var export: ExportChoices
  /// Off: rows only, no bytes.
  var downloads: Bool
  var parallel: Int
  var order: Order
  /// Only what is new or changed since the last run that was committed.
  var isIncremental: Bool
  var deletions: Deletions
  var skipsUnreadable: Bool
  var mostFiles: Int
  var allowsEmpty: Bool
  /// Two positions of an incremental reading can be compared only under the same choices.
  var signature: String

  init(from decoder: any Decoder) throws {
    let json = try JSONValue(from: decoder)
    access = try Access(json)
    folder = try FolderPath(json["folder"]?.string ?? "", at: "/folder")
    include = try Glob.list(json["include"]?.array?.compactMap(\.string), at: "/include")
    exclude = try Glob.list(json["exclude"]?.array?.compactMap(\.string), at: "/exclude")
    isRecursive = json["recursive"]?.bool ?? true
    followsShortcuts = json["shortcuts"]?.string != "skip"
    export = try ExportChoices(json["export"])
    downloads = json["download"]?.bool ?? true
    parallel = Int(json["parallel"]?.int ?? 4)
    order = json["order"]?.string.flatMap { Order(rawValue: $0) } ?? .completion
    isIncremental = json["incremental"]?.bool ?? false
    deletions = json["deletions"]?.string.flatMap { Deletions(rawValue: $0) } ?? .log
    skipsUnreadable = json["skip_unreadable"]?.bool ?? false
    mostFiles = Int(json["max_files"]?.int ?? 100_000)
    allowsEmpty = json["allow_empty"]?.bool ?? false
    guard (1...16).contains(parallel) else {
      throw PluginError.configuration("\(parallel) downloads at once are not between 1 and 16", at: "/parallel")
    }
    guard mostFiles > 0 else {
      throw PluginError.configuration("the limit on files is \(mostFiles); it must be 1 or more", at: "/max_files")
    }
    signature = [
      folder.text, include.map(\.text).joined(separator: "\u{1}"), exclude.map(\.text).joined(separator: "\u{1}"),
      "\(isRecursive) \(followsShortcuts)", export.text,
    ].joined(separator: "\u{2}")
  }

  func takes(_ relative: String) -> Bool {
    let path = Array(relative.utf8)
    return (include.isEmpty || include.contains { $0.matches(path) }) && !exclude.contains { $0.matches(path) }
  }

  func enters(_ relative: String) -> Bool { !exclude.contains { $0.matchesFolder(Array(relative.utf8)) } }
}

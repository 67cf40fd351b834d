// What the user may set for the source, decoded and checked.
import FileNames
import FoundationEssentials
import Glibc
import JSONValue
import PluginKit

struct SourceConfiguration: Decodable, Sendable {
  /// Empty only while a form is being filled in.
  var paths: [String]
  /// The configuration wrote one path, not a list: error pointers differ.
  var isSinglePath: Bool
  var include: [Glob]
  var exclude: [Glob]
  var recursive = true
  var hidden = false
  var followLinks = false
  var sorted = true
  var minimumSize: Int64?
  var maximumSize: Int64?
  /// Nanoseconds since 1970.
  var modifiedAfter: Int64?
  var maximumFiles: Int
  var allowEmpty: Bool

  private struct Document: Decodable {
    var path: JSONValue?
    var include: [String]?
    var exclude: [String]?
    var recursive: Bool?
    var hidden: Bool?
    var follow_links: Bool?
    var sorted: Bool?
    var minimum_size: Int64?
    var maximum_size: Int64?
    var modified_after: String?
    var max_files: Int?
    var allow_empty: Bool?
  }

  init(from decoder: any Decoder) throws {
    let document = try Document(from: decoder)
    (paths, isSinglePath) = try SourceConfiguration.paths(document.path)
    include = try Glob.list(document.include, at: "/include")
    exclude = try Glob.list(document.exclude, at: "/exclude")
    recursive = document.recursive ?? true
    hidden = document.hidden ?? false
    followLinks = document.follow_links ?? false
    sorted = document.sorted ?? true
    minimumSize = document.minimum_size
    maximumSize = document.maximum_size
    if let low = minimumSize, let high = maximumSize, low > high {
      throw PluginError.configuration(
        "the largest size (\(high) bytes) is below the smallest (\(low) bytes)", at: "/maximum_size")
    }
    modifiedAfter = try document.modified_after.map(SourceConfiguration.instant)
    maximumFiles = document.max_files ?? 1_000_000
    guard maximumFiles > 0 else {
      throw PluginError.configuration("the limit on files is \(maximumFiles); it must be 1 or more", at: "/max_files")
    }
    allowEmpty = document.allow_empty ?? false
  }

  /// The place of one path in the configuration.
  func pointer(_ index: Int) -> String { isSinglePath ? "/path" : "/path/\(index)" }

  /// Whether size and time are inside the limits.
  func passes(_ status: stat) -> Bool {
    if let minimumSize, Int64(status.st_size) < minimumSize { return false }
    if let maximumSize, Int64(status.st_size) > maximumSize { return false }
    if let modifiedAfter, status.modifiedNanoseconds <= modifiedAfter { return false }
    return true
  }
}

extension SourceConfiguration {
  private static func paths(_ value: JSONValue?) throws -> ([String], isSingle: Bool) {
    guard let value else { return ([], true) }
    if let text = value.string { return ([try checked(text, "/path")], true) }
    guard let list = value.array, !list.isEmpty else {
      throw PluginError.configuration("path is a file or folder, or a list of at least one of them", at: "/path")
    }
    var paths: [String] = []
    for (index, element) in list.enumerated() {
      guard let text = element.string else {
        throw PluginError.configuration("\(element.text) is not a path: write it as text", at: "/path/\(index)")
      }
      paths.append(try checked(text, "/path/\(index)"))
    }
    return (paths, false)
  }

  private static func checked(_ path: String, _ pointer: String) throws -> String {
    if path.isEmpty { throw PluginError.configuration("the path is empty", at: pointer) }
    if path.utf8.contains(0) { throw PluginError.configuration("the path holds a NUL character", at: pointer) }
    if path.hasPrefix("file://") {
      throw PluginError.configuration("write a path such as /data/in, not a URI", at: pointer)
    }
    return path
  }

  /// A date (midnight UTC) or an RFC 3339 time.
  static func instant(_ text: String) throws -> Int64 {
    let full = text.utf8.count == 10 ? text + "T00:00:00Z" : text
    let styles = [
      Date.ISO8601FormatStyle(includingFractionalSeconds: false), .init(includingFractionalSeconds: true),
    ]
    for style in styles {
      if let date = try? style.parse(full) {
        return Int64((date.timeIntervalSince1970 * 1_000_000).rounded()) * 1000
      }
    }
    throw PluginError.configuration(
      "'\(text)' is not a time: write 2026-01-31 or 2026-01-31T08:00:00Z", at: "/modified_after")
  }
}

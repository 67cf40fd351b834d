// The files of all configured paths, one at a time, with the limits on their count.
import FileNames
import Glibc
import JSONValue
import PluginKit

final class Listing {
  private let settings: SourceConfiguration
  private var pathIndex = 0
  private var walk: Walk?
  /// With several paths a file may lie under two of them; it is handed out once.
  private var seen: Set<[UInt8]> = []
  private(set) var count = 0
  private(set) var skipped = Skipped()

  init(_ settings: SourceConfiguration) { self.settings = settings }

  /// Throws `PluginError` with a pointer to the path it concerns.
  func next() throws -> FoundFile? {
    guard !settings.paths.isEmpty else { throw PluginError.configuration("the path is missing", at: "/path") }
    while true {
      guard let file = try nextOfAnyPath() else { return nil }
      if settings.paths.count > 1, !seen.insert(file.path).inserted { continue }
      count += 1
      guard count <= settings.maximumFiles else {
        throw PluginError.configuration(
          "more than \(settings.maximumFiles) files match. Narrow the patterns, or raise the limit on files",
          at: "/max_files")
      }
      try requireText(file)
      return file
    }
  }

  private func nextOfAnyPath() throws -> FoundFile? {
    do {
      while true {
        if let walk {
          if let file = try walk.next() { return file }
          skipped.add(walk.skipped)
          self.walk = nil
        }
        guard pathIndex < settings.paths.count else { return nil }
        pathIndex += 1
        if let file = try open(settings.paths[pathIndex - 1]) { return file }
      }
    } catch let error as SystemError {
      throw error.problem(at: settings.pointer(pathIndex - 1))
    }
  }

  /// Starts a folder's walk, or answers the file itself.
  private func open(_ text: String) throws -> FoundFile? {
    let path = try SourcePath.absolute(text)
    let status = try SourcePath.status(path, at: settings.pointer(pathIndex - 1))
    if status.isFolder {
      walk = try Walk(root: path, settings: settings)
      return nil
    }
    guard status.isFile else {
      throw PluginError.configuration(
        "\(escaped(path)) is neither a file nor a folder (a pipe, socket or device)",
        at: settings.pointer(pathIndex - 1))
    }
    guard withCPath(path, { faccessat(AT_FDCWD, $0, R_OK, 0) }) == 0 else {
      throw SystemError("read", escaped(path))
    }
    guard settings.passes(status) else {
      skipped.filtered += 1
      return nil
    }
    let cut = (path.lastIndex(of: 0x2F) ?? 0) + 1
    return FoundFile(
      path: path, relative: Array(path[cut...]), root: Array(path[..<max(1, cut - 1)]), status: status)
  }

  private func requireText(_ file: FoundFile) throws {
    guard String(validating: file.path, as: UTF8.self) == nil else { return }
    let shown = escaped(file.path)
    throw PluginError.data(
      "the file name \(shown) is not UTF-8, so it cannot stand in a table. Rename the file, or exclude it "
        + "with a pattern (? matches one odd byte)", file: shown)
  }

  /// Why nothing matched, with the nearest names that are there.
  func nothingMatched() -> PluginError {
    let places = settings.paths.prefix(3).joined(separator: ", ")
    var text = "no file in \(places) "
    var details: [String: JSONValue] = ["path": .string(settings.pointer(0))]
    if skipped.unmatched > 0 {
      details["path"] = "/include"
      text += "matches \(quotedList(settings.include.map(\.text)))"
      let near = settings.include.flatMap { NearestNames.of($0.text, among: skipped.names) }
      let shown = near.isEmpty ? Array(skipped.names.prefix(3)) : Array(near.prefix(3))
      text +=
        "; \(skipped.unmatched) others are there, \(near.isEmpty ? "such as" : "the nearest") \(quotedList(shown))"
      details["nearest"] = .array(shown.map(JSONValue.string))
    } else {
      text += "is left to hand out"
    }
    if skipped.filtered > 0 { text += "; \(skipped.filtered) are outside the limits on size or time" }
    if skipped.links > 0 {
      text += "; \(skipped.links) links were passed over (follow_links is off or they lead nowhere)"
    }
    if skipped.hidden > 0 { text += "; \(skipped.hidden) hidden names were passed over (hidden is off)" }
    return PluginError(.notFound, text + ". Set allow_empty if no file is a fine answer", details: details)
  }
}

extension Skipped {
  fileprivate mutating func add(_ other: Skipped) {
    links += other.links
    hidden += other.hidden
    unmatched += other.unmatched
    filtered += other.filtered
    names += other.names.prefix(max(0, 2000 - names.count))
  }
}

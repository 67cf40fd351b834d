// Walks a folder depth first and hands out the files that pass the patterns, one at a time.
// Memory: one folder's names per level where names are sorted, nothing but open folders where they are not.
import FileNames
import Glibc
import PluginKit

struct FoundFile {
  /// Absolute.
  var path: [UInt8]
  /// Relative to the folder that was searched.
  var relative: [UInt8]
  /// The folder that was searched, absolute.
  var root: [UInt8]
  var status: stat
}

/// What was passed over, for messages.
struct Skipped {
  var links = 0
  var hidden = 0
  /// Names that no include pattern took, at most 2000.
  var names: [String] = []
  var unmatched = 0
  var filtered = 0
}

final class Walk {
  private struct Level {
    var reader: DirectoryReader
    /// Sorted descending, taken from the end; nil when names are read as they come.
    var names: [[UInt8]]?
    /// Relative path of this folder with a slash at its end, or empty.
    var prefix: [UInt8]
    var identity: FileIdentity
  }

  /// Deeper trees are taken for a mistake (and would use up open files).
  static let maximumDepth = 200

  private let settings: SourceConfiguration
  private let root: [UInt8]
  private var levels: [Level] = []
  private(set) var skipped = Skipped()

  init(root: [UInt8], settings: SourceConfiguration) throws {
    self.root = root
    self.settings = settings
    try enter(root, in: nil, prefix: [], follow: true)
  }

  func next() throws -> FoundFile? {
    while !levels.isEmpty {
      guard let name = try takeName() else {
        levels.removeLast()
        continue
      }
      // Read out part by part: a copy of the level would make the next taking of a name copy all names.
      let reader = levels[levels.count - 1].reader
      let relative = levels[levels.count - 1].prefix + name
      if let status = try visit(name, relative, reader) {
        let path = reader.path + (reader.path.last == 0x2F ? [] : [0x2F]) + name
        return FoundFile(path: path, relative: relative, root: root, status: status)
      }
    }
    return nil
  }

  private func takeName() throws -> [UInt8]? {
    let top = levels.count - 1
    return levels[top].names == nil ? try levels[top].reader.next() : levels[top].names?.popLast()
  }

  /// The file's state when it is one to hand out; a folder is entered.
  private func visit(_ name: [UInt8], _ relative: [UInt8], _ reader: DirectoryReader) throws -> stat? {
    if name[0] == 0x2E, !settings.hidden {
      skipped.hidden += 1
      return nil
    }
    guard var status = try reader.status(name, follow: false) else { return nil }
    if status.isLink {
      guard settings.followLinks, let target = try reader.status(name, follow: true) else {
        skipped.links += 1
        return nil
      }
      status = target
    }
    if status.isFolder {
      let excluded = settings.exclude.contains { $0.matchesFolder(relative) }
      if settings.recursive, !excluded, !isAncestor(status.identity) {
        try enter(name, in: reader, prefix: relative + [0x2F], follow: settings.followLinks)
      }
      return nil
    }
    guard status.isFile, passes(relative) else { return nil }
    guard settings.passes(status) else {
      skipped.filtered += 1
      return nil
    }
    guard reader.mayRead(name) else {
      throw SystemError("read", escaped(reader.path + [0x2F] + name), code: EACCES)
    }
    return status
  }

  private func passes(_ relative: [UInt8]) -> Bool {
    if settings.exclude.contains(where: { $0.matches(relative) }) { return false }
    if settings.include.isEmpty || settings.include.contains(where: { $0.matches(relative) }) { return true }
    skipped.unmatched += 1
    if skipped.names.count < 2000 { skipped.names.append(escaped(relative)) }
    return false
  }

  private func enter(_ name: [UInt8], in parent: DirectoryReader?, prefix: [UInt8], follow: Bool) throws {
    let separator: [UInt8] = parent?.path.last == 0x2F ? [] : [0x2F]
    let path = parent.map { $0.path + separator + name } ?? name
    guard levels.count < Walk.maximumDepth else {
      throw PluginError.data(
        "the folder \(escaped(path)) lies more than \(Walk.maximumDepth) folders deep. "
          + "Exclude it, or name a folder further down as the path", file: escaped(path))
    }
    let reader = try DirectoryReader(name, in: parent, path: path, follow: follow)
    var status = stat()
    guard fstat(reader.descriptor, &status) == 0 else { throw SystemError("look at", escaped(path)) }
    var names: [[UInt8]]?
    if settings.sorted {
      var all: [[UInt8]] = []
      while let next = try reader.next() { all.append(next) }
      all.sort { $1.lexicographicallyPrecedes($0) }
      names = all
    }
    levels.append(Level(reader: reader, names: names, prefix: prefix, identity: status.identity))
  }

  /// A link back to a folder that is being walked would never end.
  private func isAncestor(_ identity: FileIdentity) -> Bool { levels.contains { $0.identity == identity } }
}

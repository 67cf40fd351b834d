// From a configured path to an absolute one, and good words when nothing is there.
import FileNames
import Glibc
import JSONValue
import PluginKit

enum SourcePath {
  /// Absolute, without doubled slashes or "." parts. Links are kept as written; ".." asks the file system.
  static func absolute(_ path: String) throws -> [UInt8] {
    var bytes = Array(path.utf8)
    if bytes.first != 0x2F { bytes = Array(try workingFolder().utf8) + [0x2F] + bytes }
    var parts = bytes.split(separator: 0x2F).filter { $0 != [0x2E] }
    if parts.contains(where: { $0 == [0x2E, 0x2E] }),
      let resolved = realpath(String(decoding: bytes, as: UTF8.self), nil)
    {
      defer { free(resolved) }
      bytes = Array(UnsafeRawBufferPointer(start: resolved, count: strlen(resolved)))
      parts = bytes.split(separator: 0x2F)
    }
    return parts.isEmpty ? [0x2F] : parts.flatMap { [0x2F] + $0 }
  }

  private static func workingFolder() throws -> String {
    guard let folder = getcwd(nil, 0) else { throw SystemError("find", "the working folder").problem() }
    defer { free(folder) }
    return String(cString: folder)
  }

  /// The state of what the path names, following links; a problem at `pointer` when there is none.
  static func status(_ path: [UInt8], at pointer: String) throws -> stat {
    var result = stat()
    if withCPath(path, { stat($0, &result) }) == 0 { return result }
    let code = errno
    guard code == ENOENT || code == ENOTDIR else {
      throw SystemError("look at", escaped(path), code: code).problem(at: pointer)
    }
    throw PluginError(.notFound, missing(path), details: ["path": .string(pointer), "file": .string(escaped(path))])
  }

  private static func missing(_ path: [UInt8]) -> String {
    var parts = path.split(separator: 0x2F)
    var wanted: ArraySlice<UInt8> = []
    var reader: DirectoryReader?
    while reader == nil, let last = parts.popLast() {
      wanted = last
      let parent: [UInt8] = parts.isEmpty ? [0x2F] : parts.flatMap { [0x2F] + $0 }
      reader = try? DirectoryReader(parent, in: nil, path: parent, follow: true)
    }
    let text = "there is no file or folder \(escaped(path))"
    guard let reader else { return text }
    var names: [String] = []
    while names.count < 2000, let name = try? reader.next() { names.append(escaped(name)) }
    let near = NearestNames.of(escaped(wanted), among: names)
    let place = "\(escaped(reader.path)) holds no '\(escaped(wanted))'"
    if !near.isEmpty { return "\(text): \(place); did you mean \(quotedList(near))?" }
    return names.isEmpty ? "\(text): \(escaped(reader.path)) is empty" : "\(text): \(place)"
  }
}

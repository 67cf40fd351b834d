// Live choices for the path field: what lies in the folder typed so far.
import Glibc
import JSONValue
import PluginKit

extension FileSource: DynamicOptions {
  func options(field: String, query: String, run: Run) throws -> [JSONValue] {
    guard field == "/path" || field.hasPrefix("/path/") else {
      throw PluginError(.unsupported, "the field \(field) has no choices to list")
    }
    return try PathChoices.of(query)
  }
}

enum PathChoices {
  private static let shownMax = 200
  /// A folder of millions must not keep a form waiting.
  private static let readMax = 20_000

  /// Folders first, each by name. Hidden names only where a dot was typed. A folder that is not there has no choices.
  static func of(_ typed: String) throws -> [JSONValue] {
    let cut = typed.lastIndex(of: "/").map { typed.index(after: $0) } ?? typed.startIndex
    let (folder, start) = (String(typed[..<cut]), Array(typed[cut...].utf8))
    let path = try SourcePath.absolute(folder.isEmpty ? "." : folder)
    let reader: DirectoryReader
    do { reader = try DirectoryReader(path, in: nil, path: path, follow: true) } catch let error as SystemError {
      if error.status == .notFound { return [] }
      throw error.problem(at: "/path")
    }
    var found: [Choice] = []
    var read = 0
    while read < readMax, let name = try next(reader) {
      read += 1
      guard name.starts(with: start), name.first != 0x2E || start.first == 0x2E,
        let text = String(validating: name, as: UTF8.self), let status = try? reader.status(name, follow: true),
        status.isFolder || status.isFile
      else { continue }
      found.append(Choice(name: text, isFolder: status.isFolder, bytes: Int64(status.st_size)))
    }
    return found.sorted().prefix(shownMax).map { $0.json(in: folder) }
  }

  private static func next(_ reader: DirectoryReader) throws -> [UInt8]? {
    do { return try reader.next() } catch let error as SystemError { throw error.problem(at: "/path") }
  }

  private struct Choice: Comparable {
    var name: String
    var isFolder: Bool
    var bytes: Int64

    static func < (one: Choice, other: Choice) -> Bool {
      one.isFolder == other.isFolder ? one.name < other.name : one.isFolder
    }

    func json(in folder: String) -> JSONValue {
      let shown = isFolder ? name + "/" : name
      return [
        "value": .string(folder + shown), "title": .string(shown),
        "help": .string(isFolder ? "folder" : sizeText(bytes)),
      ]
    }
  }
}

// Answers kept by what was asked.
import Glibc
import FoundationEssentials
import JSONValue
import PluginKit

/// Any thread.
protocol AnswerStore: AnyObject, Sendable {
  func find(_ digest: ContentDigest) throws -> JSONValue?
  func keep(_ value: JSONValue, _ digest: ContentDigest) throws
  /// What is kept is safe now, also where the run goes on to fail.
  func flush() throws
  /// All rows are through.
  func finish() throws
}

extension CacheConfiguration {
  /// nil where nothing is kept.
  static func store(_ cache: CacheConfiguration?, _ run: Run) throws -> (any AnswerStore)? {
    let (use, folder) = try checked(cache)
    switch use {
    case .off: return nil
    case .folder: return try FolderStore(folder)
    case .state: return try StateStore(run)
    }
  }
}

/// A file for each answer, shared by pipelines: `FOLDER/ab/abcdef….json`, written whole or not at all.
final class FolderStore: AnswerStore {
  private let folder: String

  init(_ folder: String) throws {
    self.folder = folder
    do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
      throw PluginError.configuration("the cache folder '\(folder)' cannot be made: \(error)", at: "/cache/folder")
    }
    guard access(folder, W_OK | X_OK) == 0 else {
      throw PluginError.configuration(
        "the cache folder '\(folder)' cannot be written to: \(String(cString: strerror(errno)))", at: "/cache/folder")
    }
  }

  private func path(_ digest: ContentDigest) -> String {
    let name = digest.hex
    return "\(folder)/\(name.prefix(2))/\(name).json"
  }

  /// A file that is damaged is as one that is not there.
  func find(_ digest: ContentDigest) -> JSONValue? {
    guard let bytes = FileManager.default.contents(atPath: path(digest)) else { return nil }
    return try? JSONValue(parsing: Array(bytes))
  }

  func keep(_ value: JSONValue, _ digest: ContentDigest) throws {
    let target = path(digest)
    let temporary = "\(target).\(getpid()).\(UInt64.random(in: 0 ... .max))"
    do {
      try FileManager.default.createDirectory(
        atPath: "\(folder)/\(digest.hex.prefix(2))", withIntermediateDirectories: true)
      try Data(value.text.utf8).write(to: URL(filePath: temporary))
    } catch { throw cannotWrite("\(error)", temporary) }
    guard rename(temporary, target) == 0 else { throw cannotWrite(String(cString: strerror(errno)), temporary) }
  }

  private func cannotWrite(_ why: String, _ temporary: String) -> PluginError {
    unlink(temporary)
    return PluginError(
      .resource, "an answer could not be kept in the cache folder '\(folder)': \(why)",
      details: ["file": .string(folder), "next": "Make room there, or choose another folder"])
  }

  func flush() {}
  func finish() {}
}

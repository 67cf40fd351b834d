// A folder that lives as long as its test.
import Foundation
import Glibc

package final class TemporaryFolder: Sendable {
  package let path: String

  package init(in parent: String = NSTemporaryDirectory()) {
    let base = parent.hasSuffix("/") ? String(parent.dropLast()) : parent
    var template = Array("\(base)/ote-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { fatalError("cannot create a folder in \(parent)") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { remove() }

  func remove() {
    // Stored artifacts are read-only folders, which only their owner's write permission lets go.
    let remove = Process()
    remove.executableURL = URL(fileURLWithPath: "/bin/sh")
    remove.arguments = ["-c", "chmod -R u+rwX \"$0\" 2>/dev/null; rm -rf \"$0\"", path]
    try? remove.run()
    remove.waitUntilExit()
  }

  /// Writes a file below the folder, creating the folders above it, and answers its path.
  @discardableResult
  package func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> String {
    let target = "\(path)/\(name)"
    let folder = (target as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: target))
    return target
  }

  @discardableResult
  package func write(_ text: String, to name: String) throws -> String { try write(Array(text.utf8), to: name) }

  package func read(_ name: String) throws -> String {
    try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
  }
}

/// A tiny file system in memory, mounted for one test. Only root can have one.
package final class TinyDisk: Sendable {
  package let folder: TemporaryFolder
  package var path: String { folder.path }

  /// Nil where mounting is not allowed.
  package init?(kibibytes: Int, options: String = "") {
    let folder = TemporaryFolder()
    let size = "size=\(kibibytes)k\(options)"
    guard Self.run("mount", "-t", "tmpfs", "-o", size, "tmpfs", folder.path) else { return nil }
    self.folder = folder
  }

  package func remountReadOnly() -> Bool { Self.run("mount", "-o", "remount,ro", path) }

  deinit { _ = Self.run("umount", "-l", path) }

  /// Whether this user may mount at all.
  package static let isPossible = geteuid() == 0 && TinyDisk(kibibytes: 64) != nil

  private static func run(_ arguments: String...) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}

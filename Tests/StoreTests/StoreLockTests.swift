// SQLite in another process has to see that this one has the store open.
import Foundation
import TestSupport
import Testing

@testable import MetadataStore

@Suite struct StoreLockTests {
  private let folder = TemporaryFolder()

  /// What the kernel knows of locks on the file's bytes.
  private func isLocked(_ path: String) throws -> Bool {
    let inode = try #require(try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? UInt64)
    let locks = try String(contentsOfFile: "/proc/locks", encoding: .utf8)
    return locks.split(separator: "\n").contains { $0.contains(":\(inode) ") && $0.contains(" \(getpid()) ") }
  }

  @Test func `a store that is opened twice in one process stays locked`() throws {
    let path = "\(folder.path)/m.sqlite"
    let first = try MetadataStore(path: path)
    let second = try MetadataStore(path: path)
    #expect(try isLocked(path))
    #expect(try first.users() == second.users())
    first.close()
    #expect(try isLocked(path))
    _ = try MetadataStore(path: path)
    #expect(try isLocked(path))
    second.close()
  }
}

// The artifact store: equal bytes are one copy, nothing half-written shows, and damage is noticed.
import Foundation
import Glibc
import Model
import TestSupport
import Testing

@testable import ArtifactStore

@Suite struct ArtifactStoreTests {
  private let folder = TemporaryFolder()
  private func open() throws -> ArtifactStore { try ArtifactStore(root: "\(folder.path)/store") }

  @Test func `a file is moved in, read-only, under the digest of its bytes`() throws {
    let store = try open()
    let path = try folder.write("hello", to: "in/a.txt")
    let artifact = try store.adopt(path)
    #expect(artifact.digest == "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")
    #expect(artifact.bytes == 5)
    #expect(access(path, F_OK) != 0)
    #expect(try store.path(of: artifact.digest) == artifact.path)
    #expect(try String(contentsOfFile: artifact.path, encoding: .utf8) == "hello")
    #expect(mode(artifact.path) == 0o444)
    try store.verify(artifact.digest)
  }

  @Test func `an empty file and a large one have the right digest`() throws {
    let store = try open()
    let empty = try store.adopt(folder.write("", to: "empty"))
    #expect(empty.digest == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    let large = try store.adopt(folder.write([UInt8](repeating: 97, count: 3_000_000), to: "large"))
    #expect(large.bytes == 3_000_000)
    try store.verify(large.digest)
  }

  @Test func `equal bytes are kept once`() throws {
    let store = try open()
    let first = try store.adopt(folder.write("same", to: "a"))
    let second = try store.adopt(folder.write("same", to: "b"))
    #expect(first == second)
    #expect(access("\(folder.path)/b", F_OK) != 0)
    #expect(try staged().isEmpty)
  }

  @Test func `a folder's digest depends on names and bytes, not on when they were written`() throws {
    let store = try open()
    try folder.write("1", to: "x/part-1")
    try folder.write("2", to: "x/deep/part-2")
    try folder.write("2", to: "y/deep/part-2")
    try folder.write("1", to: "y/part-1")
    try folder.write("1", to: "z/part-3")
    try folder.write("2", to: "z/deep/part-2")
    let x = try store.adopt("\(folder.path)/x", expecting: .folder)
    let y = try store.adopt("\(folder.path)/y")
    let z = try store.adopt("\(folder.path)/z")
    #expect(x == y)
    #expect(x.digest != z.digest)
    #expect(x.bytes == 2)
    #expect(x.form == .folder)
    #expect(try String(contentsOfFile: "\(x.path)/deep/part-2", encoding: .utf8) == "2")
    #expect(try Set(FileManager.default.contentsOfDirectory(atPath: x.path)) == ["part-1", "deep"])
    try store.verify(x.digest)
    #expect(try staged().isEmpty)
  }

  @Test func `a change of stored bytes is noticed`() throws {
    let store = try open()
    let file = try store.adopt(folder.write("good", to: "a"))
    try rewrite(file.path, "evil")
    #expect(code { try store.verify(file.digest) } == .artifactCorrupt)
    try folder.write("1", to: "x/a")
    let tree = try store.adopt("\(folder.path)/x")
    try rewrite("\(tree.path)/a", "2")
    #expect(code { try store.verify(tree.digest) } == .artifactCorrupt)
    let missing = "sha256:" + String(repeating: "0", count: 64)
    #expect(code { try store.path(of: missing) } == .artifactCorrupt)
    #expect(!store.contains(missing))
    #expect(code { try store.path(of: "../../etc/passwd") } == .artifactCorrupt)
  }

  @Test func `a damaged file of another size is replaced by the right bytes`() throws {
    let store = try open()
    let first = try store.adopt(folder.write("whole", to: "a"))
    try rewrite(first.path, "wh")
    _ = try store.adopt(folder.write("whole", to: "b"))
    try store.verify(first.digest)
  }

  @Test func `links, pipes and second names are refused, and the original stays`() throws {
    let store = try open()
    try folder.write("secret", to: "outside")
    try folder.write("1", to: "x/a")
    symlink("\(folder.path)/outside", "\(folder.path)/x/link")
    #expect(code { try store.adopt("\(folder.path)/x") } == .contractBroken)
    #expect(try folder.read("x/a") == "1")
    symlink("\(folder.path)/outside", "\(folder.path)/alone")
    #expect(code { try store.adopt("\(folder.path)/alone") } == .contractBroken)
    mkfifo("\(folder.path)/pipe", 0o600)
    #expect(code { try store.adopt("\(folder.path)/pipe") } == .contractBroken)
    try folder.write("1", to: "y/a")
    link("\(folder.path)/y/a", "\(folder.path)/second")
    #expect(code { try store.adopt("\(folder.path)/y") } == .contractBroken)
    #expect(try staged().isEmpty)
  }

  @Test func `a file with a second name is copied, so that the other name cannot change it`() throws {
    let store = try open()
    try folder.write("mine", to: "a")
    link("\(folder.path)/a", "\(folder.path)/b")
    let artifact = try store.adopt("\(folder.path)/a")
    try folder.write("changed", to: "b")
    try store.verify(artifact.digest)
    #expect(access("\(folder.path)/a", F_OK) != 0)
  }

  @Test func `what is asked to be a folder and is a file is refused`() throws {
    let store = try open()
    let path = try folder.write("1", to: "a")
    #expect(code { try store.adopt(path, expecting: .folder) } == .contractBroken)
    #expect(code { try store.adopt("\(folder.path)/none") } == .inputOutputFailed)
  }

  @Test func `many at once with equal bytes end in one copy`() async throws {
    let store = try open()
    for number in 0..<16 {
      try folder.write("same", to: "files/\(number)")
      try folder.write("same", to: "trees/\(number)/a")
    }
    let digests = try await withThrowingTaskGroup(of: String.self) { group in
      for number in 0..<16 {
        group.addTask { try store.adopt("\(folder.path)/files/\(number)").digest }
        group.addTask { try store.adopt("\(folder.path)/trees/\(number)").digest }
      }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(digests.count == 2)
    for digest in digests { try store.verify(digest) }
    #expect(try staged().isEmpty)
  }

  @Test func `a run folder is made, and removed with everything in it`() throws {
    let store = try open()
    let path = try store.runFolder("run_1-A")
    #expect(try store.runFolder("run_1-A") == path)
    try FileManager.default.createDirectory(atPath: "\(path)/a/b", withIntermediateDirectories: true)
    try Data("x".utf8).write(to: URL(fileURLWithPath: "\(path)/a/b/c"))
    chmod("\(path)/a/b", 0o555)
    try store.removeRunFolder("run_1-A")
    #expect(access(path, F_OK) != 0)
    try store.removeRunFolder("run_1-A")
    for bad in ["", "..", "a/b", "a.b", "ä"] { #expect(code { try store.runFolder(bad) } == .runNotFound) }
  }

  @Test func `what a dead process left in staging is swept, the rest stays`() throws {
    let store = try open()
    try folder.write("x", to: "store/staging/\(getpid())-1-1")
    // Process ids end far below this one.
    try folder.write("x", to: "store/staging/2000000000-1-1")
    store.sweep()
    #expect(try staged() == ["\(getpid())-1-1"])
  }

  @Test(.enabled(if: TinyDisk.isPossible, "needs root to mount a small disk"))
  func `from another file system it is copied, and a full disk keeps the original`() throws {
    let disk = try #require(TinyDisk(kibibytes: 1024))
    let store = try ArtifactStore(root: "\(disk.path)/store")
    let small = try store.adopt(folder.write("small", to: "small"))
    try store.verify(small.digest)
    #expect(access("\(folder.path)/small", F_OK) != 0)
    try folder.write("1", to: "tree/a")
    try store.verify(store.adopt("\(folder.path)/tree").digest)
    #expect(access("\(folder.path)/tree", F_OK) != 0)
    let large = try folder.write([UInt8](repeating: 7, count: 4_000_000), to: "large")
    #expect(code { try store.adopt(large) } == .diskFull)
    #expect(access(large, F_OK) == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(disk.path)/store/staging").isEmpty)
    try store.verify(small.digest)
  }

  private func staged() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/store/staging")
  }

  private func mode(_ path: String) -> mode_t {
    var status = stat()
    stat(path, &status)
    return status.st_mode & 0o777
  }

  private func rewrite(_ path: String, _ text: String) throws {
    chmod(path, 0o644)
    let file = try #require(FileHandle(forWritingAtPath: path))
    try file.truncate(atOffset: 0)
    try file.write(contentsOf: Data(text.utf8))
    try file.close()
  }

  private func code(_ body: () throws -> some Any) -> ProblemCode? {
    do {
      _ = try body()
      return nil
    } catch {
      return (error as? Problem)?.code
    }
  }
}

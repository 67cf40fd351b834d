// The metadata store under stress: other processes, kills, damage, full and read-only disks.
import Foundation
import Glibc
import Model
import TestSupport
import Testing

@testable import MetadataStore

@Suite struct StoreDamageTests {
  @Test func `two pools that publish at once never give a version twice`() async throws {
    let folder = TemporaryFolder()
    let path = "\(folder.path)/m.sqlite"
    let versions = try await withThrowingTaskGroup(of: [Int].self) { group in
      for worker in 0..<4 {
        group.addTask {
          // Four pools, all opening a store that does not exist yet.
          let store = try MetadataStore(path: path)
          return try (0..<25).map { try store.publish(Samples.draft("d", run: "r\(worker)-\($0)")).version }
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(versions.sorted() == Array(1...100))
  }

  /// The child of an exit test knows its parent: both name the same file.
  private static func sharedPath(_ name: String, _ process: pid_t) -> String { "/tmp/ote-\(name)-\(process).sqlite" }

  @Test func `a process killed inside a transaction leaves the store as it was`() async throws {
    let path = Self.sharedPath("killed", getpid())
    defer { for suffix in ["", "-wal", "-shm", ".lock"] { unlink(path + suffix) } }
    try MetadataStore(path: path).save(Samples.report("before"))
    await #expect(processExitsWith: .signal(SIGKILL)) {
      let store = try MetadataStore(path: StoreDamageTests.sharedPath("killed", getppid()))
      try store.write { database in
        try database.perform("DELETE FROM run")
        try database.perform("UPDATE pipeline SET name = 'lost'")
        kill(getpid(), SIGKILL)
      }
    }
    let store = try MetadataStore(path: path)
    #expect(try store.runs().map(\.run) == ["before"])
    try store.save(Samples.report("after"))
    #expect(try store.runs().count == 2)
  }

  @Test func `what another process saved is seen, also after it was killed`() async throws {
    let path = Self.sharedPath("other", getpid())
    defer { for suffix in ["", "-wal", "-shm", ".lock"] { unlink(path + suffix) } }
    let store = try MetadataStore(path: path)
    await #expect(processExitsWith: .signal(SIGKILL)) {
      let store = try MetadataStore(path: StoreDamageTests.sharedPath("other", getppid()))
      try store.save(Samples.report("theirs"))
      kill(getpid(), SIGKILL)
    }
    #expect(try store.run("theirs").nodes.count == 2)
  }

  @Test(arguments: ["this is not a database, only text that somebody put here by mistake", "x"])
  func `a file of something else is refused and left alone`(text: String) throws {
    let folder = TemporaryFolder()
    try folder.write(text, to: "m.sqlite")
    #expect(code { try MetadataStore(path: "\(folder.path)/m.sqlite") } == .storeUnreadable)
    #expect(try folder.read("m.sqlite") == text)
  }

  @Test func `damaged pages are told as damage`() throws {
    let folder = TemporaryFolder()
    let path = "\(folder.path)/m.sqlite"
    let first = try MetadataStore(path: path)
    try first.save(Samples.report("r"))
    first.close()
    let file = try #require(FileHandle(forUpdatingAtPath: path))
    try file.seek(toOffset: 100)
    try file.write(contentsOf: Data(repeating: 0xAA, count: 40_000))
    try file.close()
    let problem = problem { try MetadataStore(path: path).runs() }
    #expect(problem?.code == .storeUnreadable)
    #expect(problem?.detail.contains("damaged") == true)
  }

  @Test func `a store of a newer version is refused and left alone`() throws {
    let folder = TemporaryFolder()
    let path = "\(folder.path)/m.sqlite"
    let first = try MetadataStore(path: path)
    try first.write { try $0.perform("PRAGMA user_version = 99") }
    // In the log only, and then in the file itself.
    #expect(code { try MetadataStore(path: path) } == .storeTooNew)
    first.close()
    #expect(code { try MetadataStore(path: path) } == .storeTooNew)
  }

  @Test func `a folder that is not there is named`() throws {
    let problem = problem { try MetadataStore(path: "/nowhere/at/all/m.sqlite") }
    #expect(problem?.code == .storeUnreadable)
    #expect(problem?.detail.contains("/nowhere/at/all") == true)
  }

  @Test(.enabled(if: TinyDisk.isPossible, "needs root to mount a small disk"))
  func `a full disk is told as a full disk and nothing is half written`() throws {
    let disk = try #require(TinyDisk(kibibytes: 2048))
    let store = try MetadataStore(path: "\(disk.path)/m.sqlite")
    try store.save(Samples.report("first"))
    let text = String(repeating: "x", count: 100_000)
    let code = code {
      for number in 0..<100 { _ = try store.register(name: "p", digest: "\(number)", document: text) }
    }
    #expect(code == .diskFull)
    #expect(try store.run("first").nodes.count == 2)
  }

  @Test(.enabled(if: TinyDisk.isPossible, "needs root to mount a small disk"))
  func `a disk too small to begin with is told as full`() throws {
    let disk = try #require(TinyDisk(kibibytes: 16))
    #expect(code { try MetadataStore(path: "\(disk.path)/m.sqlite") } == .diskFull)
  }

  @Test(.enabled(if: TinyDisk.isPossible, "needs root to mount a small disk"))
  func `a read-only folder is named with what to check`() throws {
    let disk = try #require(TinyDisk(kibibytes: 4096))
    let store = try MetadataStore(path: "\(disk.path)/m.sqlite")
    store.close()
    try #require(disk.remountReadOnly())
    let old = problem { try MetadataStore(path: "\(disk.path)/m.sqlite").save(Samples.report("r")) }
    #expect(old?.code == .storeUnreadable)
    let new = problem { try MetadataStore(path: "\(disk.path)/n.sqlite") }
    #expect(new?.code == .storeUnreadable)
    #expect(new?.detail.contains("Read-only") == true)
  }

  private func problem(_ body: () throws -> some Any) -> Problem? {
    do {
      _ = try body()
      return nil
    } catch {
      return error as? Problem
    }
  }

  private func code(_ body: () throws -> some Any) -> ProblemCode? { problem(body)?.code }
}

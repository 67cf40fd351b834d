// Copies into a folder: nothing visible before commit, all or nothing after.
import Glibc
import JSONValue
import PluginKit
import Testing

@testable import LocalFilesPlugin

@Suite struct FolderSinkTests {
  let from = ScratchFolder()
  let to = ScratchFolder()

  private func sink(_ more: [String: JSONValue] = [:], below: String = "") throws -> FolderSink {
    var config = more
    config["path"] = .string(to.path + below)
    return try FolderSink(configuration: JSONValue.object(config).decode(FolderConfiguration.self), host: .detached)
  }

  /// Begins and writes all files of the first folder.
  @discardableResult
  private func stage(_ sink: FolderSink) throws -> JSONValue {
    let stream = try makeSource(["path": .string(from.path)]).open(ScanRequest(), .detached)
    try sink.bind(.files, input: "files")
    try sink.begin(.files, .detached)
    return try sink.write(imported(stream), .detached)
  }

  private func stage(_ sink: FolderSink, rows: [[JSONValue]]) throws {
    var builder = BatchBuilder(.files)
    for row in rows { try builder.append(row) }
    try sink.begin(.files, .detached)
    _ = try sink.write(imported(BatchList(schema: .files, batches: [builder.finish()])), .detached)
  }

  private func row(_ path: JSONValue, uri: JSONValue = nil, attributes: JSONValue = nil) -> [JSONValue] {
    [uri, path, nil, nil, nil, nil, attributes]
  }

  @Test func `files appear at commit with their subfolders, and the receipt lists them`() throws {
    from.file("a.csv", "one")
    from.file("sub/b.csv", "two22")
    let sink = try sink()
    #expect(try stage(sink) == ["rows": 2, "bytes": 8])
    #expect(to.names().allSatisfy { $0.hasPrefix(".ote-") })
    let receipt = try sink.commit(.detached)
    #expect(to.names() == ["a.csv", "sub/", "sub/b.csv"])
    #expect(to.read("sub/b.csv") == "two22")
    #expect(receipt["folder"] == .string(to.path))
    #expect(receipt["files"]?[1] == ["path": .string(to.path + "/sub/b.csv"), "bytes": 5])
    #expect(try sink.commit(.detached) == receipt)
  }

  @Test func `side by side without subfolders, and times are kept`() throws {
    let source = from.file("sub/b.csv", "two")
    var times = [timespec(tv_sec: 946_684_800, tv_nsec: 0), timespec(tv_sec: 946_684_800, tv_nsec: 0)]
    utimensat(AT_FDCWD, source, &times, 0)
    let sink = try sink(["keep_folders": false])
    try stage(sink)
    _ = try sink.commit(.detached)
    #expect(to.names() == ["b.csv"])
    var status = stat()
    stat(to.path + "/b.csv", &status)
    #expect(status.st_mtim.tv_sec == 946_684_800)
  }

  @Test func `abort leaves nothing behind, also no folder it made`() throws {
    from.file("a.csv")
    let sink = try sink(below: "/new/deep")
    try stage(sink)
    #expect(to.names().count > 1)
    try sink.abort(.detached)
    try sink.abort(.detached)
    #expect(to.names().isEmpty)
  }

  @Test func `a file that exists stops the run before anything is moved`() throws {
    from.file("a.csv", "new")
    from.file("b.csv", "new")
    to.file("b.csv", "old")
    let sink = try sink()
    let error = problem { try stage(sink) }
    #expect(error?.status == .configuration && error?.details["path"] == "/overwrite")
    try sink.abort(.detached)
    #expect(to.names() == ["b.csv"] && to.read("b.csv") == "old")
  }

  @Test func `a file that appears between write and commit takes back the moves before it`() throws {
    for name in ["a.csv", "b.csv", "c.csv"] { from.file(name, "new") }
    let sink = try sink()
    try stage(sink)
    to.file("b.csv", "late")
    #expect(problem { _ = try sink.commit(.detached) }?.status == .configuration)
    try sink.abort(.detached)
    #expect(to.names() == ["b.csv"] && to.read("b.csv") == "late")
  }

  @Test func `replace swaps files, and a failed commit brings the old ones back`() throws {
    for name in ["a.csv", "b.csv"] { from.file(name, "new") }
    to.file("a.csv", "old")
    let first = try sink(["overwrite": "replace"])
    try stage(first)
    to.folder("b.csv")
    #expect(problem { _ = try first.commit(.detached) }?.message.contains("already a folder") == true)
    try first.abort(.detached)
    #expect(to.read("a.csv") == "old" && to.names() == ["a.csv", "b.csv/"])
    rmdir(to.path + "/b.csv")
    let second = try sink(["overwrite": "replace"])
    try stage(second)
    _ = try second.commit(.detached)
    #expect(to.read("a.csv") == "new" && to.names() == ["a.csv", "b.csv"])
  }

  @Test func `skip keeps the old file, version numbers the new one`() throws {
    from.file("a.csv", "new")
    to.file("a.csv", "old")
    let skipping = try sink(["overwrite": "skip"])
    try stage(skipping)
    #expect(try skipping.commit(.detached)["skipped"] == ["a.csv"])
    for expected in ["a-2.csv", "a-3.csv"] {
      let versioning = try sink(["overwrite": "version"])
      try stage(versioning)
      #expect(try versioning.commit(.detached)["files"]?[0]?["path"] == .string(to.path + "/" + expected))
    }
    #expect(to.read("a.csv") == "old" && to.read("a-3.csv") == "new")
  }

  @Test func `two files of one name in one run are an error, except with versions`() throws {
    from.file("x/a.csv", "1")
    from.file("y/a.csv", "2")
    let error = problem { try stage(try sink(["keep_folders": false])) }
    #expect(error?.status == .data && error?.message.contains("would both be stored as 'a.csv'") == true)
    let versioning = try sink(["keep_folders": false, "overwrite": "version"])
    try stage(versioning)
    _ = try versioning.commit(.detached)
    #expect(to.names() == ["a-2.csv", "a.csv"])
  }

  @Test(arguments: ["../out.csv", "/etc/out.csv", "a/../../out.csv", "a//b", "", "./x", "a/", ".ote-x/a", "a\u{0}b"])
  func `a name that leads outside is refused`(_ name: String) throws {
    let path = JSONValue.string(from.file("a.csv"))
    let attributes = JSONValue.object(["relative_path": .string(name)]).text
    let error = problem { try stage(try sink(), rows: [row(path, attributes: .string(attributes))]) }
    #expect(error?.status == .data && error?.details["row"] == 0, "\(error?.message ?? "none")")
  }

  @Test func `a link inside the target is not followed`() throws {
    let outside = ScratchFolder()
    from.file("sub/a.csv")
    to.link("sub", to: outside.path)
    let sink = try sink()
    try stage(sink)
    #expect(problem { _ = try sink.commit(.detached) }?.status == .denied)
    #expect(outside.names().isEmpty)
  }

  @Test func `a URI is enough, and what is not local is refused`() throws {
    from.file("a b.csv", "text")
    let sink = try sink()
    try stage(sink, rows: [row(nil, uri: .string("file://\(from.path)/a%20b.csv"))])
    _ = try sink.commit(.detached)
    #expect(to.read("a b.csv") == "text")
    for uri in ["s3://bucket/a.csv", "file:///a%zz", "file://host/a"] {
      #expect(problem { try stage(try self.sink(), rows: [row(nil, uri: .string(uri))]) }?.status == .unsupported)
    }
  }

  @Test func `what is not a file cannot be copied`() throws {
    mkfifo(from.path + "/pipe", 0o644)
    #expect(problem { try stage(try sink(), rows: [row(.string(from.path + "/pipe"))]) }?.status == .data)
    #expect(problem { try stage(try sink(), rows: [row(.string(from.path))]) }?.status == .data)
    #expect(problem { try stage(try sink(), rows: [row(.string(from.path + "/gone"))]) }?.status == .notFound)
  }

  @Test func `a second attempt of a run replaces what the first had moved before it died`() throws {
    for name in ["a.csv", "b.csv"] { from.file(name, "one") }
    let died = try sink()
    try stage(died)
    // The first attempt wrote its journal, moved a.csv and was killed.
    let target = try TargetFolder(to.path, create: false)
    let staging = try #require(to.names().first { $0.hasPrefix(".ote-") })
    let identity = try #require(
      try TargetFolder(String(staging.dropLast()), in: target).status("0")?.identity)
    to.write(Array((staging + StagingFolder.journalName).utf8), try JSONValue(encoding: [identity]).text)
    rename(to.path + "/" + staging + "0", to.path + "/a.csv")
    from.file("a.csv", "two")
    let again = try sink()
    try stage(again)
    _ = try again.commit(.detached)
    #expect(to.names() == ["a.csv", "b.csv"] && to.read("a.csv") == "two")
  }

  @Test func `a table is refused before it runs`() throws {
    let error = problem { try sink().bind(Schema([Field("id", .int64)]), input: "table") }
    #expect(error?.status == .data)
  }

  @Test func `a file larger than one step is copied whole`() throws {
    let name = from.path + "/big.bin"
    let descriptor = open(name, O_WRONLY | O_CREAT, 0o644)
    let block = [UInt8](repeating: 7, count: 1 << 20)
    for _ in 0..<19 { _ = block.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } }
    close(descriptor)
    let sink = try sink()
    #expect(try stage(sink)["bytes"] == .int(19 << 20))
    _ = try sink.commit(.detached)
    var status = stat()
    stat(to.path + "/big.bin", &status)
    #expect(status.st_size == 19 << 20)
  }
}

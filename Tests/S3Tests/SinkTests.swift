// Files into a real store: nothing before the commit, all or nothing at it.
import Foundation
import JSONValue
import PluginKit
import PluginTesting
import TestSupport
import Testing

@testable import S3Plugin

@Suite struct SinkTests {
  let folder = TemporaryFolder()

  /// The sink's smallest part is 5 MiB: this makes three of them.
  private func large(_ name: String = "large.bin", seed: UInt64 = 7) throws -> (path: String, bytes: [UInt8]) {
    let bytes = noise((11 << 20) + 5, seed: seed)
    return (try folder.write(bytes, to: name), bytes)
  }

  @Test func `small and large files appear at the commit with what was in them`() throws {
    let store = try Store()
    let (path, bytes) = try large()
    let small = try folder.write("a,b\n1,2\n", to: "small.csv")
    let empty = try folder.write("", to: "empty")
    let sink = try store.sink(["prefix": "out/", "part_size": 5_242_880])
    let receipt = try sink.write(
      try files([path, small, empty], relative: ["deep/large.bin", "sp ace+é.csv", "empty"]))
    #expect(try store.keys() == ["out/deep/large.bin", "out/empty", "out/sp ace+é.csv"])
    #expect(try store.get("out/deep/large.bin") == bytes)
    #expect(try store.text("out/sp ace+é.csv") == "a,b\n1,2\n")
    #expect(receipt["files"]?.array?.count == 3 && receipt["bucket"] == .string(store.bucket))
    #expect(
      receipt["files"]?[0]?["bytes"] == .int(Int64(bytes.count))
        && receipt["files"]?[0]?["etag"]?.string?.hasSuffix("-3") == true)
    #expect(try store.openUploads() == 0)
    let types = try store.asked().filter { $0["method"] != "GET" }.map { $0["headers"]?["Content-Type"]?.string }
    #expect(types.contains("text/csv") && types.contains("application/octet-stream"))
  }

  @Test func `every body is held to its signed hash`() throws {
    let store = try Store()
    let path = try folder.write("correct", to: "x.txt")
    try store.fault("PUT /BUCKET/x", "corrupt", times: 9)
    let found = problem { try store.sink().write(try files([path])) }
    #expect(found?.details["vendor_code"] == "XAmzContentSHA256Mismatch")
    #expect(try store.keys().isEmpty)
  }

  @Test func `nothing is visible before the commit, and abort leaves nothing`() throws {
    let store = try Store()
    let (path, _) = try large()
    let small = try folder.write("small", to: "small.txt")
    let bench = Store.bench()
    let sink = try store.sink(["part_size": 5_242_880], bench)
    let written = try sink.write(try files([path, small]), commits: false)
    #expect(written["rows"] == 2)
    #expect(try store.keys().isEmpty && store.openUploads() == 0)
    try sink.abort()
    #expect(bench.seen.state["uploads"].map { String(decoding: $0, as: UTF8.self) } == "[]")
  }

  @Test func `what exists stops the run, is replaced, or stays`() throws {
    let store = try Store()
    try store.put("a.txt", "old")
    let (a, b) = (try folder.write("new", to: "a.txt"), try folder.write("new", to: "b.txt"))
    let stopped = problem { try store.sink().write(try files([b, a])) }
    #expect(stopped?.status == .configuration && stopped?.details["path"] == "/overwrite")
    #expect(try store.keys() == ["a.txt"])
    let receipt = try store.sink(["overwrite": "skip"]).write(try files([a, b]))
    #expect(receipt["skipped"] == ["a.txt"])
    #expect(try store.text("a.txt") == "old" && store.text("b.txt") == "new")
    try store.sink(["overwrite": "replace"]).write(try files([a]))
    #expect(try store.text("a.txt") == "new")
  }

  @Test func `what appears between write and commit takes the others back`() throws {
    let store = try Store()
    let paths = try ["a.txt", "b.txt", "c.txt"].map { try folder.write("new", to: $0) }
    let taken = "<Error><Code>PreconditionFailed</Code></Error>"
    try store.fault("PUT /BUCKET/b", "status", ["status": 412, "body": .string(taken)])
    let found = problem { try store.sink(["parallel": 1]).write(try files(paths)) }
    #expect(found?.status == .configuration && found?.message.contains("b.txt") == true)
    #expect(try store.keys().isEmpty)
  }

  @Test func `conditional writes are asked for, of one request and of parts`() throws {
    let store = try Store()
    let (path, _) = try large()
    try store.sink(["part_size": 5_242_880]).write(try files([path, try folder.write("s", to: "s.txt")]))
    let asked = try store.asked("s.txt|uploadId")
    #expect(asked.contains { $0["method"] == "PUT" && $0["headers"]?["If-None-Match"] == "*" })
    #expect(asked.contains { $0["method"] == "POST" && $0["headers"]?["If-None-Match"] == "*" })
  }

  @Test(arguments: ["PUT /BUCKET/s.txt", "POST /BUCKET/large.bin\\?uploadId", "PUT /BUCKET/large.*partNumber=2"])
  func `an answer that is lost does not make an own object somebody else's`(_ match: String) throws {
    let store = try Store()
    let (path, bytes) = try large()
    let small = try folder.write("small", to: "s.txt")
    try store.fault(match, "drop")
    let receipt = try store.sink(["part_size": 5_242_880]).write(try files([path, small]))
    #expect(receipt["files"]?.array?.count == 2)
    #expect(try store.get("large.bin") == bytes && store.text("s.txt") == "small")
  }

  @Test func `a store that is slow to say yes is no stall`() throws {
    let store = try Store()
    try store.fault("HEAD /BUCKET/x", "status", ["status": 503, "body": "", "headers": ["Retry-After": "3"]])
    let bench = Store.bench()
    try store.sink([:], bench).write(try files([try folder.write("x", to: "x.txt")]))
    #expect(bench.seen.progress.count >= 3)
  }

  @Test func `a cut connection and a busy store are tried again`() throws {
    let store = try Store()
    let (path, bytes) = try large()
    try store.fault("PUT /BUCKET/large.*partNumber", "refuse", times: 2)
    try store.fault(
      "POST /BUCKET/large.*uploads=", "status", ["status": 503, "body": "<Error><Code>SlowDown</Code></Error>"])
    try store.fault(
      "PUT /BUCKET/large.*partNumber", "status", ["status": 400, "body": "<Error><Code>RequestTimeout</Code></Error>"])
    try store.sink(["part_size": 5_242_880]).write(try files([path]))
    #expect(try store.get("large.bin") == bytes)
  }

  @Test func `an end that says 200 and means an error is an error`() throws {
    let store = try Store()
    let (path, _) = try large()
    let body = "<Error><Code>InvalidPart</Code><Message>One is missing</Message></Error>"
    try store.fault("POST /BUCKET/large.*uploadId", "status", ["status": 200, "body": .string(body)])
    let found = problem { try store.sink(["part_size": 5_242_880]).write(try files([path])) }
    #expect(found?.details["vendor_code"] == "InvalidPart")
    #expect(try store.keys().isEmpty && store.openUploads() == 0)
    try store.fault(
      "POST /BUCKET/large.*uploadId", "status", ["status": 200, "body": "<Error><Code>InternalError</Code></Error>"])
    try store.sink(["part_size": 5_242_880]).write(try files([path]))
    #expect(try store.keys() == ["large.bin"])
  }

  @Test func `the same run commits once, and the next attempt cleans up after one that died`() throws {
    let store = try Store()
    let (path, _) = try large()
    let bench = Store.bench()
    let receipt = try store.sink(["part_size": 5_242_880], bench).write(try files([path]))
    // The same run again, as after a crash behind the commit: the receipt is known.
    let later = Store.bench()
    later.setState(bench.seen.state)
    let again = try store.sink(["part_size": 5_242_880, "overwrite": "replace"], later).write(try files([path]))
    #expect(again == receipt)
    // One that died with an upload under way.
    let uploader = Uploader(client: store.client, settings: try store.config().decode(SinkConfiguration.self), life: {})
    let upload = try uploader.begin("dead.bin", mediaType: "x/y", .detached)
    #expect(try store.openUploads() == 1)
    let died = Store.bench()
    let noted: JSONValue = [["key": "dead.bin", "id": .string(upload.id), "etags": []]]
    died.setState(["uploads": Array(noted.text.utf8)])
    died.meta["run"] = "run-2"
    try store.sink(["prefix": "next/"], died).write(try files([try folder.write("x", to: "x.txt")]))
    #expect(try store.openUploads() == 0)
  }

  @Test func `a file that changes between write and commit is not stored`() throws {
    let store = try Store()
    let path = try folder.write("one", to: "moving.txt")
    var rows = 0
    let stream = GeneratedStream(schema: .files) {
      rows += 1
      if rows == 1 { return try files([path]).next() }
      try folder.write("three", to: "moving.txt")
      return nil
    }
    let found = problem { try store.sink().write(stream) }
    #expect(found?.message.contains("moving.txt changed while it was stored") == true, "\(found?.message ?? "none")")
    #expect(try store.keys().isEmpty)
  }

  @Test func `two files for one key, names that lead elsewhere, and tables are refused`() throws {
    let store = try Store()
    let (a, b) = (try folder.write("1", to: "x/a.csv"), try folder.write("2", to: "y/a.csv"))
    #expect(problem { try store.sink().write(try files([a, b])) }?.message.contains("would both be stored") == true)
    for name in ["../a", "/a", "a//b", "", "a/./b", "a\0b"] {
      let found = problem { try store.sink().write(try files([a], relative: [name])) }
      #expect(found?.status == .data && found?.details["row"] == 0, "\(name)")
    }
    let long = String(repeating: "long/", count: 250) + "x"
    #expect(
      problem { try store.sink().write(try files([a], relative: [long])) }?.message.contains("1024 bytes") == true)
    #expect(
      problem { try store.sink().write(try files([folder.path])) }?.message.contains("not a regular file") == true)
    #expect(problem { try store.sink().write(try files(["\(folder.path)/none"])) }?.status == .notFound)
    let sink = try S3Sink(configuration: try store.config().decode(SinkConfiguration.self), host: .detached)
    #expect(
      problem { try sink.bind(Schema([Field("id", .int64)]), input: "table") }?.message.contains("duckdb/write") == true
    )
    #expect(try store.keys().isEmpty)
  }

  @Test func `parts grow with the file, so that ten thousand are enough`() throws {
    let settings = try (["bucket": "b"] as JSONValue).decode(SinkConfiguration.self)
    let uploader = Uploader(client: try Store.client("http://127.0.0.1:1"), settings: settings, life: {})
    #expect(uploader.partBytes(1 << 30) == 16 << 20)
    let size = Uploader.objectBytesMax
    let part = uploader.partBytes(size)
    #expect((size + part - 1) / part <= Uploader.partsMax && part % (1 << 20) == 0)
  }
}

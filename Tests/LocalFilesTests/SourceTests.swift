// What the source lists, and in what form.
import Glibc
import JSONValue
import PluginKit
import Testing

@testable import LocalFilesPlugin

@Suite struct SourceTests {
  let scratch = ScratchFolder()
  private var root: JSONValue { .string(scratch.path) }

  private func sample() {
    for name in ["b.csv", "a.csv", "sub/c.csv", "sub/deep/d.txt", ".hidden.csv", ".git/config"] { scratch.file(name) }
  }

  @Test func `a folder lists its files in sorted order, subfolders included, hidden names not`() throws {
    sample()
    #expect(try listed(["path": root]) == ["a.csv", "b.csv", "sub/c.csv", "sub/deep/d.txt"])
  }

  @Test func `patterns, hidden files and subfolders follow the settings`() throws {
    sample()
    #expect(try listed(["path": root, "include": ["*.csv"]]) == ["a.csv", "b.csv", "sub/c.csv"])
    #expect(try listed(["path": root, "exclude": ["sub"]]) == ["a.csv", "b.csv"])
    #expect(try listed(["path": root, "exclude": ["sub/deep/**"]]) == ["a.csv", "b.csv", "sub/c.csv"])
    #expect(try listed(["path": root, "recursive": false]) == ["a.csv", "b.csv"])
    #expect(try listed(["path": root, "hidden": true, "include": ["config", "*.csv"]]).count == 5)
  }

  @Test func `without sorting the same files come`() throws {
    sample()
    let names = try listed(["path": root, "sorted": false])
    #expect(names.sorted() == ["a.csv", "b.csv", "sub/c.csv", "sub/deep/d.txt"])
  }

  @Test func `a file given as the path is taken whatever the patterns say`() throws {
    let path = scratch.file("odd.bin")
    #expect(try listed(["path": .string(path), "include": ["*.csv"]]) == ["odd.bin"])
  }

  @Test func `a file under two paths is listed once`() throws {
    sample()
    let sub = JSONValue.string(scratch.path + "/sub")
    #expect(try listed(["path": [root, sub]]).count == 4)
    #expect(try listed(["path": [sub, root], "include": ["c.csv"]]) == ["c.csv"])
  }

  @Test func `a row says where the file is, how large, when changed and what it holds`() throws {
    let path = scratch.file("flüge 1.csv.gz", "12345")
    let stream = try makeSource(["path": root]).open(ScanRequest(), .detached)
    let batch = try #require(try stream.next())
    #expect(batch.schema == Schema.files)
    #expect(batch.column("uri")?.string(0) == "file://\(scratch.path)/fl%C3%BCge%201.csv.gz")
    #expect(batch.column("path")?.string(0) == path)
    #expect(batch.column("size")?.int64(0) == 5)
    #expect(batch.column("media_type")?.string(0) == "text/csv")
    let attributes = try JSONValue(parsing: batch.column("attributes")?.string(0) ?? "")
    #expect(attributes["compression"] == "gzip" && attributes["folder"] == root)
    var status = stat()
    #expect(stat(path, &status) == 0)
    #expect(batch.column("modified")?.int64(0) == status.modifiedNanoseconds / 1000)
    #expect(batch.column("etag")?.string(0) == FileBatch.etag(status))
    #expect(try stream.next() == nil)
  }

  @Test func `the etag changes when a file is rewritten with the same size`() throws {
    scratch.file("a.csv", "one")
    let before = try texts(makeSource(["path": root]).open(ScanRequest(), .detached), "etag")
    unlink(scratch.path + "/a.csv")
    scratch.file("b.csv", "two")
    rename(scratch.path + "/b.csv", scratch.path + "/a.csv")
    var times = [timespec(tv_sec: 1_000_000, tv_nsec: 7), timespec(tv_sec: 1_000_000, tv_nsec: 7)]
    utimensat(AT_FDCWD, scratch.path + "/a.csv", &times, 0)
    #expect(try texts(makeSource(["path": root]).open(ScanRequest(), .detached), "etag") != before)
  }

  @Test func `limits on size and time leave files out`() throws {
    scratch.file("small.csv", "1")
    scratch.file("large.csv", "1234567890")
    let old = scratch.file("old.csv", "12345")
    var times = [timespec(tv_sec: 946_684_800, tv_nsec: 0), timespec(tv_sec: 946_684_800, tv_nsec: 0)]
    utimensat(AT_FDCWD, old, &times, 0)
    #expect(try listed(["path": root, "minimum_size": 2]) == ["large.csv", "old.csv"])
    #expect(try listed(["path": root, "maximum_size": 5]) == ["old.csv", "small.csv"])
    #expect(try listed(["path": root, "modified_after": "2001-01-01"]) == ["large.csv", "small.csv"])
    #expect(try listed(["path": root, "modified_after": "1999-12-31T23:00:00.5Z"]).count == 3)
  }

  @Test func `links are passed over, or followed without end`() throws {
    sample()
    scratch.link("sub/up", to: "..")
    scratch.link("link.csv", to: "a.csv")
    scratch.link("dead.csv", to: "nowhere")
    #expect(try listed(["path": root]) == ["a.csv", "b.csv", "sub/c.csv", "sub/deep/d.txt"])
    let followed = try listed(["path": root, "follow_links": true])
    #expect(followed == ["a.csv", "b.csv", "link.csv", "sub/c.csv", "sub/deep/d.txt"])
  }

  @Test func `pipes and sockets are not listed`() throws {
    scratch.file("a.csv")
    mkfifo(scratch.path + "/pipe", 0o644)
    #expect(try listed(["path": root]) == ["a.csv"])
  }

  @Test func `a large folder comes in batches, and a limit stops the listing`() throws {
    for index in 0..<3000 { scratch.write(Array("f\(index).csv".utf8), "") }
    let settings = try JSONValue.object(["path": root]).decode(SourceConfiguration.self)
    let listing = Listing(settings)
    var count = 0
    while try listing.next() != nil { count += 1 }
    #expect(count == 3000)
    #expect(try listed(["path": root], limit: 7).count == 7)
    #expect(try listed(["path": root], limit: 0).isEmpty)
  }

  @Test func `the test button says how many files and how large`() throws {
    scratch.file("a.csv", String(repeating: "x", count: 1500))
    scratch.file("b.csv", "12")
    let answer = try makeSource(["path": root]).check(.detached)
    #expect(answer["ok"] == true && answer["message"] == "2 files, 1.5 kB" && answer["files"] == 2)
  }

  @Test func `bind answers the schema of files without touching the disk`() throws {
    #expect(try makeSource(["path": "/no/such/place"]).bind(.detached) == Schema.files)
  }
}

@Suite struct AttributeTests {
  @Test(arguments: ["plain.csv", "with \"quotes\" and \\", "tab\tand\nline", "bell\u{7}", "ünï/日本"])
  func `attributes are JSON whatever the name holds`(_ name: String) throws {
    let text = FileBatch.attributes(root: Array("/data".utf8), relative: Array(name.utf8), compression: "gzip")
    #expect(
      try JSONValue(parsing: text) == ["folder": "/data", "relative_path": .string(name), "compression": "gzip"])
  }
}

// Objects out of a real store: listing, patterns, downloads in parallel and in ranges, resumed and noticed changes.
import Foundation
import HTTPTransfer
import JSONValue
import PluginKit
import PluginTesting
import TestSupport
import Testing

@testable import S3Plugin

@Suite struct SourceTests {
  @Test func `32 odd keys come out whole, in order, with all columns`() throws {
    let store = try Store()
    for key in OddKeys.all { try store.put(key, "body of \(key)") }
    #expect(OddKeys.all.count == 32)
    let rows = try store.rows()
    #expect(Set(rows.map(\.relative)) == Set(OddKeys.all))
    #expect(rows.map(\.relative) == (try store.keys()))
    for row in rows {
      #expect(row.text == "body of \(row.relative)")
      #expect(row["uri"]?.string == "s3://\(store.bucket)/\(PercentEncoding.encode(row.relative, slashes: true))")
      #expect(row["size"]?.int == Int64(row.contents.count) && row["etag"]?.string?.utf8.count == 32)
    }
    let csv = try #require(rows.first { $0.relative == "p/001.csv" })
    #expect(csv["media_type"] == "text/csv" && csv["path"]?.string?.hasSuffix("/001.csv") == true)
    let modified = try #require(Times.microseconds(csv["modified"]?.string ?? "") ?? csv["modified"]?.int)
    #expect(abs(Double(modified) / 1e6 - Date().timeIntervalSince1970) < 3600)
  }

  @Test func `pages are followed to the end`() throws {
    let store = try Store()
    for number in 0..<25 { try store.put("p/\(100 + number).txt", "\(number)") }
    var listing = ObjectListing(store.client, bucket: store.bucket, prefix: "p/")
    listing.pageSize = 10
    var pages: [Int] = []
    while !listing.isAtEnd { pages.append(try listing.nextPage(nil).objects.count) }
    #expect(pages == [10, 10, 5])
  }

  @Test func `prefix, patterns and limits choose, folder marks are no files`() throws {
    let store = try Store()
    for key in ["a/x.csv", "a/b/y.csv", "a/b/z.txt", "ab.csv", "c.csv"] { try store.put(key, key) }
    try store.put("a/", "")
    func names(_ config: [String: JSONValue]) throws -> [String] { try store.rows(config).map(\.relative) }
    #expect(try names(["prefix": "a/"]) == ["b/y.csv", "b/z.txt", "x.csv"])
    #expect(try names(["prefix": "a"]) == ["a/b/y.csv", "a/b/z.txt", "a/x.csv", "ab.csv"])
    #expect(try names(["prefix": "a/x.csv"]) == ["x.csv"])
    #expect(try names(["include": ["*.csv"], "exclude": ["a/b/**"]]) == ["a/x.csv", "ab.csv", "c.csv"])
    #expect(try names(["include": ["a/*.csv"]]) == ["a/x.csv"])
    #expect(try names(["maximum_size": 6]) == ["ab.csv", "c.csv"])
    #expect(try names(["minimum_size": 9]) == ["a/b/y.csv", "a/b/z.txt"])
    #expect(problem { _ = try names(["modified_after": "2090-01-01"]) }?.message.contains("outside the limits") == true)
    #expect(problem { _ = try names(["max_files": 2]) }?.details["path"] == "/max_files")
    let limited = try store.open(limit: 2).rows()
    #expect(limited.map(\.relative) == ["a/b/y.csv", "a/b/z.txt"])
  }

  @Test func `nothing that matches says what is near, unless that is fine`() throws {
    let store = try Store()
    try store.put("flights.csv", "x")
    let missed = problem { _ = try store.rows(["include": ["flihgts.csv"]]) }
    #expect(missed?.status == .notFound && missed?.message.contains("the nearest 'flights.csv'") == true)
    #expect(problem { _ = try store.rows(["prefix": "none/"]) }?.details["path"] == "/prefix")
    #expect(try store.rows(["prefix": "none/", "allow_empty": true]).isEmpty)
  }

  @Test func `large objects come in ranges, empty ones too, small ones without a range`() throws {
    let store = try Store()
    let bytes = noise(1_000_001)
    try store.put("large.bin", bytes)
    try store.put("small.bin", Array(bytes[..<100]))
    try store.put("none.bin", [])
    let rows = try store.rows(["range_size": 65536])
    #expect(rows.map(\.relative) == ["large.bin", "none.bin", "small.bin"])
    #expect(rows[0].contents == bytes && rows[1]["size"] == 0 && rows[2].contents == Array(bytes[..<100]))
    let asked = try store.asked("large").filter { $0["method"] == "GET" }
    #expect(asked.count == 16 && asked.allSatisfy { $0["status"] == 206 && $0["headers"]?["If-Match"] != nil })
    #expect(try store.asked("small").last?["headers"]?["Range"] == nil)
    #expect(try store.rows(["range_size": 0, "include": ["large.bin"]])[0].contents == bytes)
  }

  @Test func `files are handed on while others are still fetched`() throws {
    let store = try Store()
    for name in ["a", "b", "c", "d"] { try store.put(name, name) }
    // The third never comes while the test wants it not to.
    try store.fault("GET /BUCKET/c", "stall", times: 100, ["after": 0])
    let stream = try store.open(["parallel": 2])
    var early: [String] = []
    while early.count < 2, let batch = try stream.next() {
      for row in 0..<batch.rowCount { early.append(batch.column("uri")?.string(row) ?? "") }
    }
    #expect(early == ["s3://\(store.bucket)/a", "s3://\(store.bucket)/b"])
    // Nobody waits for what nobody wants.
    let began = Date()
    stream.close()
    #expect(Date().timeIntervalSince(began) < 20)
  }

  @Test func `a list that stalls does not hold back what is there, nor the end`() throws {
    let store = try Store()
    let next = "<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>"
    let page = "<ListBucketResult>\(next)<Contents><Key>a</Key><Size>1</Size></Contents></ListBucketResult>"
    try store.put("a", "1")
    try store.fault("GET /BUCKET\\?", "status", ["status": 200, "body": .string(page)])
    try store.fault("GET /BUCKET\\?.*continuation-token", "hang", times: 99)
    let stream = try store.open()
    #expect(try stream.next()?.rowCount == 1)
    let began = Date()
    stream.close()
    #expect(Date().timeIntervalSince(began) < 20)
  }

  @Test func `out of order they come as they are there`() throws {
    let store = try Store()
    for name in ["a", "b", "c"] { try store.put(name, name) }
    try store.fault("GET /BUCKET/a", "status", ["status": 503, "body": "", "headers": ["Retry-After": "2"]])
    let stream = try store.open(["parallel": 1, "ordered": false])
    let parallel = try store.rows(["parallel": 3, "ordered": false])
    #expect(Set(parallel.map(\.relative)) == ["a", "b", "c"])
    #expect(try stream.rows().count == 3)
  }

  @Test func `little may lie ahead, and all come nevertheless`() throws {
    let store = try Store()
    for number in 0..<12 { try store.put("\(number + 10)", noise(1000, seed: UInt64(number + 1))) }
    let rows = try store.rows(["ahead": 1500, "parallel": 4])
    #expect(rows.count == 12)
    for (number, row) in rows.enumerated() { #expect(row.contents == noise(1000, seed: UInt64(number + 1))) }
  }

  @Test func `a connection that is cut goes on where it was`() throws {
    let store = try Store()
    let bytes = noise(300_000)
    try store.put("cut.bin", bytes)
    try store.fault("GET /BUCKET/cut", "cut", ["after": 100_000])
    try store.fault("GET /BUCKET/cut", "cut", ["after": 50_000])
    #expect(try store.rows()[0].contents == bytes)
    let ranges = try store.asked("cut").filter { $0["method"] == "GET" }.map { $0["headers"]?["Range"]?.string }
    #expect(ranges == [nil, "bytes=100000-299999", "bytes=150000-299999"])
  }

  @Test func `it goes on as long as there is progress, however often it is cut`() throws {
    let store = try Store()
    let bytes = noise(100_000)
    try store.put("often.bin", bytes)
    try store.fault("GET /BUCKET/often", "cut", times: 9, ["after": 10_000])
    let bench = Store.bench()
    #expect(try store.rows([:], bench)[0].contents == bytes)
    #expect(try store.asked("often").count == 11)
  }

  @Test func `a server that sends the whole again is understood`() throws {
    let store = try Store()
    try store.put("whole.txt", "0123456789")
    try store.fault("GET /BUCKET/whole", "cut", ["after": 4])
    try store.fault("GET /BUCKET/whole", "status", ["status": 200, "body": "0123456789"])
    #expect(try store.rows()[0].text == "0123456789")
  }

  @Test func `a store that ignores ranges is told, with the way out`() throws {
    let store = try Store()
    try store.put("x.bin", noise(200_000))
    try store.fault("GET /BUCKET/x", "status", times: 9, ["status": 200, "body": "whole"])
    let found = problem { _ = try store.rows(["range_size": 65536]) }
    #expect(found?.status == .unsupported && found?.details["path"] == "/range_size")
  }

  @Test(
    arguments: [
      ["status": 206, "body": "0123456789", "headers": ["Content-Range": "bytes 5-14/15"]],
      ["status": 206, "body": "0123456789", "headers": [:]],
      ["status": 200, "body": "0123456789 and more"], ["status": 200, "body": "short"],
      ["status": 412, "body": "<Error><Code>PreconditionFailed</Code></Error>"],
    ] as [[String: JSONValue]])
  func `an object that changed meanwhile is no file`(_ answer: [String: JSONValue]) throws {
    let store = try Store()
    try store.put("moving.txt", "0123456789")
    try store.fault("GET /BUCKET/moving", "status", times: 99, answer)
    let found = problem { _ = try store.rows() }
    #expect(found?.message.contains("changed") == true, "\(found?.message ?? "none")")
  }

  @Test func `a busy store is asked again`() throws {
    let store = try Store()
    try store.put("busy.txt", "here")
    let slow = "<Error><Code>SlowDown</Code><Message>Reduce your request rate</Message></Error>"
    try store.fault("GET /BUCKET/busy", "status", times: 2, ["status": 503, "body": .string(slow)])
    try store.fault("GET /BUCKET\\?", "status", times: 1, ["status": 503, "body": .string(slow)])
    #expect(try store.rows()[0].text == "here")
  }

  @Test func `an object that goes away between list and fetch is told`() throws {
    let store = try Store()
    try store.put("gone.txt", "here")
    try store.fault("GET /BUCKET/gone", "status", ["status": 404, "body": "<Error><Code>NoSuchKey</Code></Error>"])
    let found = problem { _ = try store.rows() }
    #expect(found?.status == .notFound && found?.message.contains("gone.txt") == true)
  }

  @Test func `links work for whoever has them, and not for long`() throws {
    let store = try Store()
    for key in OddKeys.all.suffix(12) { try store.put(key, "body of \(key)") }
    let rows = try store.rows(["deliver": "links", "link_seconds": 60])
    #expect(rows.count == 12 && rows.allSatisfy { $0["path"]?.isNull == true })
    for row in rows {
      let answer = try HTTPClient().send(HTTPRequest("GET", row["uri"]?.string ?? ""), nil)
      #expect(answer.status == 200 && answer.text == "body of \(row.relative)")
    }
    let tampered = (rows[0]["uri"]?.string ?? "").replacing("X-Amz-Expires=60", with: "X-Amz-Expires=61")
    #expect(try HTTPClient().send(HTTPRequest("GET", tampered), nil).status == 403)
    var clock = Clock()
    clock.seconds = { Int64(time(nil)) - 3600 }
    let expired = try Store.client(store.endpoint, clock: clock).link(
      bucket: store.bucket, key: rows[0].relative, seconds: 60)
    #expect(try HTTPClient().send(HTTPRequest("GET", expired), nil).status == 403)
  }

  @Test func `a disk without room is noticed before anything is fetched`() {
    let folder = TemporaryFolder()
    let object = ListedObject(key: "huge.bin", size: 1 << 60, etag: "")
    let found = problem { _ = try DownloadFolder.create(Download(object, path: "\(folder.path)/0/huge.bin")) }
    #expect(found?.status == .resource && found?.message.contains("Make room") == true, "\(found?.message ?? "none")")
    let nowhere = problem { _ = try DownloadFolder.create(Download(object, path: "/proc/0/x/huge.bin")) }
    #expect(nowhere?.status == .io)
  }

  @Test func `check counts, and says what is there`() throws {
    let store = try Store()
    for key in ["a.csv", "b.csv"] { try store.put(key, "12345") }
    let answer = try store.source().check()
    #expect(
      answer["ok"] == true && answer["message"] == "2 objects, 10 bytes" && answer["names"] == ["a.csv", "b.csv"])
  }

  @Test(arguments: ["a/b/c.csv", "c.csv", "", "..", "x/..", "/", "a\0b", String(repeating: "é", count: 300) + ".csv"])
  func `a key's last part becomes a name that a file can have`(_ key: String) {
    let name = DownloadFolder.name(key)
    #expect(!name.isEmpty && name.utf8.count <= 255 && !name.contains("/") && !name.contains("\0") && name != "..")
    if key.hasSuffix(".csv") { #expect(name.hasSuffix(".csv")) }
  }
}

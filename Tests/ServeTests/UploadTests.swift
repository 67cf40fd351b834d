// Files from a browser, in pieces and over broken lines.
import Crypto
import Foundation
import Glibc
import JSONValue
import TestSupport
import Testing

struct UploadTests {
  @Test(.enabled(if: Documents.hasDuckDB, "libduckdb.so is not here"))
  func `a file that is cut twice arrives whole, is looked at, and becomes a dataset version`() throws {
    let host = try ServedHost(TestHost("local-files", "duckdb"))
    let bytes = Self.table(rows: 5000)
    let id = try Self.announce(host, "sales.csv", bytes.count)
    // The line breaks: less arrives than was said.
    try Self.cut(host, id, bytes, from: 0, to: 10_000)
    let here = try Self.received(host, id) { $0 > 0 }
    #expect(here <= 10_000)
    #expect(try host.ask("PATCH", "/uploads/\(id)?offset=\(here + 1)", bytes: [1]).code == "OTE-6011")
    try host.expect(200, "PATCH", "/uploads/\(id)?offset=\(here)", bytes: Array(bytes[here..<20_000]))
    try host.kill()
    try host.start()
    let left = try Self.received(host, id) { _ in true }
    #expect(left == 20_000)
    #expect(try host.ask("POST", "/uploads/\(id)/complete", [:]).code == "OTE-6011")
    try host.expect(200, "PATCH", "/uploads/\(id)?offset=\(left)", bytes: Array(bytes[left...]))

    let wrong = try host.ask(
      "POST", "/uploads/\(id)/complete", ["digest": .string("sha256:" + String(repeating: "0", count: 64))])
    #expect(wrong.code == "OTE-6011")
    let digest = "sha256:" + SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
    try host.expect(200, "POST", "/uploads/\(id)/complete", ["digest": .string(digest)])
    let seen = try host.expect(200, "POST", "/uploads/\(id)/inspect", ["rows": 3])
    #expect(seen["format"]?.string == "csv")
    #expect(seen["schema"]?.array?.compactMap { $0["name"]?.string } == ["n", "word"])
    #expect(seen["rows"]?.array?.count == 3)
    let run = try host.expect(202, "POST", "/uploads/\(id)/publish", ["dataset": "sales"])["run"]?.string ?? ""
    #expect(try host.finished(run)["status"]?.string == "succeeded")
    let version = try host.expect(200, "GET", "/datasets/sales")["versions"]?.array?.first
    #expect(version?["rows"]?.int == 5000)
  }

  @Test func `a large file passes through little memory`() throws {
    let host = try ServedHost(TestHost())
    let (piece, count) = (8 << 20, 64)
    let id = try Self.announce(host, "large.bin", piece * count)
    let before = try host.residentBytes()
    var most = before
    let connection = try HTTPConnection(port: host.port)
    try connection.request(
      "PATCH", "/api/v1/uploads/\(id)?offset=0",
      headers: host.admin.headers + [("Content-Type", "application/octet-stream")], body: [], length: piece * count)
    let bytes = [UInt8](repeating: 7, count: piece)
    for _ in 0..<count {
      try connection.send(bytes)
      most = max(most, try host.residentBytes())
    }
    #expect(try connection.readAll().json["received"]?.int == Int64(piece * count))
    #expect(most - before < 64 << 20, "grew by \((most - before) >> 20) MiB")
  }

  private static func table(rows: Int) -> [UInt8] {
    Array(("n,word\n" + (0..<rows).map { "\($0),word \($0)\n" }.joined()).utf8)
  }

  private static func announce(_ host: ServedHost, _ name: String, _ bytes: Int) throws -> String {
    try host.expect(
      201, "POST", "/uploads", ["project": "default", "name": .string(name), "bytes": .int(Int64(bytes))])["id"]?
      .string ?? ""
  }

  /// Announces all the rest, sends a part, and closes.
  private static func cut(_ host: ServedHost, _ id: String, _ bytes: [UInt8], from: Int, to: Int) throws {
    let connection = try HTTPConnection(port: host.port)
    try connection.request(
      "PATCH", "/api/v1/uploads/\(id)?offset=\(from)",
      headers: host.admin.headers + [("Content-Type", "application/octet-stream")], body: Array(bytes[from..<to]),
      length: bytes.count - from)
  }

  /// Asks until the host has noticed.
  private static func received(_ host: ServedHost, _ id: String, _ isEnough: (Int) -> Bool) throws -> Int {
    let deadline = Date() + 30
    while true {
      let count = Int(try host.expect(200, "GET", "/uploads/\(id)")["received"]?.int ?? 0)
      if isEnough(count) || Date() > deadline { return count }
      sched_yield()
    }
  }
}

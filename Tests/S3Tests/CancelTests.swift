// A cancelled run ends at once wherever it is, and leaves nothing behind.
import Foundation
import JSONValue
import PluginKit
import PluginTesting
import TestSupport
import Testing

@testable import S3Plugin

@Suite struct CancelTests {
  /// Cancels once the store was asked for what matches, and expects the body to end with it.
  private func cancelled(
    _ store: Store, _ bench: PluginBench, whenAsked match: String, _ body: () throws -> Void
  ) throws {
    let watcher = Thread {
      while (try? store.asked(match).isEmpty) ?? false {}
      bench.cancel()
    }
    watcher.start()
    let began = Date()
    let found = problem(body)
    #expect(found?.status == .cancelled, "\(found?.message ?? "nothing was thrown")")
    #expect(Date().timeIntervalSince(began) < 30)
  }

  /// Stalled requests are noted before they stall.
  private func stalling(_ match: String) throws -> Store {
    let store = try Store()
    try store.put("a.bin", noise(200_000))
    try store.fault(match, "stall", times: 99, ["after": 10])
    return store
  }

  @Test func `while it lists`() throws {
    let store = try stalling("GET /BUCKET\\?")
    let bench = Store.bench()
    try cancelled(store, bench, whenAsked: "list-type") { _ = try store.open([:], bench) }
  }

  @Test func `while it fetches`() throws {
    let store = try stalling("GET /BUCKET/a")
    let bench = Store.bench()
    try cancelled(store, bench, whenAsked: "a.bin") {
      let stream = try store.open([:], bench)
      defer { stream.close() }
      _ = try stream.next()
    }
  }

  @Test func `while it waits for another try`() throws {
    let store = try Store()
    try store.put("a.bin", "x")
    try store.fault(
      "GET /BUCKET/a", "status", times: 99, ["status": 503, "body": "", "headers": ["Retry-After": "100"]])
    let bench = Store.bench()
    try cancelled(store, bench, whenAsked: "a.bin") {
      let stream = try store.open([:], bench)
      defer { stream.close() }
      _ = try stream.next()
    }
  }

  @Test func `between two batches`() throws {
    let store = try Store()
    for number in 0..<3 { try store.put("\(number)", "x") }
    let bench = Store.bench()
    let stream = try store.open([:], bench)
    _ = try stream.next()
    bench.cancel()
    #expect(problem { _ = try stream.next() }?.status == .cancelled)
    stream.close()
  }

  @Test(arguments: ["PUT /BUCKET/l.*partNumber", "POST /BUCKET/l.*uploadId", "PUT /BUCKET/s"])
  func `while it stores, and nothing is left`(_ match: String) throws {
    let store = try Store()
    let folder = TemporaryFolder()
    let large = try folder.write(noise((11 << 20) + 5), to: "l.bin")
    let small = try folder.write("small", to: "s.txt")
    try store.fault(match, "hang", times: 99)
    let bench = Store.bench()
    let asked = match.contains("part") ? "partNumber" : match.contains("uploadId") ? "l.bin.uploadId=[^&]*$" : "s.txt"
    try cancelled(store, bench, whenAsked: "\(asked)") {
      try store.sink(["part_size": 5_242_880, "parallel": 1, "overwrite": "replace"], bench).write(
        try files([large, small]))
    }
    #expect(try store.openUploads() == 0)
  }

  @Test func `by progress, in the middle of an upload`() throws {
    let store = try Store()
    let folder = TemporaryFolder()
    let paths = try (0..<3).map { try folder.write(noise((6 << 20)), to: "l\($0).bin") }
    let bench = Store.bench()
    bench.cancel(afterProgress: 2)
    let found = problem { try store.sink(["part_size": 5_242_880], bench).write(try files(paths)) }
    #expect(found?.status == .cancelled)
    #expect(try store.keys().isEmpty && store.openUploads() == 0)
  }
}

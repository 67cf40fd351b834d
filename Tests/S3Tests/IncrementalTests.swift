// Only what is new: by key and ETag, from the position of the last run whose sinks committed.
import Crypto
import JSONValue
import PluginKit
import PluginTesting
import Testing

@testable import S3Plugin

@Suite struct IncrementalTests {
  /// What a host has at hand for the next run: the position, if the run committed, and the state as it is.
  private struct Kept {
    var position: [UInt8]?
    var state: [String: [UInt8]] = [:]

    /// The run ended after its objects were handed on, and before its sinks had committed.
    func uncommitted(from before: Kept?) -> Kept { Kept(position: before?.position, state: state) }
  }

  private func run(
    _ store: Store, from before: Kept? = nil, _ more: [String: JSONValue] = [:], limit: Int? = nil
  ) throws -> (names: [String], kept: Kept) {
    let bench = Store.bench()
    let instance = try source(store, bench, from: before, more)
    let stream = try instance.open(ScanRequest(limit: limit))
    let names = try stream.readRows().map { Row($0).relative }
    stream.close()
    // Most streams are closed by the time that the host asks.
    return (names, Kept(position: try instance.save(nil), state: bench.seen.state))
  }

  private func source(
    _ store: Store, _ bench: PluginBench, from before: Kept?, _ more: [String: JSONValue] = [:]
  ) throws -> BenchInstance {
    let instance = try store.source(more.merging(["incremental": true]) { $1 }, bench)
    bench.setState(before?.state ?? [:])
    if let position = before?.position { try instance.restore(position) }
    return instance
  }

  private func remove(_ key: String, from store: Store) throws {
    _ = try store.client.answer(S3Call("DELETE", bucket: store.bucket, key: key, doing: "remove"), nil)
  }

  @Test(arguments: ["files", "links"])
  func `a later run gets what is new or changed, and nothing twice`(deliver: String) throws {
    let store = try Store()
    let more: [String: JSONValue] = ["deliver": .string(deliver)]
    for key in ["a", "b"] { try store.put(key, "1") }
    let first = try run(store, more)
    #expect(first.names == ["a", "b"])
    let second = try run(store, from: first.kept, more)
    #expect(second.names.isEmpty)
    #expect(second.kept.state == first.kept.state, "nothing new, and notes were written")
    try store.put("b", "2")
    try store.put("c", "1")
    let third = try run(store, from: second.kept, more)
    #expect(third.names == ["b", "c"])
    #expect(try run(store, from: third.kept, more).names.isEmpty)
  }

  @Test func `what a run handed on whose sinks did not commit comes again`() throws {
    let store = try Store()
    try store.put("a", "1")
    let lost = try run(store)
    let first = try run(store, from: lost.kept.uncommitted(from: nil))
    #expect(first.names == ["a"])
    try store.put("b", "1")
    let failed = try run(store, from: first.kept)
    #expect(failed.names == ["b"])
    // Twice, as each run that fails writes where the one before it did.
    let again = try run(store, from: failed.kept.uncommitted(from: first.kept))
    #expect(again.names == ["b"])
    let last = try run(store, from: again.kept.uncommitted(from: first.kept))
    #expect(last.names == ["b"])
    #expect(try run(store, from: last.kept).names.isEmpty)
  }

  @Test func `nothing is noted before the host asks for the position`() throws {
    let store = try Store()
    try store.put("a", "1")
    let bench = Store.bench()
    let instance = try source(store, bench, from: nil)
    #expect(try instance.open().readRows().count == 1)
    #expect(bench.seen.state.isEmpty)
    let position = try instance.save(nil)
    #expect(!bench.seen.state.isEmpty)
    #expect(try instance.save(nil) == position, "the same run has one position, however often it is asked")
  }

  @Test func `what was not read to the end is not seen`() throws {
    let store = try Store()
    for key in ["a", "b"] { try store.put(key, "1") }
    let bench = Store.bench()
    let instance = try source(store, bench, from: nil)
    let stream = try instance.open()
    _ = try stream.next()
    stream.close()
    let position = try instance.save(nil)
    let next = try run(store, from: Kept(position: position, state: bench.seen.state))
    #expect(next.names == ["a", "b"])
  }

  @Test func `the sample that a reader learns columns from is not what counts`() throws {
    let store = try Store()
    for key in ["a", "b"] { try store.put(key, "1") }
    let bench = Store.bench()
    let instance = try source(store, bench, from: nil)
    let sample = try instance.open(ScanRequest(limit: 1))
    #expect(try sample.readRows().count == 1)
    sample.close()
    #expect(try instance.open().readRows().count == 2)
    let kept = Kept(position: try instance.save(nil), state: bench.seen.state)
    #expect(try run(store, from: kept).names.isEmpty)
  }

  @Test func `what left the bucket is forgotten, unless the run stopped early`() throws {
    let store = try Store()
    for key in ["a", "b", "c"] { try store.put(key, "1") }
    let first = try run(store)
    try remove("c", from: store)
    for key in ["a", "b"] { try store.put(key, "2") }
    let early = try run(store, from: first.kept, limit: 1)
    #expect(early.names == ["a"])
    try store.put("c", "1")
    #expect(try run(store, from: early.kept).names == ["b"], "c was not looked for, so it is as it was")
    try remove("c", from: store)
    let whole = try run(store, from: early.kept)
    try store.put("c", "1")
    #expect(try run(store, from: whole.kept).names == ["c"])
  }

  @Test func `notes that cannot be read stop the run, and say what to do`() throws {
    let store = try Store()
    try store.put("a", "1")
    let first = try run(store)
    func refusal(_ change: (inout Kept) -> Void) -> PluginError? {
      var kept = first.kept
      change(&kept)
      return problem { _ = try run(store, from: kept) }
    }
    let key = try #require(first.kept.state.keys.first)
    let refusals = [
      refusal { $0.state[key] = nil }, refusal { $0.state[key]?[0] = 9 }, refusal { $0.state[key]?[1] ^= 1 },
      refusal { $0.state[key]?.removeLast() }, refusal { $0.position = Array("{}".utf8) },
    ]
    for refusal in refusals { #expect(refusal?.status == .state && refusal?.details["next"] != nil) }
    let position = try #require(first.kept.position)
    let future = problem { try store.source(["incremental": true]).restore(position, version: 2) }
    #expect(future?.status == .state)
  }

  @Test func `more objects than one value of the state takes are kept in several`() throws {
    let marks = Set((0..<10).map { SeenObjects.Mark($0, 7 * $0) })
    let pages = SeenNotes.pages(marks, tag: 5, marksPerPage: 4)
    #expect(pages.count == 3)
    #expect(Set(try pages.flatMap { try SeenNotes.marks(in: $0, tag: 5) }) == marks)
  }

  @Test func `notes of the plugin as it was before are taken over, then forgotten`() throws {
    let store = try Store()
    for key in ["a", "b"] { try store.put(key, "1") }
    // Format 1: sixteen values of what earlier runs had handed on, sixteen of what the latest had.
    var former: [String: [UInt8]] = ["latest-run": Array("r1".utf8)]
    for index in 0..<16 { (former["seen/\(index)"], former["latest/\(index)"]) = ([1], [1]) }
    for (key, value) in [("a", "seen/3"), ("b", "latest/9")] {
      let etag = hex(Insecure.MD5.hash(data: Array("1".utf8)))
      former[value]? += Array(SHA256.hash(data: Array("\(key)\0\(etag)".utf8)).prefix(16))
    }
    try store.put("c", "1")
    let first = try run(store, from: Kept(state: former))
    #expect(first.names == ["c"])
    let failed = try run(store, from: first.kept.uncommitted(from: nil))
    #expect(failed.names == ["c"], "the former notes count until a run has committed")
    let second = try run(store, from: failed.kept)
    #expect(second.names.isEmpty)
    #expect(second.kept.state.keys.allSatisfy { former[$0] == nil })
    try store.put("d", "1")
    #expect(try run(store, from: second.kept).names == ["d"])
  }
}

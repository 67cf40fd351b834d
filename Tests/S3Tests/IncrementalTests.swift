// Only what is new: by key and ETag, kept in the pipeline's state.
import JSONValue
import PluginKit
import PluginTesting
import Testing

@testable import S3Plugin

@Suite struct IncrementalTests {
  private func run(_ store: Store, _ id: String, from before: PluginBench?, _ more: [String: JSONValue] = [:]) throws
    -> (names: [String], bench: PluginBench)
  {
    let bench = Store.bench()
    bench.meta["run"] = .string(id)
    if let before { bench.setState(before.seen.state) }
    var config = more
    config["incremental"] = true
    return (try store.rows(config, bench).map(\.relative), bench)
  }

  @Test func `a later run gets what is new or changed, and nothing twice`() throws {
    let store = try Store()
    for key in ["a", "b"] { try store.put(key, "1") }
    let first = try run(store, "1", from: nil)
    #expect(first.names == ["a", "b"])
    let second = try run(store, "2", from: first.bench)
    #expect(second.names.isEmpty)
    try store.put("b", "2")
    try store.put("c", "1")
    let third = try run(store, "3", from: second.bench)
    #expect(third.names == ["b", "c"])
    #expect(try run(store, "4", from: third.bench).names.isEmpty)
  }

  @Test func `another attempt of a run gets its objects again`() throws {
    let store = try Store()
    try store.put("a", "1")
    let first = try run(store, "1", from: nil)
    let again = try run(store, "1", from: first.bench)
    #expect(again.names == ["a"])
    #expect(try run(store, "2", from: again.bench).names.isEmpty)
  }

  @Test func `what was not read to the end is not seen`() throws {
    let store = try Store()
    for key in ["a", "b"] { try store.put(key, "1") }
    let bench = Store.bench()
    let stream = try store.open(["incremental": true], bench)
    _ = try stream.next()
    stream.close()
    #expect(bench.seen.state.isEmpty)
  }

  @Test func `what left the bucket is forgotten, unless the run stopped early`() throws {
    let store = try Store()
    for key in ["a", "b"] { try store.put(key, "1") }
    let first = try run(store, "1", from: nil)
    _ = try store.client.answer(S3Call("DELETE", bucket: store.bucket, key: "a", doing: "remove"), nil)
    let second = try run(store, "2", from: first.bench)
    let third = try run(store, "3", from: second.bench)
    try store.put("a", "1")
    #expect(try run(store, "4", from: third.bench).names == ["a"])
  }

  @Test func `notes that cannot be read stop the run`() throws {
    let store = try Store()
    try store.put("a", "1")
    let bench = Store.bench()
    bench.setState(["seen/3": [9, 1, 2]])
    #expect(problem { _ = try store.rows(["incremental": true], bench) }?.status == .state)
  }
}

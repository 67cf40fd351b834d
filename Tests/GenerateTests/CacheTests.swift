// What is kept, for whom, and what is asked again.
import FoundationEssentials
import JSONValue
import PluginKit
import PluginTesting
import Synchronization
import Testing

@testable import GeneratePlugin

@Suite struct CacheTests {
  private let config: JSONValue = ["prompt": "{{q}}", "temperature": 0, "concurrency": 2]

  @Test func `SHA-256 is SHA-256`() {
    #expect(
      ContentDigest(of: "").hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      ContentDigest(of: "abc").hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      ContentDigest(of: String(repeating: "a", count: 1_000_000)).hex
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func `a run that failed goes on where it was`() throws {
    let texts = (0..<60).map { "\($0)" }
    let asked = Asked()
    let first = bench(asked) { request in
      if request.said == "40" { throw PluginError(.io, "the line broke") }
      return "<\(request.said)>"
    }
    let error = try failure { _ = try first.generate(config, try questions(texts)) }
    #expect(error.details["row"] == 40)
    let again = Asked()
    let second = bench(again) { "<\($0.said)>" }
    second.setState(first.seen.state)
    let rows = try second.generate(config, try questions(texts))
    #expect(rows.map { $0["text"]?.string } == texts.map { "<\($0)>" })
    let finished = Set(asked.all.map(\.said)).subtracting(["40"])
    #expect(Set(again.all.map(\.said)) == Set(texts).subtracting(finished))
    #expect(second.seen.metrics["rows_from_cache"] == Double(finished.count))
    // And a third time nothing is asked.
    let none = Asked()
    let third = bench(none) { _ in "?" }
    third.setState(second.seen.state)
    #expect(try third.generate(config, try questions(texts)) == rows)
    #expect(none.count == 0 && third.seen.metrics["input_tokens"] == 0)
  }

  @Test func `rows that a cancelled run had finished are kept`() throws {
    let first = PluginBench(plugin)
    first.models["model"] = .closure { [unowned first] request, sink in
      try sink.emit(.text("<\(request.said)>"))
      try sink.emit(.finish(.stop))
      if request.said == "20" { first.cancel() }
    }
    let error = try failure {
      _ = try first.generate(
        ["prompt": "{{q}}", "temperature": 0, "concurrency": 1], try questions((0..<60).map { "\($0)" }))
    }
    #expect(error.status == .cancelled)
    let again = Asked()
    let second = bench(again) { "<\($0.said)>" }
    second.setState(first.seen.state)
    _ = try second.generate(config, try questions((0..<60).map { "\($0)" }))
    #expect(again.count < 60 && !again.all.contains { $0.said == "3" })
  }

  @Test func `the state holds one run's answers, not those of all`() throws {
    var state: [String: [UInt8]] = [:]
    for round in 0..<4 {
      let bench = bench { _ in String(repeating: "x", count: 10_000) }
      bench.setState(state)
      _ = try bench.generate(config, try questions((0..<60).map { "\(round) \($0)" }))
      state = bench.seen.state
    }
    let bytes = state.values.map(\.count).reduce(0, +)
    #expect(bytes > 600_000 && bytes < 700_000)
  }

  @Test func `a folder serves every pipeline that names it, and survives damage`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "cache-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let config: JSONValue = ["prompt": "{{q}}", "cache": ["folder": .string(folder)]]
    _ = try bench { "<\($0.said)>" }.generate(config, try questions(["a", "b"]))
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }
    #expect(files.count == 2)
    try Data("{\"cho".utf8).write(to: URL(filePath: "\(folder)/\(files[0])"))
    let asked = Asked()
    let rows = try bench(asked) { "<\($0.said)>" }.generate(config, try questions(["a", "b"]))
    #expect(asked.count == 1 && rows.map { $0["text"] } == ["<a>", "<b>"])
  }

  @Test func `another model, another request or no cache asks again`() throws {
    let base = bench { _ in "" }
    base.documents["model"] = ["name": "m", "artifact": "sha256:1", "path": "/a"]
    _ = try base.generate(config, try questions(["a"]))
    func asks(_ document: JSONValue, _ config: JSONValue) throws -> Int {
      let asked = Asked()
      let next = bench(asked) { _ in "" }
      next.documents["model"] = document
      next.setState(base.seen.state)
      _ = try next.generate(config, try questions(["a"]))
      return asked.count
    }
    // The same bytes at another place are the same model.
    #expect(try asks(["name": "m", "artifact": "sha256:1", "path": "/b"], config) == 0)
    #expect(try asks(["name": "m", "artifact": "sha256:2", "path": "/a"], config) == 1)
    #expect(try asks(["name": "m", "artifact": "sha256:1"], ["prompt": "{{q}}", "temperature": 1]) == 1)
    #expect(
      try asks(
        ["name": "m", "artifact": "sha256:1"], ["prompt": "{{q}}", "temperature": 0, "cache": ["use": "off"]]) == 1)
  }

  @Test func `a file that changed in its place is another model`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "model-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let document: JSONValue = ["path": .string("\(folder)/m.gguf")]
    try Data("one".utf8).write(to: URL(filePath: "\(folder)/m.gguf"))
    let before = ModelIdentity.text(document)
    #expect(ModelIdentity.text(document) == before)
    try Data("other".utf8).write(to: URL(filePath: "\(folder)/m.gguf"))
    #expect(ModelIdentity.text(document) != before)
  }

  @Test func `failures are not kept`() throws {
    let first = bench { _ in throw PluginError(.data, "no") }
    _ = try first.generate(
      ["prompt": "{{q}}", "temperature": 0, "concurrency": 2, "on_error": "null", "at_most": 1], try questions(["a"]))
    let asked = Asked()
    let second = bench(asked) { _ in "yes" }
    second.setState(first.seen.state)
    #expect(try second.generate(config, try questions(["a"]))[0]["text"] == "yes")
    #expect(asked.count == 1)
  }
}

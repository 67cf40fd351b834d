// Versions of models: what is handed to the host, and from where.
import Foundation
import JSONValue
import PluginKit
import PluginTesting
import TestSupport
import Testing

@testable import ReleasePlugin

struct RegisterTests {
  private let folder = TemporaryFolder()

  private func register(
    _ document: JSONValue, _ configuration: [String: JSONValue] = [:], bench: PluginBench = PluginBench(plugin)
  ) throws -> (report: JSONValue, findings: [JSONValue]) {
    bench.documents["model"] = document
    let all: [String: JSONValue] = ["name": "mine", "alias": "candidate"].merging(configuration) { $1 }
    return try bench.instance("register", .object(all)).perform()
  }

  @Test func `a model elsewhere is copied into the store, and stays where it was`() throws {
    let path = try folder.write("bytes of a model", to: "m.gguf")
    let bench = PluginBench(plugin)
    let result = try register(["format": "gguf", "path": .string(path), "license": "mit"], bench: bench)
    let published = try #require(bench.seen.published.first)
    #expect(published.kind == "model")
    #expect(published.metadata == ["format": "gguf", "license": "mit", "name": "mine", "alias": "candidate"])
    #expect(try String(contentsOfFile: published.path, encoding: .utf8) == "bytes of a model")
    #expect(try folder.read("m.gguf") == "bytes of a model")
    #expect(result.findings.allSatisfy { $0["passed"] == true })
    #expect(result.report["tables"]?[0]?["rows"]?.array?.contains(["artifact", "sha256:bench"]) == true)
    #expect(!bench.seen.progress.isEmpty)
  }

  @Test func `a folder is copied with all that is in it`() throws {
    try folder.write("{}", to: "hf/config.json")
    try folder.write("w", to: "hf/deep/model.safetensors")
    let bench = PluginBench(plugin)
    _ = try register(["format": "hf", "path": .string("\(folder.path)/hf")], bench: bench)
    let kept = try #require(bench.seen.published.first?.path)
    #expect(try String(contentsOfFile: "\(kept)/deep/model.safetensors", encoding: .utf8) == "w")
    #expect(try String(contentsOfFile: "\(kept)/config.json", encoding: .utf8) == "{}")
  }

  @Test func `what a trainer has published is not copied`() throws {
    let bench = PluginBench(plugin)
    let path = try folder.write("published", to: "store/a.gguf")
    let document: JSONValue = [
      "format": "gguf-lora", "path": .string(path), "artifact": "sha256:abc", "use": "x/y", "config": [:], "version": 4,
      "serve": ["use": "llama-cpp/model"], "base": ["name": "b", "license": "apache-2.0"],
    ]
    let result = try register(document, ["description": "A test."], bench: bench)
    #expect(bench.seen.progress.isEmpty)
    #expect(
      bench.seen.published.first?.metadata == [
        "format": "gguf-lora", "artifact": "sha256:abc", "serve": ["use": "llama-cpp/model"],
        "base": ["name": "b", "license": "apache-2.0"], "name": "mine", "alias": "candidate", "description": "A test.",
      ])
    // The base's licence speaks for the adapter.
    #expect(result.findings[0]["passed"] == true)
  }

  @Test func `figures of all reports go with the version`() throws {
    let bench = PluginBench(plugin)
    bench.reports["scores"] = [
      "title": "S", "metrics": [["name": "exact_match", "value": 0.5, "interval": [0.4, 0.6]], ["value": 3]],
    ]
    bench.reports["speed"] = ["title": "V", "metrics": [["name": "p95", "value": nil]]]
    let path = try folder.write("x", to: "m.gguf")
    let result = try register(["format": "gguf", "path": .string(path)], bench: bench)
    #expect(
      bench.seen.published.first?.metadata["figures"] == [
        ["name": "exact_match", "value": 0.5, "interval": [0.4, 0.6], "report": "scores"],
        ["name": "p95", "value": nil, "report": "speed"],
      ])
    #expect(
      result.report["tables"]?[1]?["rows"] == [
        ["scores", "exact_match", 0.5, 0.4, 0.6], ["speed", "p95", nil, nil, nil],
      ])
  }

  @Test func `a licence that nobody knows is a warning, one in the configuration counts`() throws {
    let path = try folder.write("x", to: "m.gguf")
    let unknown = try register(["format": "gguf", "path": .string(path)])
    #expect(unknown.findings[0]["rule"] == "licence")
    #expect(unknown.findings[0]["passed"] == false)
    #expect(unknown.findings[0]["severity"] == "warn")
    #expect(
      try register(["format": "gguf", "path": .string(path)], ["license": "mit"]).findings[0]["observed"] == "mit")
  }

  @Test func `a model behind a remote service cannot be registered`() throws {
    let failure = #expect(throws: PluginError.self) { try register(["use": "openai-compatible/model", "config": [:]]) }
    #expect(failure?.status == .data)
    #expect(failure?.details["next"] != nil)
  }

  @Test func `files that are not there are named`() throws {
    let failure = #expect(throws: PluginError.self) { try register(["format": "gguf", "path": "/nowhere/m.gguf"]) }
    #expect(failure?.status == .notFound)
    #expect(failure?.details["file"] == "/nowhere/m.gguf")
  }

  @Test func `a copy stops when the run is cancelled, and nothing is published`() throws {
    let path = try folder.write([UInt8](repeating: 7, count: 24 << 20), to: "big.gguf")
    let bench = PluginBench(plugin)
    bench.cancel(afterProgress: 2)
    let failure = #expect(throws: PluginError.self) {
      try register(["format": "gguf", "path": .string(path)], bench: bench)
    }
    #expect(failure?.status == .cancelled)
    #expect(bench.seen.published.isEmpty)
  }

  @Test func `a run cancelled before it begins publishes nothing`() throws {
    let path = try folder.write("x", to: "m.gguf")
    let bench = PluginBench(plugin)
    bench.cancel()
    #expect(throws: PluginError.self) { try register(["format": "gguf", "path": .string(path)], bench: bench) }
    #expect(bench.seen.published.isEmpty)
  }
}

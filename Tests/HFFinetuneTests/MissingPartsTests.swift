// What is said where something outside is missing. Needs no Python packages.
import Foundation
import JSONValue
import PluginKit
import PluginTesting
import Testing

@testable import HFFinetunePlugin

@Suite struct MissingPartsTests {
  private func refusal(
    _ config: JSONValue, base: JSONValue? = nil, inputs: [(name: String, stream: any BatchStream)]? = nil
  ) throws -> PluginError {
    let bench = PluginBench(plugin)
    bench.documents["base"] = base
    let trainer = try bench.instance("lora", config)
    return try #require(
      #expect(throws: PluginError.self) { try trainer.train(inputs ?? [("train", Training.chats(2))]) })
  }

  private let anyPython: JSONValue = "/bin/sh"

  @Test func `without the packages it says how to get them`() throws {
    let error = try refusal(["python": "/nowhere/python", "base_path": "/tmp"])
    #expect(error.status == .unsupported)
    #expect(error.message.contains("Scripts/setup-training.sh"))
    #expect(error.details["path"] == "/python")
  }

  @Test func `an interpreter without PyTorch is named as lacking a package`() throws {
    let folder = "\(FileManager.default.temporaryDirectory.path)/base-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let error = try refusal(["python": "/usr/bin/python3", "base_path": .string(folder), "device": "cpu"])
    #expect(error.status == .unsupported)
    #expect(error.message.contains("setup-training.sh"))
  }

  @Test func `a program that is no interpreter fails with what it said`() throws {
    let error = try refusal(["python": anyPython, "base_path": "/tmp"])
    #expect(error.status == .internal)
    #expect(error.details["log"]?.string?.isEmpty == false)
  }

  @Test func `without a base model the field is named`() throws {
    let error = try refusal(["python": anyPython])
    #expect(error.status == .configuration)
    #expect(error.details["path"] == "/base_path")
  }

  @Test func `a base that only answers over a network, or is an adapter, cannot be trained`() throws {
    let remote = try refusal(["python": anyPython], base: ["use": "openai-compatible/model", "config": ["model": "x"]])
    #expect(remote.status == .unsupported)
    #expect(remote.message.contains("openai-compatible/model"))
    let adapter = try refusal(["python": anyPython], base: ["format": "gguf-lora", "path": "/tmp/x.gguf"])
    #expect(adapter.message.contains("adapter"))
  }

  @Test func `a base that is gone is named by its path`() throws {
    let error = try refusal(["python": anyPython], base: ["format": "gguf", "path": "/nowhere/x.gguf"])
    #expect(error.status == .notFound)
    #expect(error.details["file"] == "/nowhere/x.gguf")
  }

  @Test func `early stopping without validation rows is refused before anything starts`() throws {
    let error = try refusal(["python": anyPython, "base_path": "/tmp", "patience": 2])
    #expect(error.details["path"] == "/patience")
  }

  @Test func `a table of other columns is refused before anything starts`() throws {
    let table = try BatchList([Field("id", .int64)], rows: [[1]])
    let error = try refusal(["python": anyPython, "base_path": "/tmp"], inputs: [("train", table)])
    #expect(error.status == .data)
    #expect(error.message.contains("'id'"))
  }
}

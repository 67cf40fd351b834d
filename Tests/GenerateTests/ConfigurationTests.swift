// Configurations that cannot be meant, and the descriptor.
import CPluginABI
import JSONValue
import PluginKit
import PluginTesting
import Testing

@testable import GeneratePlugin

@Suite struct ConfigurationTests {
  @Test(
    arguments: [
      ([:], ""), (["prompt": "a", "messages": [["role": "user", "content": "b"]]], ""), (["messages": []], "/messages"),
      (["prompt": "a", "columns": [["name": "x", "type": "text"]]], "/columns/0/type"),
      (["prompt": "a", "columns": [["name": "x", "pointer": "x"]]], "/columns/0/pointer"),
      (["prompt": "a", "columns": [["name": "x"], ["name": "x"]]], "/columns"),
      (["prompt": "a", "columns": [["name": "text"]]], "/columns"),
      (["prompt": "a", "columns": [["name": "x"]], "samples": 2], "/columns"),
      (["prompt": "a", "at_most": 0.5], "/at_most"), (["prompt": "a", "cache": ["folder": "here"]], "/cache/folder"),
      (["prompt": "a", "cache": ["use": "state", "folder": "/x"]], "/cache/folder"),
      (["prompt": "a", "tools": [], "tools_column": "t"], "/tools_column"),
      (["prompt": "a", "on_error": "ignore"], "/on_error"), (["prompt": 3], "/prompt"),
      (["messages": [["role": "user", "content": "{{"]]], "/messages/0/content"),
    ] as [(JSONValue, String)]) func `it is refused with its place`(_ config: JSONValue, _ path: String) throws
  {
    let error = try failure { _ = try PluginBench(plugin).instance("generate", config) }
    #expect(error.status == .configuration && error.details["path"] == .string(path))
  }

  @Test func `a new column may not take the name of one that is there`() throws {
    let stage = try PluginBench(plugin).instance("generate", ["prompt": "a"])
    let error = try failure { _ = try stage.bind([(name: "rows", schema: Schema([Field("text", .utf8)]))]) }
    #expect(error.message.contains("'text'") && error.details["path"] == "/prefix")
  }

  @Test func `a cache folder that cannot be is said before a row is asked`() throws {
    let asked = Asked()
    let error = try failure {
      _ = try bench(asked) { _ in "" }.generate(
        ["prompt": "a", "cache": ["folder": "/proc/nowhere"]], try questions(["a"]))
    }
    #expect(error.status == .configuration && error.details["path"] == "/cache/folder" && asked.count == 0)
  }

  @Test func `every example of every component is a usable configuration`() throws {
    for component in plugin.descriptor["components"]?.array ?? [] {
      let properties = component["config"]?["properties"]?.object ?? [:]
      for example in component["examples"]?.array ?? [] {
        let config = try #require(example["config"])
        #expect(config.object?.keys.allSatisfy { properties[$0] != nil } == true)
        _ = try PluginBench(plugin).instance(try #require(component["name"]?.string), config)
      }
    }
  }

  @Test func `the stages take rows and a model`() {
    for component in plugin.descriptor["components"]?.array ?? [] {
      #expect(component["kind"] == "stage")
      #expect(component["inputs"]?.array?.map { $0["type"] } == ["table", "model"])
    }
  }
}

// The configuration: what the form offers is what the component takes, and what is wrong is named.
import CPluginABI
import JSONValue
import PluginKit
import PluginTesting
import Testing

@testable import HFFinetunePlugin

@Suite struct SettingsTests {
  private let component = plugin.descriptor["components"]?[0] ?? .null

  @Test func `the descriptor offers one trainer of tables and a base model`() {
    #expect(component["name"] == "lora")
    #expect(component["kind"] == "trainer")
    #expect(component["inputs"]?.array?.compactMap { $0["name"]?.string } == ["train", "validation", "base"])
    #expect(component["inputs"]?[2]?["type"] == "model")
  }

  @Test func `every example and the defaults alone are usable configurations`() throws {
    let properties = component["config"]?["properties"]?.object ?? [:]
    for example in (component["examples"]?.array ?? []).map({ $0["config"] ?? .null }) + [[:]] {
      #expect(example.object?.keys.allSatisfy { properties[$0] != nil } == true)
      _ = try PluginBench(plugin).instance("lora", example)
    }
  }

  @Test func `every field has a title, a place in the form and limits that the component keeps as well`() throws {
    let properties = component["config"]?["properties"]?.object ?? [:]
    #expect(component["config"]?["x-order"]?.array?.count == properties.count)
    for (key, schema) in properties {
      #expect(schema["title"]?.string?.isEmpty == false)
      guard let least = schema["minimum"]?.double else { continue }
      let error = #expect(throws: PluginError.self) {
        try PluginBench(plugin).instance("lora", [key: .int(Int64(least) - 1)])
      }
      #expect(error?.details["path"] == .string("/\(key)"))
    }
  }

  private static let senseless: [(String, JSONValue)] = [
    ("learning_rate", 0), ("dropout", 1), ("target_modules", []), ("method", "full"), ("scheduler", "wavy"),
    ("data_format", "sonnet"), ("epochs", "many"), ("batch_size", 1.5),
  ]

  @Test(arguments: senseless)
  func `a value that makes no sense is refused at its field`(key: String, value: JSONValue) throws {
    let error = #expect(throws: PluginError.self) { try PluginBench(plugin).instance("lora", [key: value]) }
    #expect(error?.status == .configuration)
    #expect(error?.details["path"] == .string("/\(key)"))
  }

  @Test func `the module is offered to hosts of this ABI and to no others`() {
    #expect(plugin.module(UInt32(OTE_ABI_CURRENT)) != nil)
    #expect(plugin.module(2 << 16) == nil)
  }
}

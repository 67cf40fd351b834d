// What the plugin says about itself.
import CPluginABI
import JSONValue
import PluginKit
import Testing

@testable import LlamaCppPlugin

@Suite struct DescriptorTests {
  @Test func `every example is a usable configuration`() throws {
    let component = try #require(plugin.descriptor["components"]?[0])
    #expect(component["kind"] == "provider")
    let properties = component["config"]?["properties"]?.object ?? [:]
    let examples = component["examples"]?.array ?? []
    #expect(!examples.isEmpty)
    for example in examples {
      let config = try #require(example["config"])
      #expect(config.object?.keys.allSatisfy { properties[$0] != nil } == true)
      _ = try config.decode(Configuration.self)
    }
  }

  @Test func `the module is offered to hosts of this ABI and to no others`() {
    #expect(plugin.module(UInt32(OTE_ABI_CURRENT)) != nil)
    #expect(plugin.module(2 << 16) == nil)
  }
}

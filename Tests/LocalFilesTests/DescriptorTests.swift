// What the plugin says about itself.
import CPluginABI
import JSONValue
import PluginKit
import Testing

@testable import LocalFilesPlugin

@Suite struct DescriptorTests {
  @Test func `the descriptor lists a source of files and a sink of files`() throws {
    let components = plugin.descriptor["components"]?.array ?? []
    #expect(components.map { $0["name"]?.string } == ["source", "folder"])
    #expect(components.map { $0["kind"]?.string } == ["source", "sink"])
    #expect(components[0]["outputs"]?[0]?["type"] == "files")
    #expect(components[1]["inputs"]?[0]?["type"] == "files")
  }

  @Test func `every example of every component is a usable configuration`() throws {
    for component in plugin.descriptor["components"]?.array ?? [] {
      let properties = component["config"]?["properties"]?.object ?? [:]
      for example in component["examples"]?.array ?? [] {
        let config = try #require(example["config"])
        #expect(config.object?.keys.allSatisfy { properties[$0] != nil } == true)
        if component["name"] == "source" {
          _ = try config.decode(SourceConfiguration.self)
        } else {
          _ = try config.decode(FolderConfiguration.self)
        }
      }
    }
  }

  @Test func `the module is offered to hosts of this ABI and to no others`() {
    #expect(plugin.module(UInt32(OTE_ABI_CURRENT)) != nil)
    #expect(plugin.module(2 << 16) == nil)
  }
}

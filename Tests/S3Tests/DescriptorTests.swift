// What the plugin says about itself.
import JSONValue
import PluginKit
import Testing

@testable import S3Plugin

@Suite struct DescriptorTests {
  @Test func `every field has its place in the form, and every example fits`() throws {
    for component in plugin.descriptor["components"]?.array ?? [] {
      let config = try #require(component["config"])
      let names = Set((config["properties"]?.object ?? [:]).keys)
      let order = (config["x-order"]?.array ?? []).compactMap(\.string)
      #expect(Set(order) == names && order.count == names.count)
      for example in component["examples"]?.array ?? [] {
        let config = try #require(example["config"])
        #expect(Set((config.object ?? [:]).keys).isSubset(of: names))
        if component["kind"] == "source" {
          _ = try config.decode(SourceConfiguration.self)
        } else {
          _ = try config.decode(SinkConfiguration.self)
        }
      }
    }
  }
}

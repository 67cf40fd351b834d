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
        // What a document calls ${secrets.NAME} the host hands over as a reference.
        var config = try #require(example["config"])
        if var object = config.object, object["secret_key"]?.string?.hasPrefix("${secrets.") == true {
          object["secret_key"] = ["$secret": "S3_SECRET"]
          config = .object(object)
        }
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

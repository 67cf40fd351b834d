// What the plugin says about itself, and what configurations it takes.
import JSONValue
import PluginKit
import PluginTesting
import Testing

@testable import GoogleDrivePlugin

@Suite struct DescriptorTests {
  private var components: [JSONValue] { plugin.descriptor["components"]?.array ?? [] }

  @Test func `both components describe themselves, the same each time`() {
    #expect(components.compactMap { $0["name"]?.string } == ["source", "sink"])
    #expect(plugin.descriptor.text == plugin.descriptor.text)
  }

  @Test func `every example makes a component without network`() throws {
    let bench = PluginBench(plugin)
    for component in components {
      for example in component["examples"]?.array ?? [] {
        _ = try bench.instance(component["name"]?.string ?? "", example["config"] ?? [:])
      }
    }
  }

  @Test func `every place of a secret is marked, and takes nothing else`() throws {
    let auth = try #require(SourceSchema.descriptor.config.at(pointer: "/properties/auth/oneOf")?.array)
    let marked = auth.flatMap { variant in
      (variant["properties"]?.object ?? [:]).filter { $0.value["x-secret"]?.bool == true }.map(\.key)
    }
    #expect(marked.sorted() == ["client_secret", "key", "refresh_token", "token"])
    let bench = PluginBench(plugin)
    let plain: JSONValue = ["auth": ["method": "access_token", "token": "ya29.plain"]]
    let refused = problem { _ = try bench.instance("source", plain) }
    #expect(refused?.details["path"]?.string == "/auth/token" && refused?.message.contains("ya29") == false)
  }

  @Test(arguments: [
    (#"{"auth": {"method": "magic"}}"#, "/auth/method"), (#"{"attempts": 0}"#, "/attempts"),
    (#"{"parallel": 99}"#, "/parallel"), (#"{"endpoints": {"api": "http://example.org"}}"#, "/endpoints/api"),
    (#"{"endpoints": {"token": "https://u@example.org"}}"#, "/endpoints/token"),
    (#"{"folder": "https://example.org/x"}"#, "/folder"), (#"{"include": ["ok", "[a"]}"#, "/include/1"),
    (#"{"export": {"documents": "xlsx"}}"#, "/export/documents"), (#"{"max_files": 0}"#, "/max_files"),
  ])
  func `a wrong configuration is refused at its field`(config: String, path: String) throws {
    let bench = PluginBench(plugin)
    let refused = problem { _ = try bench.instance("source", try JSONValue(parsing: config)) }
    #expect(
      refused?.status == .configuration && refused?.details["path"]?.string == path,
      "\(refused?.description ?? "taken")")
  }

  @Test func `the sink refuses what it does not know`() throws {
    let bench = PluginBench(plugin)
    #expect(
      problem { _ = try bench.instance("sink", ["overwrite": "append"]) }?.details["path"]?.string == "/overwrite")
    #expect(problem { _ = try bench.instance("sink", ["parallel": 0]) }?.details["path"]?.string == "/parallel")
  }

  @Test func `tokens go to Google and to the configured address only`() {
    let usual = Endpoints()
    #expect(usual.trusts("https://www.googleapis.com/upload/drive/v3/files?upload_id=x"))
    #expect(usual.trusts("https://content.googleapis.com/x"))
    for url in [
      "http://www.googleapis.com/x", "https://googleapis.com.example.org/x", "https://example.org/googleapis.com",
    ] {
      #expect(!usual.trusts(url), "\(url)")
    }
  }
}

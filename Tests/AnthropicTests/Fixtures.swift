// The stand-in and benches that the tests share.
import JSONValue
import PluginKit
import PluginTesting
import TestSupport
import Testing

@testable import AnthropicPlugin

enum StandIn {
  static let secret = "sk-ant-secret-0123456789"
  static let server = Result { try PythonServer(fixture: "providers/hostile_anthropic.py") }

  static func base() throws -> String { "http://127.0.0.1:\(try server.get().port)" }

  /// What a mode was asked: path, headers and body of each request.
  static func seen(_ mode: String) throws -> [JSONValue] {
    try JSONValue(parsing: try server.get().ask("GET", "/seen/\(mode)").body).array ?? []
  }

  /// A provider on a bench of its own, for one way to behave.
  static func model(
    _ mode: String, _ more: JSONValue = [:], key: String = secret
  ) throws -> (bench: PluginBench, model: BenchInstance) {
    let bench = PluginBench(plugin)
    bench.secrets["key"] = key
    var config: [String: JSONValue] = [
      "base_url": .string("\(try base())/\(mode)"), "model": "claude-test", "api_key": ["$secret": "key"],
    ]
    config.merge(more.object ?? [:]) { $1 }
    let model = try bench.instance("model", .object(config))
    try model.load()
    return (bench, model)
  }
}

/// The error that a call ends with.
func failure(_ body: () throws -> Void) throws -> PluginError {
  try #require(#expect(throws: PluginError.self) { try body() })
}

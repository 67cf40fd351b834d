// Servers and benches that the tests share.
import JSONValue
import PluginKit
import PluginTesting
import TestSupport
import Testing

@testable import OpenAICompatiblePlugin

enum Hostile {
  static let server = Result { try PythonServer(fixture: "providers/hostile_openai.py") }

  static func base(_ mode: String) throws -> JSONValue {
    .string("http://127.0.0.1:\(try server.get().port)/\(mode)/v1")
  }

  /// What a mode was asked: path, headers and body of each request.
  static func seen(_ mode: String) throws -> [JSONValue] {
    try JSONValue(parsing: try server.get().ask("GET", "/seen/\(mode)").body).array ?? []
  }

  /// A provider on a bench of its own, for one way to misbehave.
  static func model(_ mode: String, _ more: JSONValue = [:]) throws -> (bench: PluginBench, model: BenchInstance) {
    let bench = PluginBench(plugin)
    bench.secrets["key"] = secret
    var config: [String: JSONValue] = ["base_url": try base(mode), "model": "m", "api_key": ["$secret": "key"]]
    config.merge(more.object ?? [:]) { $1 }
    let model = try bench.instance("model", .object(config))
    try model.load()
    return (bench, model)
  }

  static let secret = "sk-very-secret-0123456789"
}

/// The error that a call ends with.
func failure(_ body: () throws -> Void) throws -> PluginError {
  try #require(#expect(throws: PluginError.self) { try body() })
}

extension [ModelEvent] {
  var text: String { reduce(into: "") { if case .text(let part) = $1 { $0 += part } } }
}

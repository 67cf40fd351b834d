// A saved connection to a server of models that behaves as its address says, with a key that is a secret.
import Foundation
import TestSupport
import Testing

enum FarModel {
  private static let server = Result { try PythonServer(fixture: "providers/hostile_openai.py") }
  static let key = "sk-c4n4ry-\(UUID().uuidString)"

  /// An installation with the connection `far`, tried by nobody yet.
  static func host(_ mode: String, _ plugins: String...) throws -> TestHost {
    let host = try TestHost("openai-compatible")
    try host.enable(plugins)
    try host.setSecret("KEY", key)
    try host.permit("openai-compatible", secrets: ["KEY"])
    let added = try host.ote(
      "connections", "add", "far", "--use", "openai-compatible/model", "--no-check",
      "--set", "base_url=http://127.0.0.1:\(try server.get().port)/\(mode)/v1",
      "--set", "model=m", "--set", "api_key=${secrets.KEY}", "--set", "attempts=1")
    #expect(added.code == 0, "\(added.errors)")
    return host
  }
}

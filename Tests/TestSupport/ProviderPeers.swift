// Real and misbehaving servers of models for the tests of providers.
import Foundation

package enum ProviderPeers {
  /// The interpreter with a real model server and an official client, made on first use.
  package static let interpreter = Result { try printed(by: "Tests/Fixtures/python/providers/setup.sh") }

  /// SmolLM2 as a GGUF file, fetched on first use.
  package static let model = Result { try printed(by: "Scripts/setup-smollm2.sh") }

  private static func printed(by script: String) throws -> String {
    let path = "\(Products.sources)/\(script)"
    let made = try RunningProgram("/bin/sh", [path], environment: ProcessInfo.processInfo.environment).finish(
      within: 900)
    guard made.code == 0, let line = made.output.split(separator: "\n").last.map(String.init) else {
      throw Products.BuildFailed(script: path, errors: made.errors)
    }
    return line
  }

  package static func script(_ name: String) -> String { "\(Products.sources)/Tests/Fixtures/python/providers/\(name)" }

  /// llama.cpp's own server with SmolLM2.
  package static func llamaServer(_ options: [String] = []) throws -> PythonServer {
    try PythonServer(
      [script("llama_server.py"), try model.get()] + options, readyLine: "port ", interpreter: try interpreter.get())
  }
}

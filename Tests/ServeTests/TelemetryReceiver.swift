// A receiver of telemetry on loopback, and the official libraries that read what it got.
import Foundation
import JSONValue
import TestSupport

/// Belongs to the test that started it.
final class TelemetryReceiver {
  let port: Int
  private let program: RunningProgram
  private let folder = TemporaryFolder()
  private var file: String { "\(folder.path)/requests.jsonl" }

  /// `mode` as in receiver.py.
  init(_ mode: String = "ok") throws {
    program = try RunningProgram(
      "/usr/bin/env", ["python3", Self.script("receiver"), "\(folder.path)/requests.jsonl", mode],
      environment: ProcessInfo.processInfo.environment)
    let line = try program.waitForLine { $0.hasPrefix("port ") }
    guard let port = line.flatMap({ Int($0.dropFirst(5)) }) else {
      throw ServedHost.Unexpected("the receiver did not start: \(try program.finish().errors)")
    }
    self.port = port
  }

  var address: String { "http://127.0.0.1:\(port)" }

  /// Blocks until it has taken one more request; `status` is what it answered.
  func waitForRequest(status: Int = 200) throws {
    guard try program.waitForLine({ $0.hasPrefix("took ") && $0.hasSuffix(" \(status)") }) != nil else {
      throw ServedHost.Unexpected("no request came")
    }
  }

  func traces() throws -> [JSONValue] { try Self.read("traces", file) }
  func lineage() throws -> [JSONValue] { try Self.read("lineage", file) }

  /// When each request came, in seconds since 1970.
  func times() throws -> [Double] {
    try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").compactMap {
      try JSONValue(parsing: String($0))["at"]?.double
    }
  }

  static func read(_ kind: String, _ file: String) throws -> [JSONValue] {
    let result = try RunningProgram(
      python.get(), [script("read_\(kind)"), file], environment: ProcessInfo.processInfo.environment
    ).finish(within: 60)
    guard result.code == 0 else { throw ServedHost.Unexpected("read_\(kind): \(result.errors)") }
    return try result.json().array ?? []
  }

  private static func script(_ name: String) -> String { "\(Products.sources)/Tests/Fixtures/telemetry/\(name).py" }

  private static let python = Result {
    let result = try RunningProgram(
      "/bin/sh", ["\(Products.sources)/Tests/Fixtures/python/setup.sh"],
      environment: ProcessInfo.processInfo.environment
    ).finish(within: 300)
    guard result.code == 0, let path = result.output.split(separator: "\n").last else {
      throw ServedHost.Unexpected("the Python environment of the tests cannot be made: \(result.errors)")
    }
    return String(path)
  }
}

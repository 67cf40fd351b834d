// Another implementation, in Python, asked for the same figures: JSON in, JSON out.
import Foundation
package import JSONValue

package enum PythonPeer {
  package struct Failed: Error, CustomStringConvertible {
    package let script: String
    package let errors: String
    package var description: String { "\(script) failed: \(errors)" }
  }

  /// The interpreter of the tests' Python environment, made on first use.
  package static let interpreter = Result {
    let script = "\(Products.sources)/Tests/Fixtures/python/setup.sh"
    let made = try RunningProgram("/bin/sh", [script], environment: ProcessInfo.processInfo.environment).finish(
      within: 600)
    guard made.code == 0, let path = made.output.split(separator: "\n").last.map(String.init) else {
      throw Products.BuildFailed(script: script, errors: made.errors)
    }
    return path
  }

  /// Runs a script below `Tests/Fixtures/python` with `input` on stdin and parses what it prints.
  package static func ask(_ script: String, _ input: JSONValue, within seconds: Double = 300) throws -> JSONValue {
    let folder = TemporaryFolder()
    let file = try folder.write(input.text, to: "input.json")
    let path = "\(Products.sources)/Tests/Fixtures/python/\(script)"
    let ended = try RunningProgram(
      try interpreter.get(), [path], environment: ProcessInfo.processInfo.environment, input: file
    ).finish(within: seconds)
    guard ended.code == 0 else { throw Failed(script: script, errors: ended.errors) }
    return try JSONValue(parsing: ended.output)
  }
}

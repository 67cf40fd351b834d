// A server of the fixtures in Python, at the pinned versions of Tests/Fixtures/python. Ends with the tests.
import Foundation

/// Each request has a connection of its own, and the program is only kept, so several threads may ask.
package final class PythonServer: @unchecked Sendable {
  package let port: Int
  private let program: RunningProgram

  /// `arguments` are the interpreter's. Ready once a line of stderr ends with its port, behind a colon or a space.
  package init(_ arguments: [String], readyLine: String, interpreter: String? = nil) throws {
    program = try ServingThread.start(
      ["-c", "exec setpriv --pdeathsig KILL \"$0\" \"$@\" 1>&2", try interpreter ?? PythonPeer.interpreter.get()]
        + arguments,
      environment: ProcessInfo.processInfo.environment)
    let line = try program.waitForLine { $0.contains(readyLine) }
    let number = line?.split(whereSeparator: { !$0.isNumber }).last { (Int($0) ?? 0) > 1023 }
    guard let port = number.flatMap({ Int($0) }) else {
      throw ServedHost.Unexpected("no server came of \(arguments): \(try program.finish().errors)")
    }
    self.port = port
  }

  /// A script of the fixtures that prints `port N`.
  package convenience init(fixture name: String) throws {
    try self.init(["\(Products.sources)/Tests/Fixtures/python/\(name)"], readyLine: "port ")
  }

  // MARK: requests

  /// `path` as it stands in an address of this server; a whole address is taken too.
  package func ask(
    _ method: String, _ path: String, form: String? = nil, bytes: [UInt8] = [], type: String? = nil
  ) throws -> HTTPAnswer {
    let connection = try HTTPConnection(port: port)
    let own = path.range(of: "://").flatMap { path[$0.upperBound...].firstIndex(of: "/") }.map { String(path[$0...]) }
    let headers = (form.map { _ in "application/x-www-form-urlencoded" } ?? type).map { [("Content-Type", $0)] } ?? []
    try connection.request(method, own ?? path, headers: headers, body: form.map { Array($0.utf8) } ?? bytes)
    return try connection.readAll()
  }
}

// The hostile server, started once for all tests of this target.
import JSONValue
import TestSupport

@testable import HTTPTransfer

enum Server {
  private static let shared = Result { try PythonServer(fixture: "hostile_http.py") }

  static func address(_ path: String) throws -> String { "http://127.0.0.1:\(try shared.get().port)\(path)" }

  static func get(_ path: String, _ client: HTTPClient = HTTPClient()) throws -> HTTPResponse {
    try client.send(HTTPRequest("GET", try address(path)), nil)
  }

  /// How /...?key=KEY was asked so far.
  static func seen(_ key: String) throws -> [JSONValue] { try get("/seen/\(key)").json().array ?? [] }
}

// llama.cpp's own server as a peer, in a process of its own.
import JSONValue
import TestSupport

struct LlamaServer: Sendable {
  private let server: PythonServer

  init(_ options: [String] = []) throws { server = try ProviderPeers.llamaServer(options) }

  func ask(_ path: String, _ body: JSONValue) throws -> JSONValue {
    let connection = try HTTPConnection(port: server.port)
    let headers = [("Content-Type", "application/json"), ("Authorization", "Bearer a key of the tests")]
    try connection.request("POST", path, headers: headers, body: Array(body.text.utf8))
    let answer = try connection.readAll()
    guard answer.status == 200 else { throw ServedHost.Unexpected("\(path): \(answer.status) \(answer.text)") }
    return answer.json
  }

  private static let one = Result { try LlamaServer() }
  static func shared() throws -> LlamaServer { try one.get() }
}

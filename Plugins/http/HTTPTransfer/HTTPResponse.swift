// What was answered.
package import JSONValue
package import PluginKit

package struct HTTPResponse: Sendable {
  package internal(set) var status = 0
  package internal(set) var headers = HTTPHeaders()
  /// Empty where the body went to a file or to a closure.
  package internal(set) var body: [UInt8] = []
  /// Bytes of the body that came, wherever they went.
  package internal(set) var received: Int64 = 0
  /// The host that answered, with its port where that is not the usual one; for messages.
  package internal(set) var host = ""

  package init() {}

  package var isSuccess: Bool { (200..<300).contains(status) }
  package var text: String { String(decoding: body, as: UTF8.self) }

  package func json() throws -> JSONValue {
    do { return try JSONValue(parsing: body) } catch {
      throw PluginError(.io, "\(host) answered with something that is not JSON: \(error)", details: details)
    }
  }

  package var details: [String: JSONValue] { ["http_status": .int(Int64(status)), "host": .string(host)] }

  /// The answer as a failure, where its body says nothing more precise. `doing` is what was tried: "list the models".
  package func problem(_ doing: String, words: String? = nil) -> PluginError {
    let said = words.map { ": \($0)" } ?? ""
    let (status, retryable) = Self.meaning(of: self.status)
    return PluginError(
      status, "could not \(doing): \(host) answered \(self.status)\(said)", retryable: retryable, details: details)
  }

  static func meaning(of status: Int) -> (PluginError.Status, retryable: Bool) {
    switch status {
    case 401, 407: (.authentication, false)
    case 403: (.denied, false)
    case 404, 410: (.notFound, false)
    case 408, 504: (.timeout, true)
    case 409, 412: (.state, false)
    case 413: (.resource, false)
    case 429: (.resource, true)
    case 501: (.unsupported, false)
    case 500...599: (.io, true)
    case 400...499: (.invalidArgument, false)
    default: (.io, false)
    }
  }
}

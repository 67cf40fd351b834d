// Where an answer sends a request on to, and what may go along.
internal import PluginKit

enum Redirect {
  /// nil where the answer is no redirect, or one that cannot be followed with this request.
  static func next(after response: HTTPResponse, of request: HTTPRequest) throws -> HTTPRequest? {
    guard [301, 302, 303, 307, 308].contains(response.status), let location = response.headers["Location"] else {
      return nil
    }
    guard let target = Address.resolve(location, from: request.url) else {
      throw refused(response, "to something that is no address")
    }
    let (from, to) = (try Address(request.url), try Address(target, anyScheme: true))
    guard from.scheme == to.scheme else { throw refused(response, "from \(from.scheme) to \(to.scheme)") }
    var next = request
    next.url = target
    if response.status == 303 || ([301, 302].contains(response.status) && request.method == "POST") {
      if request.method != "HEAD" { next.method = "GET" }
      next.body = .none
      for name in ["Content-Type", "Content-Length", "Content-Encoding"] { next.headers[name] = nil }
    } else if case .pull = request.body {
      throw refused(response, "while a body was sent that cannot be sent again")
    }
    if from.host != to.host || from.port != to.port {
      for name in wellKnownSecrets + request.secretHeaders { next.headers[name] = nil }
    }
    return next
  }

  private static let wellKnownSecrets = [
    "Authorization", "Cookie", "Proxy-Authorization", "X-Api-Key", "Api-Key", "X-Goog-Api-Key", "X-Amz-Security-Token",
  ]

  private static func refused(_ response: HTTPResponse, _ how: String) -> PluginError {
    PluginError(.io, "\(response.host) redirects \(how), which is not followed", details: response.details)
  }
}

// Sends requests over libcurl: from any thread, one at a time per thread, with connections that are used again.
internal import CCurl
internal import Glibc
package import PluginKit
internal import Synchronization

/// Blocking by design: a plugin's calls come on threads of their own. Certificates are always verified, only http and
/// https are spoken, proxies come from the environment (https_proxy, no_proxy), .netrc is not looked at.
package final class HTTPClient: Sendable {
  package struct Settings: Sendable {
    package var limits = HTTPLimits()
    package var userAgent = "OpenTrustEval/1"
    /// A PEM file of authorities to trust in place of the system's; SSL_CERT_FILE says the same for all.
    package var authorities: String?
    /// Connections that are kept for later.
    package var kept = 16

    package init() {}
  }

  private let settings: Settings
  private let idle = Mutex<[Lane]>([])

  package init(_ settings: Settings = Settings()) { self.settings = settings }

  /// Answers whatever the server says, of any status. Throws `PluginError`: `.cancelled` as soon as the run is, `.io` or
  /// `.timeout` where no whole answer came. Pass no run where a request has to be made in spite of a cancellation.
  package func send(
    _ request: HTTPRequest, _ run: Run?, into receiver: HTTPReceiver = .memory
  ) throws -> HTTPResponse {
    var request = request
    var hops = 0
    while true {
      let response = try sendOnce(request, run, into: receiver, isLast: hops == request.redirects)
      guard hops < request.redirects, let next = try Redirect.next(after: response, of: request) else {
        return response
      }
      request = next
      hops += 1
    }
  }

  private func sendOnce(
    _ request: HTTPRequest, _ run: Run?, into receiver: HTTPReceiver, isLast: Bool
  ) throws -> HTTPResponse {
    try run?.checkCancelled()
    let address = try Address(request.url)
    let lane = try idle.withLock { $0.popLast() } ?? Lane()
    let exchange = Exchange(request, receiver, limits: request.limits ?? settings.limits, host: address.shown)
    // A hop's head is nobody's business but ours.
    exchange.hidesRedirects = !isLast
    // After a failure its connection is in no state to be used again.
    let response = try lane.perform(exchange, settings, run)
    idle.withLock { if $0.count < settings.kept { $0.append(lane) } }
    return response
  }
}

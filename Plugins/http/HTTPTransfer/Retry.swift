// When a request is made again, and how long it waits before.
import Glibc
package import PluginKit

/// Tries again after 408, 429, 5xx and failures of the line: exponentially longer waits with jitter, or what the server
/// asks for with Retry-After. Only for requests that may be made twice.
package struct Retry: Sendable {
  /// Tries in all.
  package var attempts = 5
  /// Seconds before the second try; doubled for each one after.
  package var first = 0.5
  /// Seconds that no wait of our own exceeds.
  package var longest = 20.0
  /// A server that asks for more seconds than this gets no further try.
  package var patience = 120.0
  /// Statuses that are worth a further try.
  package var statuses: Set<Int> = [408, 425, 429, 500, 502, 503, 504, 529]
  /// A number in 0..<1; tests give their own.
  package var jitter: @Sendable () -> Double = { .random(in: 0..<1) }
  /// Seconds since 1970; tests give their own.
  package var now: @Sendable () -> Int64 = { Int64(Glibc.time(nil)) }

  package init() {}

  package static let never: Retry = {
    var retry = Retry()
    retry.attempts = 1
    return retry
  }()

  /// Answers the last response, good or bad, or throws the last error. `onWait` hears seconds and reason of each wait,
  /// then `life` is called about once a second.
  package func callAsFunction(
    _ run: Run?, onWait: (Double, String) -> Void = { _, _ in }, life: () -> Void = {},
    shouldStop: () -> Bool = { false }, _ send: (_ attempt: Int) throws -> HTTPResponse
  ) throws -> HTTPResponse {
    var attempt = 1
    while true {
      let reason: String
      let wait: Double
      do {
        let response = try send(attempt)
        guard statuses.contains(response.status), attempt < attempts,
          let asked = delay(afterAttempt: attempt, response)
        else { return response }
        (wait, reason) = (asked, "\(response.host) answered \(response.status)")
      } catch let error as PluginError where error.retryable && attempt < attempts {
        (wait, reason) = (backoff(attempt), error.message)
      }
      onWait(wait, reason)
      try Pause.wait(wait, run, life: life, shouldStop: shouldStop)
      attempt += 1
    }
  }

  /// nil where the server asks for more patience than there is.
  package func delay(afterAttempt attempt: Int, _ response: HTTPResponse) -> Double? {
    guard let asked = response.headers["Retry-After"].flatMap(seconds) else { return backoff(attempt) }
    return asked > patience ? nil : max(asked, backoff(attempt) / 2)
  }

  /// Retry-After is a number of seconds or a date.
  func seconds(_ text: String) -> Double? {
    if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Double(text) { return number }
    return HTTPDate.parse(text).map { Double(max(0, $0 - now())) }
  }

  /// "Equal jitter": half of the wait is sure, so that a crowd spreads and nobody hammers.
  func backoff(_ attempt: Int) -> Double {
    let whole = min(longest, first * Double(1 << min(attempt - 1, 20)))
    return whole / 2 + whole / 2 * jitter()
  }
}

/// Waiting that ends at once when the run is cancelled.
package enum Pause {
  /// Throws `PluginError.cancelled`. `life` is called about once a second, `shouldStop`
  /// asked every 100 ms.
  package static func wait(
    _ seconds: Double, _ run: Run?, life: () -> Void = {}, shouldStop: () -> Bool = { false }
  ) throws {
    let end = monotonicSeconds() + seconds
    var nextLife = monotonicSeconds() + 1
    while true {
      try run?.checkCancelled()
      if shouldStop() { throw PluginError.cancelled }
      let now = monotonicSeconds()
      if now >= end { return }
      if now >= nextLife {
        life()
        nextLife = now + 1
      }
      var entry = pollfd(fd: run?.cancelFD ?? -1, events: Int16(POLLIN), revents: 0)
      let some = min(0.1, end - now)
      // A negative descriptor is ignored by poll, which then only waits.
      if poll(&entry, 1, Int32((some * 1000).rounded(.up))) > 0 { throw PluginError.cancelled }
    }
  }
}

package func monotonicSeconds() -> Double {
  var now = timespec()
  clock_gettime(CLOCK_MONOTONIC, &now)
  return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
}

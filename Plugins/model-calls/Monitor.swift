// A value behind a lock that threads can wait on.
private import Glibc
import PluginKit

/// A value guarded by a lock that threads can wait on.
package final class Monitor<State>: @unchecked Sendable {
  private let monitor = PluginMonitor()
  private var state: State

  package init(_ state: State) { self.state = state }

  /// Changes the state and wakes all who wait.
  @discardableResult
  package func change<R>(_ body: (inout State) throws -> R) rethrows -> R {
    try monitor.locked {
      defer { monitor.wake() }
      return try body(&state)
    }
  }

  /// Blocks until `body` answers something, at most for the seconds given; nil when they are over.
  package func wait<R>(seconds: Double = .infinity, until body: (inout State) throws -> R?) rethrows -> R? {
    try monitor.locked {
      let end = Clock.now + min(seconds, 1e9)
      while true {
        if let answer = try body(&state) { return answer }
        let left = end - Clock.now
        if left <= 0 { return nil }
        monitor.wait(milliseconds: Int(min(left * 1000, 1e9).rounded(.up)))
      }
    }
  }
}

package enum Clock {
  /// Seconds by CLOCK_MONOTONIC.
  package static var now: Double {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
  }
}

// Slows down whoever guesses passwords: after five failures each further one doubles the wait, up to 15 minutes.
package import Model

/// Pure: the caller passes the time in seconds, and keeps the value behind its own lock.
package struct SignInLimiter: Sendable {
  package static let freeFailures = 5
  package static let firstWait = 5.0
  package static let longestWait = 900.0
  /// After this long without a failure all is forgotten.
  package static let memory = 3600.0

  private enum Key: Hashable { case name(String), address(String) }
  private struct Count {
    var failures: Int
    var lastFailure: Double
    var order: Int
  }

  private let capacity: Int
  private var counts: [Key: Count] = [:]
  private var order = 0

  package init(capacity: Int = 10_000) { self.capacity = max(capacity, 1) }

  package var entries: Int { counts.count }

  /// Throws while the name or the address has to wait.
  package func check(name: String, address: String, now: Double) throws(Problem) {
    let seconds = wait(name: name, address: address, now: now)
    guard seconds > 0 else { return }
    var problem = Problem(.tooManyAttempts, "signing in is possible again in \(seconds) s", retryable: true)
    problem.retryAfterSeconds = seconds
    throw problem
  }

  /// Whole seconds to wait, 0 for none.
  package func wait(name: String, address: String, now: Double) -> Int {
    let waits = keys(name, address).map { key -> Double in
      guard let count = counts[key], count.failures >= Self.freeFailures else { return 0 }
      let doublings = min(count.failures - Self.freeFailures, 20)
      let delay = min(Self.firstWait * Double(1 << doublings), Self.longestWait)
      return count.lastFailure + delay - now
    }
    return max(0, Int((waits.max() ?? 0).rounded(.up)))
  }

  package mutating func failed(name: String, address: String, now: Double) {
    for key in keys(name, address) {
      order += 1
      var count = counts[key] ?? Count(failures: 0, lastFailure: now, order: order)
      if now - count.lastFailure > Self.memory { count.failures = 0 }
      counts[key] = Count(failures: count.failures + 1, lastFailure: now, order: order)
    }
    if counts.count > capacity { forgetOldest() }
  }

  /// Forgets the name's failures, and keeps those of the address: one known password buys no further guesses.
  package mutating func succeeded(name: String) { counts[.name(String(name.lowercased().prefix(128)))] = nil }

  private func keys(_ name: String, _ address: String) -> [Key] {
    // Nobody's name is longer; a hash would do as well, but names are what a person would look for.
    [.name(String(name.lowercased().prefix(128))), .address(String(address.prefix(64)))]
  }

  /// A tenth at once, so that the search for the oldest is rare.
  private mutating func forgetOldest() {
    let keep = max(capacity - capacity / 10, 1)
    let oldest = counts.sorted { $0.value.order < $1.value.order }.prefix(counts.count - keep)
    for (key, _) in oldest { counts[key] = nil }
  }
}

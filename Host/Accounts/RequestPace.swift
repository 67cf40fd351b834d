// How often an address may ask for something that costs a request to somebody else.
package import Model

/// Pure: the caller passes the time in seconds, and keeps the value behind its own lock.
package struct RequestPace: Sendable {
  /// At once, by one address.
  package static let burst = 30.0
  /// One more each of these.
  package static let secondsEach = 2.0

  private struct Allowance {
    var left: Double
    var at: Double
  }

  private let capacity: Int
  private var allowances: [String: Allowance] = [:]

  package init(capacity: Int = 10_000) { self.capacity = max(capacity, 1) }

  package var entries: Int { allowances.count }

  /// Counts a request of the address. Throws OTE-6007 where it came too early.
  package mutating func take(address: String, now: Double) throws(Problem) {
    let key = String(address.prefix(64))
    let before = allowances[key] ?? Allowance(left: Self.burst, at: now)
    let left = min(Self.burst, before.left + max(0, now - before.at) / Self.secondsEach)
    guard left >= 1 else {
      let seconds = Int(((1 - left) * Self.secondsEach).rounded(.up))
      var problem = Problem(.tooManyAttempts, "this is possible again in \(seconds) s", retryable: true)
      problem.retryAfterSeconds = seconds
      throw problem
    }
    if allowances[key] == nil, allowances.count >= capacity { forget(now) }
    allowances[key] = Allowance(left: left - 1, at: now)
  }

  /// Those whose allowance is whole again; where all are busy, everybody begins anew.
  private mutating func forget(_ now: Double) {
    allowances = allowances.filter { $0.value.left + (now - $0.value.at) / Self.secondsEach < Self.burst }
    if allowances.count >= capacity { allowances = [:] }
  }
}

// When a failed attempt is tried again, and how long the host waits before it.

package struct RetryPolicy: Sendable, Hashable, Codable {
  /// Whose failures are worth another attempt. The user's and the host's own are not.
  package enum Cause: String, Sendable, Hashable, Codable, CaseIterable { case external, plugin }

  /// Attempts in all; 1 means no retry.
  package var attempts: Int
  package var causes: Set<Cause>
  package var firstDelaySeconds: Double
  package var factor: Double
  package var maxDelaySeconds: Double

  package init(
    attempts: Int = 1, causes: Set<Cause> = [.external], firstDelaySeconds: Double = 1, factor: Double = 2,
    maxDelaySeconds: Double = 60
  ) {
    self.attempts = attempts
    self.causes = causes
    self.firstDelaySeconds = firstDelaySeconds
    self.factor = factor
    self.maxDelaySeconds = maxDelaySeconds
  }

  /// Whether attempt `attempt` (counted from 1), which failed with `problem`, is followed by another.
  package func retries(after attempt: Int, failedWith problem: Problem) -> Bool {
    guard attempt < attempts, let cause = Cause(rawValue: problem.origin.rawValue) else { return false }
    return causes.contains(cause)
  }

  /// Seconds to wait after attempt `attempt` (counted from 1) has failed.
  package func delaySeconds(after attempt: Int) -> Double {
    var delay = firstDelaySeconds
    for _ in 1..<max(attempt, 1) where delay < maxDelaySeconds { delay *= factor }
    return min(delay, maxDelaySeconds)
  }
}

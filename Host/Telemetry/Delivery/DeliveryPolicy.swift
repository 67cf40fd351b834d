// How much waits for a receiver, and for how long it is tried again.

package struct DeliveryPolicy: Sendable {
  /// Items that wait; later ones are dropped and counted.
  package var queueMax = 2048
  /// Items of one request.
  package var batchMax = 512
  /// Items gather for so long, unless a batch is full before.
  package var delaySeconds = 5.0
  /// For one request and its answer.
  package var timeoutSeconds = 10.0
  /// Requests for one batch, before it is dropped.
  package var attemptsMax = 6
  package var firstBackOffSeconds = 1.0
  package var backOffMaxSeconds = 60.0

  package init() {}

  /// Before the attempt after this one. Spread, so that many hosts do not come back at once.
  func backOff(afterAttempt attempt: Int, retryAfter: Double?) -> Double {
    if let retryAfter { return min(max(0, retryAfter), backOffMaxSeconds) }
    let full = min(firstBackOffSeconds * Double(1 << min(attempt - 1, 16)), backOffMaxSeconds)
    return full * .random(in: 0.75...1)
  }
}

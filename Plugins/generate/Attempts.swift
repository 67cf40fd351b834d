// Asking again after failures that may pass.
import Glibc
import JSONValue
import ModelCalls
import PluginKit

struct Attempts: Sendable {
  let attempts: Int
  let first: Double
  let longest: Double
  /// A number in 0..<1.
  var jitter: @Sendable () -> Double = { .random(in: 0..<1) }

  init(_ configuration: RetryConfiguration?) {
    attempts = configuration?.attempts ?? 4
    first = configuration?.first_wait ?? 0.5
    longest = configuration?.longest_wait ?? 30
  }

  /// `isOver` ends the waiting, and what was last thrown is thrown on.
  func callAsFunction<R>(_ run: Run, isOver: () -> Bool, _ body: () throws -> R) throws -> (R, calls: Int) {
    var attempt = 1
    while true {
      try run.checkCancelled()
      do { return (try body(), attempt) } catch let error as PluginError {
        // What a cancelled call ends with is not its failure.
        try run.checkCancelled()
        guard error.retryable, attempt < attempts, !isOver() else { throw error }
        try Self.wait(seconds(after: attempt, error), run, isOver: isOver)
        if isOver() { throw error }
        attempt += 1
      }
    }
  }

  /// What the provider asks for ("retry_after"), or exponentially longer waits, half of each by chance.
  private func seconds(after attempt: Int, _ error: PluginError) -> Double {
    let whole = min(longest, first * Double(1 << min(attempt - 1, 20)))
    let own = whole / 2 + whole / 2 * jitter()
    return min(longest, max(own, error.details["retry_after"]?.double ?? 0))
  }

  private static func wait(_ seconds: Double, _ run: Run, isOver: () -> Bool) throws {
    let end = Clock.now + seconds
    while !isOver() {
      try run.checkCancelled()
      let rest = end - Clock.now
      if rest <= 0 { return }
      var entry = pollfd(fd: run.cancelFD, events: Int16(POLLIN), revents: 0)
      // A negative descriptor is ignored by poll, which then only waits.
      if poll(&entry, 1, Int32((min(0.1, rest) * 1000).rounded(.up))) > 0 { throw PluginError.cancelled }
    }
  }
}

extension PluginError {
  /// It lies with this row, or may be over for the next: others are worth asking. A wrong key, a model that is not there or a
  /// spent budget is not.
  var concernsOneRow: Bool {
    switch status {
    case .data, .invalidArgument, .timeout, .io, .internal: true
    case .resource: retryable
    default: false
    }
  }
}

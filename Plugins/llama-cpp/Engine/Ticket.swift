// A request between the thread that asked and the thread that computes.
import PluginKit

/// Any thread. Events lie here until the asking thread takes them, so that a slow receiver holds up nobody else: an
/// answer is bounded by its max_tokens.
final class Ticket: @unchecked Sendable {
  let plan: RequestPlan
  private let monitor = PluginMonitor()
  private var events: [(ModelEvent, Int)] = []
  private var outcome: Result<Void, PluginError>?
  private var cancelled = false
  private var outputTokens = 0
  private var openChoices: Int

  init(_ plan: RequestPlan) {
    self.plan = plan
    openChoices = plan.choices
  }

  // ---- the asking thread

  /// What came since the last call, and whether that was all; waits at most this long for something.
  func take(milliseconds: Int) throws -> (events: [(ModelEvent, Int)], isEnd: Bool) {
    try monitor.locked {
      if events.isEmpty, outcome == nil { monitor.wait(milliseconds: milliseconds) }
      let taken = events
      events = []
      // A failure waits until what came before it was taken.
      guard taken.isEmpty, let outcome else { return (taken, false) }
      try outcome.get()
      return ([], true)
    }
  }

  func cancel() { monitor.locked { cancelled = true } }

  // ---- the computing thread

  var isCancelled: Bool { monitor.locked { cancelled } }

  func tell(_ event: ModelEvent, choice: Int) {
    monitor.locked {
      events.append((event, choice))
      monitor.wake()
    }
  }

  /// The answer of one choice ended. Usage comes before the last of them.
  func finish(_ reason: FinishReason, choice: Int, tokens: Int) {
    monitor.locked {
      outputTokens += tokens
      openChoices -= 1
      if openChoices == 0 {
        events.append((.usage(TokenUsage(input: plan.tokens.count, output: outputTokens)), choice))
        outcome = .success(())
      }
      events.append((.finish(reason), choice))
      monitor.wake()
    }
  }

  func fail(_ error: PluginError) {
    monitor.locked {
      if outcome == nil { outcome = .failure(error) }
      monitor.wake()
    }
  }
}

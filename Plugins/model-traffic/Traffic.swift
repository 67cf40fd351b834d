// The gate that every request of a connection goes through: rates, budgets, figures.
internal import HTTPTransfer
internal import Glibc
internal import JSONValue
package import PluginKit
internal import Synchronization

/// Any thread.
package final class Traffic: Sendable {
  private struct State {
    var requests: TokenBucket?
    var tokens: TokenBucket?
    var budget: Budget
    var sent = 0
    var isCarriedOn = false
  }

  private let state: Mutex<State>
  private let clock: @Sendable () -> Double

  /// Tests give their own clock, of seconds.
  package init(_ settings: ConnectionSettings, clock: @escaping @Sendable () -> Double = Traffic.monotonic) {
    self.clock = clock
    let now = clock()
    state = Mutex(
      State(
        requests: settings.limits?.requests_per_minute.map { TokenBucket(perMinute: $0, now: now) },
        tokens: settings.limits?.tokens_per_minute.map { TokenBucket(perMinute: $0, now: now) },
        budget: Budget(settings.limits, settings.prices)))
  }

  package static let monotonic: @Sendable () -> Double = {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
  }

  /// Waits until a request of about this size may go out. Throws `PluginError`: `.resource` where the budget does not allow
  /// it, `.cancelled`.
  package func admit(_ estimate: TokenUsage, _ run: Run, isWanted: () -> Bool = { true }) throws {
    carryOn(run)
    while true {
      let wait = try state.withLock { state -> Double in
        let now = clock()
        let rate = max(state.requests?.wait(now) ?? 0, state.tokens?.wait(now) ?? 0)
        if rate > 0 { return rate }
        switch state.budget.judge(estimate) {
        case .fits: break
        case .unclear: return 0.05
        case .spent(let words, var details):
          details["next"] = "Raise the limit of the connection, or ask for less"
          throw PluginError(.resource, words, details: details)
        }
        state.requests?.take(1, now)
        state.tokens?.take(Double(estimate.input + estimate.output), now)
        state.budget.reserve(estimate)
        state.sent += 1
        return 0
      }
      if wait <= 0 { return }
      try Pause.wait(min(wait, 1), run, shouldStop: { !isWanted() })
      alive(run)
    }
  }

  /// Once for every admitted request, also for one that failed.
  package func settle(_ estimate: TokenUsage, _ usage: TokenUsage, _ run: Run) {
    let (budget, sent) = state.withLock { state in
      state.tokens?.giveBack(Double(estimate.input + estimate.output - usage.input - usage.output))
      state.budget.settle(estimate, usage)
      return (state.budget, state.sent)
    }
    run.metric("requests", Double(sent), unit: "requests")
    let here = budget.here
    run.metric("input_tokens", Double(here.input), unit: "tokens")
    run.metric("output_tokens", Double(here.output), unit: "tokens")
    if let prices = budget.prices { run.metric("cost", here.cost, unit: prices.currency ?? "USD") }
    // A further attempt of the run goes on with the same budget. Where the host keeps no state it begins anew.
    if budget.isLimited { _ = try? run.state(put: "budget", Array(budget.json(of: run.meta.run).text.utf8)) }
  }

  private func carryOn(_ run: Run) {
    state.withLock { state in
      guard !state.isCarriedOn else { return }
      state.isCarriedOn = true
      guard state.budget.isLimited, let kept = try? run.state(get: "budget"),
        let json = try? JSONValue(parsing: kept.value), json["run"]?.string == run.meta.run
      else { return }
      state.budget.carryOn(json)
    }
  }

  /// The sign of life, while something is waited for.
  package func alive(_ run: Run) { run.progress(UInt64(state.withLock { $0.sent }), "requests") }
}

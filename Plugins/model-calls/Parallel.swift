// Several calls at once, answers in order.
package import PluginKit

package enum Parallel {
  /// Runs `body` for 0..<count on up to `width` threads and answers the results in order. The first failure ends it: no
  /// further item is begun, those that run are waited for. `done` is called on this thread with the number of finished items,
  /// at least once a second: show progress there.
  package static func map<Result: Sendable>(
    _ count: Int, width: Int, _ run: Run, done: (Int) -> Void, _ body: @escaping @Sendable (Int) throws -> Result
  ) throws -> [Result] {
    if count == 0 { return [] }
    let work = Work(count: count, body)
    let threads = work.threads(max(1, min(width, count)))
    var finished = 0
    while let now = work.progress(after: finished) {
      if run.isCancelled { work.fail(.cancelled) }
      finished = now
      done(finished)
    }
    for thread in threads { thread.join() }
    let results = try work.results()
    done(results.count)
    return results
  }
}

/// The items still to do, and what came of those that are done.
private final class Work<Result: Sendable>: Sendable {
  private struct State {
    var next = 0
    var running = 0
    var results: [Result?]
    var finished = 0
    var failure: PluginError?
  }

  private let count: Int
  private let body: @Sendable (Int) throws -> Result
  private let state: Monitor<State>

  init(count: Int, _ body: @escaping @Sendable (Int) throws -> Result) {
    self.count = count
    self.body = body
    state = Monitor(State(results: [Result?](repeating: nil, count: count)))
  }

  func fail(_ error: PluginError) { state.change { if $0.failure == nil { $0.failure = error } } }

  /// Fewer than `width` where the process is out of threads; the work has failed then.
  func threads(_ width: Int) -> [PluginThread] {
    var threads: [PluginThread] = []
    do { for _ in 0..<width { threads.append(try PluginThread { self.drain() }) } } catch {
      fail(PluginError(wrapping: error))
    }
    return threads
  }

  private func drain() {
    while let index = take() {
      let outcome = Swift.Result { try body(index) }
      state.change {
        $0.running -= 1
        switch outcome {
        case .success(let result):
          $0.results[index] = result
          $0.finished += 1
        case .failure(let error): if $0.failure == nil { $0.failure = PluginError(wrapping: error) }
        }
      }
    }
  }

  private func take() -> Int? {
    state.change { state in
      guard state.failure == nil, state.next < count else { return nil }
      state.running += 1
      state.next += 1
      return state.next - 1
    }
  }

  /// How many items are finished, once they are more than `before` or a second is over; nil once nothing runs and nothing
  /// will.
  func progress(after before: Int) -> Int? {
    let count = count
    let seen: Int?? = state.wait(seconds: 1) { state -> Int?? in
      if state.running == 0, state.failure != nil || state.next == count { return .some(nil) }
      return state.finished > before ? .some(state.finished) : nil
    }
    return switch seen {
    case .some(let finished): finished
    case nil: before
    }
  }

  func results() throws -> [Result] {
    try state.change {
      if let failure = $0.failure { throw failure }
      return $0.results.compactMap { $0 }
    }
  }
}

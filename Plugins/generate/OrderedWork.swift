// Several pieces of work at once, their results in the order they were given.
import JSONValue
import ModelCalls
import PluginKit

/// One thread submits and takes; the work runs on threads of its own. What waits is bounded by who submits: it looks at
/// `outstanding`.
final class OrderedWork<Input: Sendable, Output: Sendable>: @unchecked Sendable {
  private struct State {
    var waiting: [(place: Int, input: Input)] = []
    var done: [Int: Output] = [:]
    var running = 0
    var isStopped = false
  }

  private let state = Monitor(State())
  private var threads: [PluginThread] = []
  private var submitted = 0
  private var taken = 0
  private let work: @Sendable (Input) -> Output

  init(_ work: @escaping @Sendable (Input) -> Output) { self.work = work }

  deinit { stop() }

  /// Throws `PluginError` where the process is out of threads.
  func start(threads count: Int) throws {
    let (state, work) = (state, work)
    for _ in 0..<count { threads.append(try PluginThread { Self.serve(state, work) }) }
  }

  private static func serve(_ state: Monitor<State>, _ work: (Input) -> Output) {
    while true {
      let next: (place: Int, input: Input)?? = state.wait { state -> (place: Int, input: Input)?? in
        if state.isStopped { return .some(nil) }
        guard !state.waiting.isEmpty else { return nil }
        state.running += 1
        return .some(state.waiting.removeFirst())
      }
      guard case .some(.some(let piece)) = next else { return }
      let output = work(piece.input)
      state.change {
        $0.done[piece.place] = output
        $0.running -= 1
      }
    }
  }

  /// Submitted and not yet taken.
  var outstanding: Int { submitted - taken }

  func submit(_ input: Input) {
    let place = submitted
    submitted += 1
    state.change { $0.waiting.append((place, input)) }
  }

  /// The oldest result, nil where it is not there after this time.
  func take(within seconds: Double) -> Output? {
    let place = taken
    guard let output = state.wait(seconds: seconds, until: { $0.done.removeValue(forKey: place) }) else { return nil }
    taken += 1
    return output
  }

  /// Lets what runs come to its end, and begins nothing new. `life` is called ten times a second and answers false to
  /// stop waiting.
  func drain(_ life: () -> Bool) {
    state.change { $0.waiting = [] }
    while state.wait(seconds: 0.1, until: { $0.running == 0 ? true : nil }) == nil, life() {}
  }

  /// Begins nothing new and waits for the threads; the work has to hear of it by other means.
  func stop() {
    state.change {
      $0.isStopped = true
      $0.waiting = []
    }
    for thread in threads { thread.join() }
    threads = []
  }
}

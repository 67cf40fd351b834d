// Several calls at once, answers in order.
internal import Glibc
package import PluginKit
internal import Synchronization

package enum Parallel {
  /// Runs `body` for 0..<count on up to `width` threads and answers the results in order. The first failure ends it: no
  /// further item is begun, those that run are waited for. `done` is called on this thread with the number of finished items,
  /// at least once a second: show progress there.
  package static func map<Result: Sendable>(
    _ count: Int, width: Int, _ run: Run, done: (Int) -> Void, _ body: @escaping @Sendable (Int) throws -> Result
  ) throws -> [Result] {
    if count == 0 { return [] }
    let work = try Work(count: count, body)
    let threads = (0..<max(1, min(width, count))).map { _ in
      let box = Unmanaged.passRetained(ThreadBody { work.drain() })
      var thread = pthread_t()
      let code = pthread_create(&thread, nil, runThread, box.toOpaque())
      if code != 0 {
        box.release()
        work.fail(PluginError(.resource, "no thread for a call: \(String(cString: strerror(code)))", retryable: true))
      }
      return code == 0 ? thread : nil
    }
    while !work.wait() {
      if run.isCancelled { work.fail(.cancelled) }
      done(work.finished)
    }
    for case let thread? in threads { pthread_join(thread, nil) }
    done(work.finished)
    return try work.results()
  }
}

private final class ThreadBody {
  let body: () -> Void
  init(_ body: @escaping () -> Void) { self.body = body }
}

private let runThread: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
  if let context { Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().body() }
  return nil
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
  private let state: Mutex<State>
  /// A byte for each finished item, so that the waiting thread wakes.
  private let ends: (read: Int32, write: Int32)

  init(count: Int, _ body: @escaping @Sendable (Int) throws -> Result) throws {
    var pair: [Int32] = [-1, -1]
    guard pipe(&pair) == 0 else {
      throw PluginError(.resource, "no pipe for calls: \(String(cString: strerror(errno)))", retryable: true)
    }
    for end in pair {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    ends = (pair[0], pair[1])
    self.count = count
    self.body = body
    state = Mutex(State(results: [Result?](repeating: nil, count: count)))
  }

  deinit {
    close(ends.read)
    close(ends.write)
  }

  var finished: Int { state.withLock(\.finished) }

  func fail(_ error: PluginError) { state.withLock { if $0.failure == nil { $0.failure = error } } }

  func drain() {
    while let index = take() {
      let outcome = Swift.Result { try body(index) }
      state.withLock {
        $0.running -= 1
        switch outcome {
        case .success(let result):
          $0.results[index] = result
          $0.finished += 1
        case .failure(let error): if $0.failure == nil { $0.failure = PluginError(wrapping: error) }
        }
      }
      // A full pipe wakes as well.
      _ = write(ends.write, "x", 1)
    }
  }

  private func take() -> Int? {
    state.withLock { state in
      guard state.failure == nil, state.next < count else { return nil }
      state.running += 1
      state.next += 1
      return state.next - 1
    }
  }

  /// Waits for something to finish, a second at most; true once nothing runs and nothing will.
  func wait() -> Bool {
    var entry = pollfd(fd: ends.read, events: Int16(POLLIN), revents: 0)
    if poll(&entry, 1, 1000) > 0 {
      var bytes = [UInt8](repeating: 0, count: 512)
      _ = read(ends.read, &bytes, bytes.count)
    }
    return state.withLock { $0.running == 0 && ($0.failure != nil || $0.next == count) }
  }

  func results() throws -> [Result] {
    try state.withLock {
      if let failure = $0.failure { throw failure }
      return $0.results.compactMap { $0 }
    }
  }
}

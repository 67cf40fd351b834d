// A fixed number of threads that do work and hand results back as they come.
import Glibc
import PluginKit

/// `submit`, `take` and `stop` are for one thread, the stream's; `work` runs on the others.
final class ParallelWork<Input: Sendable, Output: Sendable>: @unchecked Sendable {
  typealias Done = (number: Int, result: Result<Output, any Error>)

  private let work: @Sendable (Input) throws -> Output
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var waiting: [(number: Int, input: Input)] = []
  private var done: [Done] = []
  private var isStopped = false
  private var threads: [PluginThread] = []
  private(set) var submitted = 0
  private var taken = 0

  init(threads count: Int, _ work: @escaping @Sendable (Input) throws -> Output) {
    self.work = work
    pthread_mutex_init(lock, nil)
    pthread_cond_init(changed, nil)
    for _ in 0..<count {
      guard let thread = try? PluginThread({ self.loop() }) else { break }
      threads.append(thread)
    }
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(lock)
    lock.deallocate()
    changed.deallocate()
  }

  /// Submitted and not taken.
  var outstanding: Int { submitted - taken }

  @discardableResult
  func submit(_ input: Input) throws -> Int {
    guard !threads.isEmpty else { throw PluginError(.resource, "no thread could be started", retryable: true) }
    pthread_mutex_lock(lock)
    waiting.append((submitted, input))
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(lock)
    submitted += 1
    return submitted - 1
  }

  /// What is done by now; waits for the first of it at most that long.
  func take(waiting milliseconds: Int) -> [Done] {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    if done.isEmpty, outstanding > 0, milliseconds > 0 {
      var until = timespec()
      clock_gettime(CLOCK_REALTIME, &until)
      until.tv_nsec += milliseconds * 1_000_000
      until.tv_sec += until.tv_nsec / 1_000_000_000
      until.tv_nsec %= 1_000_000_000
      while done.isEmpty, pthread_cond_timedwait(changed, lock, &until) == 0 {}
    }
    defer { done = [] }
    taken += done.count
    return done
  }

  /// Forgets what has not begun and waits for what has: end that first. May come twice.
  func stop() {
    pthread_mutex_lock(lock)
    isStopped = true
    waiting = []
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(lock)
    for thread in threads { thread.join() }
    threads = []
  }
}

extension ParallelWork {
  private func loop() {
    while let next = nextInput() {
      let result = Result { try work(next.input) }
      pthread_mutex_lock(lock)
      done.append((next.number, result))
      pthread_cond_broadcast(changed)
      pthread_mutex_unlock(lock)
    }
  }

  private func nextInput() -> (number: Int, input: Input)? {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    while waiting.isEmpty, !isStopped { pthread_cond_wait(changed, lock) }
    return isStopped ? nil : waiting.removeFirst()
  }
}

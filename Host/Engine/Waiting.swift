// Blocking hand-over between plain threads: plugin calls never run on Swift's cooperative pool.
import CWorker
import Glibc

/// A value guarded by a lock that threads can wait on.
final class Monitor<State>: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var state: State

  init(_ state: State) {
    self.state = state
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  func withLock<R>(_ body: (inout State) throws -> R) rethrows -> R {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(&state)
  }

  /// Changes the state and wakes all who wait.
  func change<R>(_ body: (inout State) throws -> R) rethrows -> R {
    pthread_mutex_lock(mutex)
    defer {
      pthread_cond_broadcast(condition)
      pthread_mutex_unlock(mutex)
    }
    return try body(&state)
  }

  /// Blocks until `body` answers something.
  func wait<R>(until body: (inout State) throws -> R?) rethrows -> R {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while true {
      if let answer = try body(&state) { return answer }
      pthread_cond_wait(condition, mutex)
    }
  }
}

/// A thread with a plugin-sized stack and an alternate signal stack, so that even a stack overflow can be reported.
package final class WorkerThread: @unchecked Sendable {
  private var handle: UInt64 = 0
  private final class Body {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
  }

  /// Starts at once. Thread creation fails only when the process is out of threads: then the body runs here.
  @discardableResult
  package init(_ name: String, _ body: @escaping @Sendable () -> Void) {
    let context = Unmanaged.passRetained(Body(body)).toOpaque()
    let entry: @convention(c) (UnsafeMutableRawPointer?) -> Void = { context in
      Unmanaged<Body>.fromOpaque(context!).takeRetainedValue().run()
    }
    if ote_thread_start(&handle, name, entry, context) != 0 { entry(context) }
  }

  func join() {
    if handle != 0 { ote_thread_join(handle) }
    handle = 0
  }
}

// A lock with a condition, and threads that can be waited for.
import Glibc
import PluginKit

final class Monitor: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    pthread_cond_destroy(condition)
    mutex.deallocate()
    condition.deallocate()
  }

  func locked<R>(_ body: () throws -> R) rethrows -> R {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body()
  }

  /// Only inside `locked`: lets go of the lock until somebody signals, at most 100 ms.
  func wait() {
    var until = timespec()
    clock_gettime(CLOCK_REALTIME, &until)
    until.tv_nsec += 100_000_000
    if until.tv_nsec >= 1_000_000_000 {
      (until.tv_sec, until.tv_nsec) = (until.tv_sec + 1, until.tv_nsec - 1_000_000_000)
    }
    pthread_cond_timedwait(condition, mutex, &until)
  }

  func signal() { pthread_cond_broadcast(condition) }
}

/// Threads of one piece of work. Used by one thread.
final class Threads {
  private var started: [PluginThread] = []

  /// False where the machine has no thread left.
  @discardableResult
  func start(_ run: @escaping @Sendable () -> Void) -> Bool {
    guard let thread = try? PluginThread(run) else { return false }
    started.append(thread)
    return true
  }

  func join() {
    for thread in started { thread.join() }
    started = []
  }
}

// A lock that threads of a plugin can wait on.
internal import Glibc

/// A mutex with a condition, for work that blocks in threads of the plugin's own (`PluginThread`). Any thread; `wait` and
/// `wake` only inside `locked`. Times are by CLOCK_MONOTONIC: setting the machine's clock makes nobody wait longer.
public final class PluginMonitor: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  public init() {
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(condition, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  public func locked<R>(_ body: () throws -> R) rethrows -> R {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body()
  }

  /// Lets go of the lock until somebody wakes it. It may return without that: ask again what was waited for.
  public func wait() { pthread_cond_wait(condition, mutex) }

  /// The same, for so long at most.
  public func wait(milliseconds: Int) {
    var until = timespec()
    clock_gettime(CLOCK_MONOTONIC, &until)
    until.tv_nsec += (milliseconds % 1000) * 1_000_000
    until.tv_sec += milliseconds / 1000 + until.tv_nsec / 1_000_000_000
    until.tv_nsec %= 1_000_000_000
    pthread_cond_timedwait(condition, mutex, &until)
  }

  /// Wakes all who wait.
  public func wake() { pthread_cond_broadcast(condition) }
}

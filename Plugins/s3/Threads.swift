// Threads that can be waited for.
import PluginKit

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

// Several threads that work through a list: models answer faster when they are asked several things at once.
import CPluginABI
import Glibc
import PluginKit
import Synchronization

enum ParallelCalls {
  /// Calls `body` for each number below `count`, at most `threads` at once, and returns when all are done. The first
  /// failure stops the rest and is thrown.
  static func run(_ count: Int, threads: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
    if count == 0 { return }
    let work = Work(count: count, body: body)
    let started = (1..<max(min(threads, count), 1)).compactMap { _ in start(work) }
    // This thread works too, so nothing is lost where no other can be started.
    work.workThrough()
    for thread in started { pthread_join(thread, nil) }
    if let failure = work.failure { throw failure }
  }

  private static func start(_ work: Work) -> pthread_t? {
    // A plugin's threads hear no signals: those are the host's.
    var (all, before) = (sigset_t(), sigset_t())
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    var thread = pthread_t()
    let given = Unmanaged.passRetained(work)
    let code = pthread_create(
      &thread, nil,
      { raw in
        guard let raw else { return nil }
        Unmanaged<Work>.fromOpaque(raw).takeRetainedValue().workThrough()
        return nil
      }, given.toOpaque())
    guard code == 0 else {
      given.release()
      return nil
    }
    return thread
  }

  private final class Work: Sendable {
    private let count: Int
    private let body: @Sendable (Int) throws -> Void
    private let next = Atomic<Int>(0)
    private let failed = Mutex<(any Error)?>(nil)

    init(count: Int, body: @escaping @Sendable (Int) throws -> Void) {
      self.count = count
      self.body = body
    }

    var failure: (any Error)? { failed.withLock { $0 } }

    func workThrough() {
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < count, failure == nil else { return }
        do { try body(index) } catch {
          failed.withLock { if $0 == nil { $0 = error } }
          return
        }
      }
    }
  }
}

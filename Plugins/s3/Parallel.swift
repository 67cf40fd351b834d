// The same work for many indices on a few threads, while the caller shows life and watches for a cancelled run.
import PluginKit

final class Parallel: @unchecked Sendable {
  private let monitor = PluginMonitor()
  private let count: Int
  private var next = 0
  private var running = 0
  private var failure: PluginError?

  private init(_ count: Int) { self.count = count }

  /// Throws the first failure, once all threads have ended. `tick` is called on this thread every 100 ms. A body can ask
  /// whether another one has failed.
  static func run(
    _ count: Int, threads: Int, tick: () throws -> Void,
    _ body: @escaping @Sendable (_ index: Int, _ isStopped: @escaping @Sendable () -> Bool) throws -> Void
  ) throws {
    guard count > 0 else { return }
    let work = Parallel(count)
    let started = Threads()
    for _ in 0..<min(count, threads) {
      work.monitor.locked { work.running += 1 }
      if !started.start({ work.loop(body) }) { work.monitor.locked { work.running -= 1 } }
    }
    while work.monitor.locked({
      if work.running > 0 { work.monitor.wait(milliseconds: 100) }
      return work.running > 0
    }) {
      do { try tick() } catch { work.fail(error) }
    }
    started.join()
    if let failure = work.failure { throw failure }
    guard work.next == count else { throw PluginError(.resource, "the machine has no thread left to work with") }
  }

  private func loop(_ body: (Int, @escaping @Sendable () -> Bool) throws -> Void) {
    while let index = take() {
      do { try body(index, { [self] in monitor.locked { failure != nil } }) } catch { fail(error) }
    }
    monitor.locked {
      running -= 1
      monitor.wake()
    }
  }

  private func take() -> Int? {
    monitor.locked {
      guard failure == nil, next < count else { return nil }
      next += 1
      return next - 1
    }
  }

  private func fail(_ error: any Error) {
    monitor.locked {
      if failure == nil { failure = PluginError(wrapping: error) }
      monitor.wake()
    }
  }
}

/// Bytes done by several threads, each for its own index; a try that begins again takes its bytes back.
final class ByteTally: @unchecked Sendable {
  private let monitor = PluginMonitor()
  private var done: [Int64]

  init(_ count: Int) { done = [Int64](repeating: 0, count: count) }

  func set(_ index: Int, _ bytes: Int64) { monitor.locked { done[index] = bytes } }
  var total: Int64 { monitor.locked { done.reduce(0, +) } }
}

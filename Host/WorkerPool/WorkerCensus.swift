// The workers of this process that live now, and how many there were: for those who watch the host.
import Synchronization

package enum WorkerCensus {
  private struct State {
    var living: Set<Int32> = []
    var started = 0
  }

  private static let state = Mutex(State())

  package static var living: Set<Int32> { state.withLock { $0.living } }
  package static var started: Int { state.withLock { $0.started } }

  static func began(_ process: Int32) {
    state.withLock {
      $0.living.insert(process)
      $0.started += 1
    }
  }

  static func ended(_ process: Int32) { state.withLock { _ = $0.living.remove(process) } }
}

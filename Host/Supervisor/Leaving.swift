// Who asked has gone, perhaps before there is anything to stop.
internal import Synchronization

/// Happens once. Any thread.
package final class Leaving: Sendable {
  private struct State {
    var hasLeft = false
    var action: (@Sendable () -> Void)?
  }
  private let state = Mutex(State())

  package init() {}

  package func leave() {
    let action = state.withLock { state in
      state.hasLeft = true
      return state.action
    }
    action?()
  }

  /// At once where it has happened already. The last one given counts.
  package func then(_ action: @escaping @Sendable () -> Void) {
    let isLate = state.withLock { state in
      state.action = action
      return state.hasLeft
    }
    if isLate { action() }
  }

  package var hasLeft: Bool { state.withLock { $0.hasLeft } }
}

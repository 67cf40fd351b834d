// Tells a model that cannot take some requests from one that takes none.
package import PluginKit
internal import Synchronization

/// A row that a model refuses is that row's trouble, until so many were refused and none was taken: then it is the model's
/// settings, and nobody wants to hear it from every row. Any thread.
package final class Acceptance: Sendable {
  private static let enough = 25
  private let state = Mutex((isProven: false, refused: 0))

  package init() {}

  package func taken() { state.withLock { $0.isProven = true } }

  /// Throws where the refusals are enough; the status is none that concerns a row.
  package func refused(_ error: PluginError) throws {
    guard error.status == .invalidArgument else { return }
    let count = state.withLock { state -> Int in
      state.refused += 1
      return state.isProven ? 0 : state.refused
    }
    guard count >= Self.enough else { return }
    throw PluginError(
      .configuration, "the model has taken none of \(count) requests. The last: \(error.message)",
      details: error.details)
  }
}

// A worker that keeps models loaded and answers questions about them, many at once, until it is told to stop.
import CPluginABI
import CWorker
import Glibc
import JSONValue
import Model
import PluginKit
import PluginLoader
import Synchronization
package import WorkerProtocol

/// Questions on their way. One that nobody waits for any more ends at its next event, or when its provider asks.
final class OpenQuestions: Sendable {
  private struct Entries {
    var forgotten: Set<Int> = []
    var going: Set<Int> = []
    var isOpen = false
  }
  private let entries = Monitor(Entries())

  func open() { entries.change { $0.isOpen = true } }

  /// False while the models are not loaded, and after the end.
  func begin(_ id: Int) -> Bool {
    entries.withLock { entries in
      guard entries.isOpen else { return false }
      entries.going.insert(id)
      return true
    }
  }

  func end(_ id: Int) {
    entries.change { entries in
      entries.going.remove(id)
      entries.forgotten.remove(id)
    }
  }

  func forget(_ id: Int) { entries.withLock { if $0.going.contains(id) { $0.forgotten.insert(id) } } }
  func isForgotten(_ id: Int) -> Bool { entries.withLock { $0.forgotten.contains(id) } }

  /// Lets nobody in any more and waits until the last answer is given.
  func drain() {
    entries.change { $0.isOpen = false }
    entries.wait { $0.going.isEmpty ? () : nil }
  }

  /// Nobody is inside a model.
  var isIdle: Bool { entries.withLock { $0.going.isEmpty } }
}

extension Engine {
  func serve() throws(Problem) {
    for node in nodes {
      guard node.plan.component.kind == .provider else {
        throw node.problem(.kindNotRunnable, "only providers can be served, '\(node.plan.name)' is none")
      }
      try openProvider(node)
      try providers[node.plan.name]?.load()
    }
    questions.open()
    state.link.send(.serving)
    while !state.isStopping {
      // Silence is no stall while nobody asks.
      if questions.isIdle { ote_boundary_alive() }
      var entry = pollfd(fd: state.cancelDescriptor, events: Int16(POLLIN), revents: 0)
      poll(&entry, 1, 1000)
    }
    questions.drain()
  }

  /// Returns at once; the answer goes to the control plane as it comes. Called by the thread that reads the control socket.
  package func answer(_ question: ModelQuestion, _ id: Int) {
    guard questions.begin(id) else {
      return state.link.send(.answer(id: id, .failed(Problem(.cancelled, "the model is not being served"))))
    }
    WorkerThread("question") { [self] in
      let outcome: ReplyOutcome
      do throws(Problem) {
        try generate(question, id)
        outcome = .answered([:])
      } catch { outcome = .failed(error) }
      questions.end(id)
      state.link.send(.answer(id: id, outcome))
    }
  }

  package func forget(_ id: Int) { questions.forget(id) }

  private func generate(_ question: ModelQuestion, _ id: Int) throws(Problem) {
    try provider(question.node).generate(
      question.request.text, isWanted: { [questions] in !questions.isForgotten(id) },
      forward: { [self] choice, kind, payload in
        let bytes = UnsafeBufferPointer(start: payload.ptr, count: payload.ptr == nil ? 0 : Int(payload.len))
        let text = String(decoding: bytes, as: UTF8.self)
        state.link.send(.event(id: id, choice: Int(choice), kind: kind, payload: text))
        return !questions.isForgotten(id)
      })
  }

  private func provider(_ node: String) throws(Problem) -> ProviderRun {
    guard let provider = providers[node] else { throw Problem(.notFound, "no model '\(node)' is served here") }
    return provider
  }
}

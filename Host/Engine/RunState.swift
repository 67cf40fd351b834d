// What all nodes of a run share: the wish to stop, the first failure, and the way to the control plane.
import CWorker
import Glibc
import JSONValue
package import Model
import Synchronization
package import WorkerProtocol

/// The worker's side of the control socket: sends messages, and answers requests by number.
package final class ControlLink: Sendable {
  private let writer: MessageWriter
  private let replies = Monitor<(next: Int, answers: [Int: ReplyOutcome], closed: Bool)>((1, [:], false))

  package init(descriptor: Int32) { writer = MessageWriter(descriptor: descriptor) }

  package func send(_ message: WorkerMessage) { writer.send(message) }

  /// Blocks until the control plane answers.
  func ask(_ request: WorkerRequest) throws(Problem) -> JSONValue {
    let id = replies.withLock { state in
      defer { state.next += 1 }
      return state.next
    }
    switch writer.send(WorkerMessage.request(id: id, request)) {
    case .sent: break
    case .tooLong: throw Problem(.resourceExhausted, "the request is longer than a message to the host may be")
    case .gone: throw gone
    }
    ote_boundary_enter(OTE_NODE_HOST, Int32(OTE_CALL_NONE.rawValue))
    let reply = replies.wait { state in
      state.answers.removeValue(forKey: id).map { Optional($0) } ?? (state.closed ? .some(nil) : nil)
    }
    ote_boundary_leave()
    switch reply {
    case .answered(let value): return value
    case .failed(let problem): throw problem
    case nil: throw gone
    }
  }

  private var gone: Problem { Problem(.hostFailed, "the control plane is gone") }

  /// From the thread that reads the control socket.
  package func received(_ id: Int, _ outcome: ReplyOutcome) { replies.change { $0.answers[id] = outcome } }
  package func close() { replies.change { $0.closed = true } }
}

package final class RunState: Sendable {
  package let link: ControlLink
  let plan: RunPlan
  /// Readable once the run is to stop; plugins may wait on it.
  let cancelDescriptor = ote_eventfd()
  private let stopping = Atomic<Bool>(false)
  private let asked = Atomic<Bool>(false)
  private let settled = Atomic<Bool>(false)
  private let failure = Mutex<Problem?>(nil)
  private struct Interrupts {
    var wake: [@Sendable () -> Void] = []
    var thread: WorkerThread?
  }
  private let interrupts = Mutex(Interrupts())

  /// CLOCK_MONOTONIC; the control plane stops the run then.
  let deadlineNanoseconds: Int64
  /// By node.
  let plugins: [String: String]

  package init(plan: RunPlan, link: ControlLink) {
    self.plan = plan
    plugins = Dictionary(plan.nodes.map { ($0.name, $0.plugin) }, uniquingKeysWith: { first, _ in first })
    deadlineNanoseconds = Int64(ote_now_ns()) + Int64(min(plan.limits.wallSeconds, 1e8) * 1e9)
    self.link = link
  }

  deinit { close(cancelDescriptor) }

  /// Somebody asked the run to stop, or a node failed: no new work.
  var isStopping: Bool { stopping.load(ordering: .acquiring) }
  /// A person asked, as opposed to a failure.
  var wasCancelled: Bool { asked.load(ordering: .acquiring) }
  var firstFailure: Problem? { failure.withLock { $0 } }

  /// Registers what wakes a blocked plugin.
  func onStop(_ interrupt: @escaping @Sendable () -> Void) { interrupts.withLock { $0.wake.append(interrupt) } }

  /// Before instances go: returns when nobody is being woken any more.
  func forgetInterrupts() {
    let thread = interrupts.withLock { state in
      defer { state = Interrupts() }
      return state.thread
    }
    thread?.join()
  }

  /// Everything is committed: neither a late wish to stop nor a failure to clear up changes that.
  var isSettled: Bool { settled.load(ordering: .sequentiallyConsistent) }
  func settle() { settled.store(true, ordering: .sequentiallyConsistent) }

  package func cancel() {
    guard !isSettled else { return }
    asked.store(true, ordering: .releasing)
    stop()
  }

  /// The first problem is the cause; what follows is its echo.
  func fail(_ problem: Problem) {
    guard !isSettled else {
      let text = "after the run had committed: \(problem.detail)"
      return link.send(
        .log(LogLine(at: TimeStamp.now(), level: .warning, node: problem.node, from: "host", text: text)))
    }
    let isEcho = isStopping && (problem.code == .cancelled || wasCancelled)
    if !isEcho {
      let isFirst = failure.withLock { kept in
        defer { kept = kept ?? problem }
        return kept == nil
      }
      if isFirst { link.send(.failing(problem)) }
    }
    stop()
  }

  private func stop() {
    guard !stopping.exchange(true, ordering: .sequentiallyConsistent) else { return }
    var one: UInt64 = 1
    _ = write(cancelDescriptor, &one, 8)
    interrupts.withLock { state in
      let wake = state.wake
      guard !wake.isEmpty else { return }
      // A plugin's interrupt may take a lock that the failing call holds: never on this thread.
      state.thread = WorkerThread("interrupt") { wake.forEach { $0() } }
    }
  }
}

/// The run is stopping: not a failure of the node that notices.
struct Stopping: Error {}

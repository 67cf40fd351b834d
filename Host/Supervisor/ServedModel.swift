// A worker that keeps models loaded, and the questions that are on their way to it.
import CWorker
import Foundation
import Glibc
import JSONValue
package import Model
package import WorkerPool
package import WorkerProtocol

/// Any thread. The worker starts with `start` and ends with `stop`, at the latest when this goes away or the host ends.
package final class ServedModel: @unchecked Sendable {
  /// An event of an answer: choice, kind and payload as in ote_plugin.h. False: no more of it is wanted.
  package typealias Receiver = @Sendable (_ choice: Int, _ kind: UInt32, _ payload: String) -> Bool

  private enum Phase {
    case idle, starting, serving
    case ended(Problem)
  }
  private struct Question {
    var receive: Receiver
    var outcome: ReplyOutcome?
    var usage: JSONValue?
  }
  private struct State {
    var phase = Phase.idle
    var questions: [Int: Question] = [:]
    var nextID = 1
    var writer: MessageWriter?
    /// As the provider adds it up, and how much of that is booked.
    var cost: Double?
    var bookedCost = 0.0
  }

  private let workers: Workers
  private let plan: RunPlan
  private let secrets: SecretLookup?
  private let requests: any WorkerObserver
  private let account: ConnectionAccount?
  private let ended: @Sendable () -> Void
  private let condition = NSCondition()
  private var state = State()
  private let cancel = ote_eventfd()

  /// `plan` holds providers only, in mode `serve`. `requests` answers what the worker asks of the host, and sees its log;
  /// `account` is charged. `ended` is called once, when the worker is gone.
  package init(
    _ plan: RunPlan, workers: Workers, secrets: SecretLookup?, requests: any WorkerObserver,
    account: ConnectionAccount?, ended: @escaping @Sendable () -> Void = {}
  ) {
    self.account = account
    self.ended = ended
    self.plan = plan
    self.workers = workers
    self.secrets = secrets
    self.requests = requests
  }

  deinit { close(cancel) }

  private func locked<R>(_ body: (inout State) -> R) -> R {
    condition.lock()
    defer {
      condition.broadcast()
      condition.unlock()
    }
    return body(&state)
  }

  /// Blocks until the models are loaded. Throws what kept them from it.
  package func start() throws(Problem) {
    let isMine = locked { state -> Bool in
      guard case .idle = state.phase else { return false }
      state.phase = .starting
      return true
    }
    if isMine {
      // The worker dies with the thread that spawned it, so that thread lives as long as the worker.
      let thread = Thread { [self] in serve() }
      thread.name = "served model"
      thread.start()
    }
    condition.lock()
    defer { condition.unlock() }
    while true {
      switch state.phase {
      case .serving: return
      case .ended(let problem): throw problem
      case .idle, .starting: condition.wait()
      }
    }
  }

  /// The worker ends its answers and goes; what is asked afterwards fails.
  package func stop() {
    var one: UInt64 = 1
    _ = write(cancel, &one, 8)
  }

  /// It is not served any more: it was stopped, or its worker is gone.
  package var hasEnded: Bool {
    locked { state in
      if case .ended = state.phase { return true }
      return false
    }
  }

  /// Blocks until the answer has ended; events come meanwhile, on another thread. `leaving` is told when nobody waits for
  /// it any more, which ends it.
  package func ask(
    _ question: ModelQuestion, leaving: Leaving = Leaving(), _ receive: @escaping Receiver
  ) throws(Problem) {
    try account?.admit()
    let (id, writer) = try begin(receive)
    if writer.send(ControlMessage.ask(id: id, question)) == .tooLong {
      _ = locked { $0.questions.removeValue(forKey: id) }
      throw Problem(.resourceExhausted, "the request is longer than a message to the worker may be", origin: .user)
    }
    leaving.then { [weak self] in self?.forget(id) }
    let (outcome, usage) = wait(for: id)
    account?.charge(usage)
    if case .failed(let problem) = outcome { throw problem }
  }

  /// How it ended, and what it took, as far as that was told.
  private func wait(for id: Int) -> (ReplyOutcome, ConnectionUsage) {
    condition.lock()
    defer { condition.unlock() }
    var outcome = state.questions[id]?.outcome
    while outcome == nil {
      if case .ended(let problem) = state.phase {
        outcome = .failed(problem)
      } else {
        condition.wait()
        outcome = state.questions[id]?.outcome
      }
    }
    let told = state.questions.removeValue(forKey: id)?.usage
    var usage = ConnectionUsage(connection: account?.connection ?? "", day: TimeStamp.today())
    usage.requests = 1
    usage.inputTokens = told?["input_tokens"]?.int
    usage.outputTokens = told?["output_tokens"]?.int
    usage.cost = state.cost.map { max(0, $0 - state.bookedCost) }
    state.bookedCost = max(state.bookedCost, state.cost ?? 0)
    return (outcome ?? .answered([:]), usage)
  }

  private func begin(_ receive: @escaping Receiver) throws(Problem) -> (Int, MessageWriter) {
    condition.lock()
    defer { condition.unlock() }
    if case .ended(let problem) = state.phase { throw problem }
    guard case .serving = state.phase, let writer = state.writer else {
      throw Problem(.hostFailed, "the model is not being served")
    }
    let id = state.nextID
    state.nextID += 1
    state.questions[id] = Question(receive: receive)
    return (id, writer)
  }

  private func forget(_ id: Int) {
    let writer = locked { $0.questions[id]?.outcome == nil ? $0.writer : nil }
    _ = writer?.send(ControlMessage.forget(id: id))
  }

  private func serve() {
    let ears = Ears(self, requests)
    var problem = Problem(.cancelled, "the model is not served any more")
    do throws(Problem) {
      let end = try workers.run(plan, secrets: secrets, cancel: cancel, observer: ears) { writer in
        locked { $0.writer = writer }
      }
      switch end {
      case .finished(let outcome): problem = outcome.problems.first ?? problem
      case .died(let reason, _): problem = reason
      case .described: problem = Problem(.workerProtocolBroken, "a scan, not a model")
      }
    } catch { problem = error }
    ended()
    locked { state in
      state.phase = .ended(problem)
      state.writer = nil
    }
  }

  fileprivate func hear(_ message: WorkerMessage) -> Bool {
    switch message {
    case .serving: locked { $0.phase = .serving }
    case .event(let id, let choice, let kind, let payload):
      let receive = locked { state in
        if ModelAnswer.isUsage(kind) { state.questions[id]?.usage = try? JSONValue(parsing: payload) }
        return state.questions[id]?.receive
      }
      guard let receive, !receive(choice, kind, payload) else { return true }
      forget(id)
    case .answer(let id, let outcome): locked { $0.questions[id]?.outcome = outcome }
    case .metric(let point) where point.name == "cost": locked { $0.cost = point.value }
    default: return false
    }
    return true
  }
}

/// Hears what the worker says; what is no answer goes on to whoever answers its requests.
private final class Ears: WorkerObserver {
  private let model: ServedModel
  private let next: any WorkerObserver

  init(_ model: ServedModel, _ next: any WorkerObserver) {
    self.model = model
    self.next = next
  }

  func worker(said message: WorkerMessage) { if !model.hear(message) { next.worker(said: message) } }
  func worker(asked request: WorkerRequest) -> ReplyOutcome { next.worker(asked: request) }
  func worker(uses use: WorkerUse) { next.worker(uses: use) }
}

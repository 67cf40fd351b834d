// Watches one worker until it is gone: its messages, its limits, its silence.
import CWorker
package import Model
package import WorkerProtocol

/// What the watcher tells its caller. `reply` answers a request; it may be called during the callback only.
package protocol WorkerObserver: AnyObject {
  func worker(said message: WorkerMessage)
  func worker(asked request: WorkerRequest) -> ReplyOutcome
  /// Now and then while it runs, and once more when it has finished.
  func worker(uses use: WorkerUse)
}

extension WorkerObserver {
  package func worker(uses use: WorkerUse) {}
}

/// How a worker's life ended.
package enum WorkerEnd: Sendable {
  /// It said its last message and exited.
  case finished(RunOutcome)
  case described
  /// It died, or was killed. `report` is what it printed at the end: the crash report.
  case died(Problem, report: String)
}

/// Names for blame: index in the plan to node and plugin.
package struct BlameTable: Sendable {
  package var nodes: [(name: String, plugin: String)]
  package var plugins: [String]
  package init(nodes: [(name: String, plugin: String)], plugins: [String]) {
    self.nodes = nodes
    self.plugins = plugins
  }
}

package final class WorkerWatch {
  let process: WorkerProcess
  let limits: RunLimits
  let blame: BlameTable
  /// Any thread, while the worker lives.
  package let writer: MessageWriter
  private weak var observer: (any WorkerObserver)?
  private var frames = FrameReader()
  private var chunk = [UInt8](repeating: 0, count: 64 << 10)
  private var outcome: WorkerEnd?
  private var controlOpen = true
  private var cancelledAt: UInt64?
  /// Why we killed it; decides the problem, whatever signal it died of.
  var killReason: KillReason?
  private let startedAt = ote_now_ns()
  /// When the worker last got an answer from us. While it waits for one, the silence is ours.
  private var answeredAt: UInt64 = 0
  private var finishedAt: UInt64?
  /// What the worker itself says has failed, while it tries to stop.
  private var failure: Problem?
  /// The last lines it printed: a crash prints its frames while the worker still reads its own output.
  private var printed: [String] = []
  /// What the worker printed and did not read itself: from a crash on that is our part.
  private var unread: [UInt8] = []
  private var pace = SamplePace()

  enum KillReason { case wall, stall, memory(Int64), cancelIgnored, protocolBroken(String) }

  package init(_ process: WorkerProcess, limits: RunLimits, blame: BlameTable, observer: any WorkerObserver) {
    self.process = process
    self.limits = limits
    self.blame = blame
    self.observer = observer
    writer = MessageWriter(descriptor: process.control)
  }

  /// Runs until the worker is reaped. `cancel` becomes readable when the run is to stop (-1: never).
  package func run(_ first: ControlMessage, cancel: Int32 = -1) -> WorkerEnd {
    if writer.send(first) == .tooLong { kill(.protocolBroken("the plan is longer than a message may be")) }
    var cancelDescriptor = cancel
    while true {
      let ready = waitReadable(
        [controlOpen ? process.control : -1, process.pidDescriptor, cancelDescriptor], milliseconds: 50)
      if ready[2] {
        cancelDescriptor = -1
        cancelledAt = ote_now_ns()
        writer.send(ControlMessage.cancel)
      }
      // A part at a time: limits and cancel hold also for a worker that never stops talking.
      if ready[0] { receiveMessages(chunksMax: 16) }
      if ready[1] { break }
      // A crash report longer than the pipe must not wait for a reader.
      if process.page.pointee.signal != 0 { drainOutput() }
      enforceLimits()
      if finishedAt == nil, pace.isDue(at: ote_now_ns(), late: 1_000_000_000) { lookAtUse() }
    }
    receiveMessages(chunksMax: .max)
    return end()
  }

  private func receiveMessages(chunksMax: Int) {
    var chunks = 0
    while controlOpen, chunks < chunksMax {
      chunks += 1
      switch receive(process.control, &chunk) {
      case .nothing: return
      case .closed: controlOpen = false
      case .bytes(let count):
        chunk.withUnsafeBytes { frames.append(UnsafeRawBufferPointer(rebasing: $0[0..<count])) }
        handleFrames()
      }
    }
  }

  private func handleFrames() {
    do {
      while let message = try frames.next(WorkerMessage.self) { handle(message) }
    } catch {
      kill(.protocolBroken("\(error)"))
      controlOpen = false
    }
  }

  private func handle(_ message: WorkerMessage) {
    switch message {
    case .hello(let version, _) where version != workerProtocolVersion:
      kill(.protocolBroken("the worker speaks version \(version), the host \(workerProtocolVersion)"))
    case .request(let id, let request):
      let reply = observer?.worker(asked: request) ?? .failed(Problem(.hostFailed, "nobody answers requests"))
      if writer.send(ControlMessage.reply(id: id, reply)) == .tooLong {
        let problem = Problem(.resourceExhausted, "the answer is longer than a message may be", origin: .host)
        writer.send(ControlMessage.reply(id: id, .failed(problem)))
      }
      answeredAt = ote_now_ns()
    case .finished(let result):
      outcome = .finished(result)
      finishedAt = ote_now_ns()
      lookAtUse()
    case .described:
      outcome = .described
      observer?.worker(said: message)
    case .failing(let problem):
      failure = failure ?? problem
      cancelledAt = cancelledAt ?? ote_now_ns()
    case .log(let line) where line.from == "output":
      printed.append(line.text)
      if printed.count > 400 { printed.removeFirst(200) }
      observer?.worker(said: message)
    case .progress:
      observer?.worker(said: message)
      if pace.isDue(at: ote_now_ns()) { lookAtUse() }
    default:
      observer?.worker(said: message)
    }
  }

  private func lookAtUse() {
    if let use = process.use() { observer?.worker(uses: use) }
  }

  private func enforceLimits() {
    guard killReason == nil else { return }
    let now = ote_now_ns()
    if let finishedAt {
      // It has said its last word but does not exit.
      if seconds(from: finishedAt, to: now) > limits.graceSeconds { process.kill() }
      return
    }
    let activity = process.page.pointee.activity_ns
    // The worker's clock reading can be a little ahead of ours: never subtract below zero.
    let silent = seconds(from: max(activity, answeredAt), to: now)
    if let bytes = process.anonymousBytes(), bytes > limits.memoryBytes {
      kill(.memory(bytes))
    } else if seconds(from: startedAt, to: now) > limits.wallSeconds {
      kill(.wall)
    } else if let cancelledAt, seconds(from: cancelledAt, to: now) > limits.graceSeconds {
      kill(.cancelIgnored)
    } else if activity > 0, silent > limits.stallSeconds {
      kill(.stall)
    } else if activity == 0, seconds(from: startedAt, to: now) > max(limits.stallSeconds, 20) {
      kill(.stall)
    }
  }

  private func kill(_ reason: KillReason) {
    killReason = killReason ?? reason
    process.kill()
  }

  private func seconds(from start: UInt64, to end: UInt64) -> Double { end > start ? Double(end - start) / 1e9 : 0 }

  private func end() -> WorkerEnd {
    let exit = process.reap()
    drainOutput()
    let report = (printed.suffix(200) + [String(decoding: unread, as: UTF8.self)]).joined(separator: "\n")
    if killReason == nil, let outcome { return outcome }
    var problem = diagnose(exit: exit, report: report)
    // A plugin that does not stop after another has failed is not the cause.
    if case .cancelIgnored = killReason, let failure { problem = failure }
    return .died(problem, report: report)
  }

  /// What the worker printed and nobody has read yet. While it is well it reads its own output to tell nodes apart.
  private func drainOutput() {
    var pieces = 0
    while pieces < 64, let count = readAvailable(process.output, &chunk) {
      pieces += 1
      if unread.count < 256 << 10 { unread += chunk[0..<count] }
    }
  }
}

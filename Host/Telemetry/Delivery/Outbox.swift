// Items on their way to a receiver: a bounded queue, sent in batches by a task of its own. Adding never waits.
import Logging
import Synchronization

package final class Outbox: Sendable {
  /// Why an item never arrived.
  private enum Loss: String, CaseIterable { case full, refused, unreachable, shutdown }

  private struct State {
    var waiting: [[UInt8]] = []
    /// Taken out of `waiting`, and not answered yet.
    var underway = 0
    var sent = 0
    var lost: [Loss: Int] = [:]
    var isClosing = false
    var isFailing = false
    var task: Task<Void, Never>?
  }

  /// `traces` or `lineage`: names it in figures and log.
  package let signal: String
  private let receiver: Receiver
  private let policy: DeliveryPolicy
  private let log: Logger
  private let body: @Sendable ([[UInt8]]) -> [UInt8]
  private let state = Mutex(State())
  private let wake: AsyncStream<Void>.Continuation

  /// `body` makes one request of a batch of items.
  init(
    _ signal: String, to receiver: Receiver, policy: DeliveryPolicy, log: Logger,
    body: @escaping @Sendable ([[UInt8]]) -> [UInt8]
  ) {
    self.signal = signal
    self.receiver = receiver
    self.policy = policy
    self.log = log
    self.body = body
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    wake = continuation
    let task = Task { [weak self] in
      for await _ in stream { await self?.sendAll() }
    }
    state.withLock { $0.task = task }
  }

  func add(_ item: [UInt8]) {
    let isTaken = state.withLock { state in
      guard !state.isClosing, state.waiting.count + state.underway < policy.queueMax else {
        state.lost[state.isClosing ? .shutdown : .full, default: 0] += 1
        return false
      }
      state.waiting.append(item)
      return true
    }
    if isTaken { wake.yield() }
  }

  /// Sends what waits, but no longer than that; the rest is counted as lost.
  func close(within seconds: Double) async {
    let task = state.withLock { state in
      state.isClosing = true
      return state.task
    }
    wake.yield()
    wake.finish()
    let clock = Task {
      try? await Task.sleep(for: .seconds(seconds))
      if !Task.isCancelled { task?.cancel() }
    }
    await task?.value
    clock.cancel()
    lose(
      state.withLock { state in
        defer { state.waiting = [] }
        return state.waiting.count
      }, .shutdown)
    await receiver.close()
  }

  package struct Figures: Sendable {
    package var signal: String
    package var waiting: Int
    package var sent: Int
    /// By reason.
    package var lost: [(reason: String, count: Int)]
  }

  package var figures: Figures {
    state.withLock { state in
      Figures(
        signal: signal, waiting: state.waiting.count + state.underway, sent: state.sent,
        lost: Loss.allCases.map { ($0.rawValue, state.lost[$0] ?? 0) })
    }
  }

  // MARK: sending

  private func sendAll() async {
    while !Task.isCancelled {
      await gather()
      let batch = state.withLock { state in
        let batch = Array(state.waiting.prefix(policy.batchMax))
        state.waiting.removeFirst(batch.count)
        state.underway = batch.count
        return batch
      }
      guard !batch.isEmpty else { return }
      await send(batch)
      state.withLock { $0.underway = 0 }
    }
  }

  /// A moment for more to come, cut short where a batch is full or the host ends.
  private func gather() async {
    let clock = ContinuousClock()
    let until = clock.now + .seconds(policy.delaySeconds)
    while clock.now < until, !Task.isCancelled {
      let isReady = state.withLock { $0.isClosing || $0.waiting.isEmpty || $0.waiting.count >= policy.batchMax }
      if isReady { return }
      try? await clock.sleep(until: min(until, clock.now + .milliseconds(100)))
    }
  }

  private func send(_ batch: [[UInt8]]) async {
    let bytes = body(batch)
    for attempt in 1...policy.attemptsMax {
      switch await receiver.post(bytes) {
      case .taken(let refused):
        noteSuccess(sent: batch.count - min(refused, batch.count))
        lose(min(refused, batch.count), .refused)
        return
      case .refused(let words):
        noteFailure(words)
        return lose(batch.count, .refused)
      case .later(let words, let seconds):
        if Task.isCancelled { return lose(batch.count, .shutdown) }
        noteFailure(words)
        guard attempt < policy.attemptsMax else { break }
        try? await Task.sleep(for: .seconds(policy.backOff(afterAttempt: attempt, retryAfter: seconds)))
        if Task.isCancelled { return lose(batch.count, .shutdown) }
      }
    }
    lose(batch.count, .unreachable)
  }

  private func lose(_ count: Int, _ reason: Loss) {
    guard count > 0 else { return }
    state.withLock { $0.lost[reason, default: 0] += count }
  }

  /// The log tells when it begins to fail and when it works again, not each time.
  private func noteFailure(_ words: String) {
    let isNew = state.withLock { state in
      defer { state.isFailing = true }
      return !state.isFailing
    }
    guard isNew else { return }
    log.warning(
      "\(signal) are not taken by \(receiver.address): \(words)", metadata: ["event": "telemetry.failing"])
  }

  private func noteSuccess(sent: Int) {
    let wasFailing = state.withLock { state in
      state.sent += sent
      defer { state.isFailing = false }
      return state.isFailing
    }
    if wasFailing { log.info("\(signal) are taken again", metadata: ["event": "telemetry.working"]) }
  }
}

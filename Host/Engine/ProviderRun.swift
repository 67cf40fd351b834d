// A provider while a plan runs: loaded at its first use, asked by other nodes, by as many at once as it says.
import CPluginABI
import CWorker
import JSONValue
import Model
import PluginKit
import PluginLoader
import Synchronization

/// Any thread.
final class ProviderRun: @unchecked Sendable {
  let node: NodeRun
  private let table: ote_provider
  /// The document of the model that is to be loaded; may wait for a trainer.
  private let artifact: ValueSource
  /// Calls of generate that may run at once.
  private let width: Int
  /// nil where no connection with a budget is behind it.
  private let ledger: ConnectionLedger?

  private enum Loading {
    case not, going, done
    case failed(Problem)
  }
  private struct Occupancy {
    var loading = Loading.not
    var generating = 0
    /// One of load, embed and their like is inside, of which there is never more than one.
    var isSerial = false
  }
  private let occupancy = Monitor(Occupancy())
  private let tally = Mutex((requests: 0, input: 0, output: 0, cached: 0))
  /// Streams that crossed between consumer and provider: closed before the instances go.
  private let streams = Monitor<[PluginStream]>([])

  init(_ node: NodeRun, artifact: ValueSource, ledger: ConnectionLedger?) throws(Problem) {
    self.node = node
    self.ledger = ledger
    self.artifact = artifact
    table = try node.interface(OTE_PROVIDER, as: ote_provider.self)
    guard table.generate != nil || table.embed != nil else {
      throw node.problem(.contractBroken, "the provider offers neither generate nor embed")
    }
    width = max(1, node.plan.component.concurrency["generate"] ?? 1)
    node.state.onStop { [occupancy] in occupancy.change { _ in } }
  }

  /// The model's document: what it is, and who makes it callable.
  func document() throws(Problem) -> JSONValue {
    var document = try artifact.model().object ?? [:]
    document["use"] = .string(node.plan.use)
    document["config"] = node.plan.configuration
    return .object(document)
  }

  /// The first caller loads, others wait for it.
  func load() throws(Problem) {
    let mine = try occupancy.waiting(node) { state -> Bool? in
      switch state.loading {
      case .not:
        state.loading = .going
        return true
      case .going: return nil
      case .done, .failed: return false
      }
    }
    if mine {
      var result = Loading.done
      do throws(Problem) { try loadNow() } catch { result = .failed(error) }
      occupancy.change { $0.loading = result }
    }
    if case .failed(let problem) = occupancy.withLock({ $0.loading }) { throw problem }
  }

  private func loadNow() throws(Problem) {
    let document = try artifact.model()
    node.setStatus(.running)
    guard let load = table.load else { return }
    try node.call(OTE_CALL_LOAD) { error in
      withText(document.text) { load(node.instance?.pointer, node.handle, $0, error) }
    }
  }

  /// Events go to the plugin that asks.
  func generate(
    _ request: String, for consumer: NodeRun, _ sink: UnsafeMutablePointer<ote_event_sink>?
  ) throws(Problem) {
    try generate(request, EventRelay(provider: node, consumer: consumer, sink))
  }

  /// Events go to the host; `forward` answers false when it wants no more, `isWanted` between events.
  func generate(
    _ request: String, isWanted: @escaping () -> Bool, forward: @escaping (UInt32, UInt32, ote_bytes) -> Bool
  ) throws(Problem) {
    try generate(request, EventRelay(provider: node, consumer: nil, isWanted: isWanted, forward: forward))
  }

  private func generate(_ request: String, _ relay: EventRelay) throws(Problem) {
    guard let generate = table.generate else { throw node.problem(.unsupported, "the provider does not generate") }
    try load()
    try occupancy.waiting(node) { state -> Void? in
      guard state.generating < width else { return nil }
      state.generating += 1
      return ()
    }
    defer { occupancy.change { $0.generating -= 1 } }
    guard relay.goesOn() else { throw node.problem(.cancelled, "nobody waits for this answer any more") }
    try ledger?.admit(node)
    // One that fails was asked for too, and may have to be paid for.
    defer { count(relay.usage) }
    try node.call(OTE_CALL_GENERATE) { error in
      withText(request) { text in
        relay.withSink { generate(node.instance?.pointer, node.handle, text, $0, error) }
      }
    }
    try relay.checkEnded()
  }

  /// Answers a stream of the provider's; `input` is the consumer's and passes at entry.
  func embed(
    _ input: UnsafeMutablePointer<ArrowArrayStream>, for consumer: NodeRun
  ) throws(Problem) -> any BatchStream {
    let given = try PluginStream(moving: input, node: FailingRows.owner(of: consumer), port: "embed")
    guard let embed = table.embed else {
      given.close()
      throw node.problem(.unsupported, "the provider makes no embeddings")
    }
    try load()
    return try serially { () throws(Problem) -> any BatchStream in
      try ledger?.admit(node)
      let places = StreamArray(count: 1, filled: true)
      export(given, to: places.pointer)
      let out = StreamArray(count: 1, filled: false)
      places.giveAway()
      try node.call(OTE_CALL_EMBED) { error in
        withText("{}") {
          out.filled(by: embed(node.instance?.pointer, node.handle, $0, places.pointer, out.pointer, error))
        }
      }
      let stream = try PluginStream(moving: out.pointer, node: node, port: PluginStream.embeddingPort)
      streams.withLock { $0 += [given, stream] }
      tally.withLock { $0.requests += 1 }
      return stream
    }
  }

  func countTokens(_ request: String) throws(Problem) -> UInt64 {
    guard let call = table.count_tokens else { throw node.problem(.unsupported, "the provider counts no tokens") }
    try load()
    var count: UInt64 = 0
    try node.call(OTE_CALL_COUNT_TOKENS) { error in
      withText(request) { call(node.instance?.pointer, node.handle, $0, &count, error) }
    }
    return count
  }

  private func serially<R>(_ body: () throws(Problem) -> R) throws(Problem) -> R {
    try occupancy.waiting(node) { state -> Void? in
      guard !state.isSerial else { return nil }
      state.isSerial = true
      return ()
    }
    defer { occupancy.change { $0.isSerial = false } }
    return try body()
  }

  private func count(_ usage: TokenUsage?) {
    let sums = tally.withLock { tally in
      tally.requests += 1
      tally.input += usage?.input ?? 0
      tally.output += usage?.output ?? 0
      tally.cached += usage?.cached ?? 0
      return tally
    }
    node.remembered.withLock { kept in
      kept.metrics["requests"] = Double(sums.requests)
      kept.metrics["input_tokens"] = Double(sums.input)
      kept.metrics["output_tokens"] = Double(sums.output)
      if sums.cached > 0 { kept.metrics["cached_tokens"] = Double(sums.cached) }
    }
  }

  func close() { streams.withLock { $0 }.reversed().forEach { $0.close() } }
}

extension Monitor {
  /// Waits until `body` answers something, as the host's own waiting: no plugin is to blame for it, and a run that stops
  /// ends it.
  func waiting<R>(_ node: NodeRun, until body: (inout State) -> R?) throws(Problem) -> R {
    ote_boundary_enter(OTE_NODE_HOST, Int32(OTE_CALL_NONE.rawValue))
    defer { ote_boundary_leave() }
    let result: R? = wait { state -> R?? in
      if node.state.isStopping { return .some(nil) }
      return body(&state).map { .some($0) }
    }
    guard let result else { throw node.problem(.cancelled, "the run is stopping") }
    return result
  }
}

// Between a provider and whoever asked it: events pass on their way, usage is counted, the order is watched.
import CPluginABI
import CWorker
import JSONValue
import Model
import PluginKit
import PluginLoader
import Synchronization

/// Lives for one call of generate. The provider may emit on any thread of its own.
final class EventRelay: @unchecked Sendable {
  private let provider: NodeRun
  private let consumer: NodeRun?
  private let forward: (UInt32, UInt32, ote_bytes) -> Bool
  /// Asked between events, on any thread.
  private let isWanted: () -> Bool
  private struct Seen {
    var ended: Set<UInt32> = []
    var usage: TokenUsage?
    var fault: String?
    /// The receiver has had enough.
    var isUnwanted = false
  }
  private let seen = Mutex(Seen())

  /// Events go to a plugin that asked.
  convenience init(provider: NodeRun, consumer: NodeRun, _ sink: UnsafeMutablePointer<ote_event_sink>?) {
    nonisolated(unsafe) let sink = sink
    // The consumer's header may be older than `wanted`.
    let wanted = sink.flatMap { imported($0, as: ote_event_sink.self)?.wanted }
    self.init(provider: provider, consumer: consumer, isWanted: { wanted.map { $0(sink) != 0 } ?? true }) {
      choice, kind, payload in
      guard let sink, let emit = sink.pointee.emit else { return true }
      return emit(sink, choice, kind, payload) == 0
    }
  }

  /// `forward` answers false when it wants no more.
  init(
    provider: NodeRun, consumer: NodeRun?, isWanted: @escaping () -> Bool,
    forward: @escaping (UInt32, UInt32, ote_bytes) -> Bool
  ) {
    self.isWanted = isWanted
    self.provider = provider
    self.consumer = consumer
    self.forward = forward
  }

  var usage: TokenUsage? { seen.withLock { $0.usage } }

  func withSink<R>(_ body: (UnsafeMutablePointer<ote_event_sink>) throws -> R) rethrows -> R {
    var sink = ote_event_sink(
      struct_size: UInt32(MemoryLayout<ote_event_sink>.size), reserved0: 0,
      ctx: Unmanaged.passUnretained(self).toOpaque(),
      emit: { sink, choice, kind, payload in
        guard let context = sink?.pointee.ctx else { return 1 }
        return Unmanaged<EventRelay>.fromOpaque(context).takeUnretainedValue().take(choice, kind, payload) ? 0 : 1
      },
      wanted: { sink in
        guard let context = sink?.pointee.ctx else { return 0 }
        return Unmanaged<EventRelay>.fromOpaque(context).takeUnretainedValue().goesOn() ? 1 : 0
      })
    return try withExtendedLifetime(self) { try body(&sink) }
  }

  /// A provider that asks is alive, but has made no progress: that is its own to tell.
  func goesOn() -> Bool {
    if provider.state.isStopping || seen.withLock({ $0.isUnwanted || $0.fault != nil }) { return false }
    ote_boundary_enter(consumer?.index ?? OTE_NODE_HOST, Int32(OTE_CALL_EMIT.rawValue))
    let answer = isWanted()
    ote_boundary_leave()
    if !answer { seen.withLock { $0.isUnwanted = true } }
    return answer
  }

  private func take(_ choice: UInt32, _ kind: UInt32, _ payload: ote_bytes) -> Bool {
    provider.noteActivity()
    ote_boundary_alive()
    let goesOn = seen.withLock { seen -> Bool in
      note(choice, kind, payload, &seen)
      return seen.fault == nil && !seen.isUnwanted
    }
    guard goesOn, !provider.state.isStopping else { return false }
    // The receiver's code runs on the provider's thread: what happens in it is the receiver's.
    ote_boundary_enter(consumer?.index ?? OTE_NODE_HOST, Int32(OTE_CALL_EMIT.rawValue))
    let isWanted = forward(choice, kind, payload)
    ote_boundary_leave()
    if !isWanted { seen.withLock { $0.isUnwanted = true } }
    return isWanted
  }

  private func note(_ choice: UInt32, _ kind: UInt32, _ payload: ote_bytes, _ seen: inout Seen) {
    if seen.ended.contains(choice) { seen.fault = seen.fault ?? "sent an event after the answer had ended" }
    if kind == OTE_EVENT_FINISH { seen.ended.insert(choice) }
    guard kind == OTE_EVENT_USAGE, let start = payload.ptr else { return }
    let bytes = Array(UnsafeBufferPointer(start: start, count: Int(payload.len)))
    guard let json = try? JSONValue(parsing: bytes), let input = json["input_tokens"]?.int,
      let output = json["output_tokens"]?.int, input >= 0, output >= 0
    else {
      seen.fault = seen.fault ?? "sent a usage without input_tokens and output_tokens"
      return
    }
    seen.usage = TokenUsage(
      input: Int(clamping: input), output: Int(clamping: output),
      cached: json["cached_tokens"]?.int.map { Int(clamping: $0) })
  }

  /// After generate answered OK: every answer has an end.
  func checkEnded() throws(Problem) {
    let seen = seen.withLock { $0 }
    if let fault = seen.fault { throw provider.problem(.contractBroken, "generate \(fault)") }
    if seen.ended.isEmpty, !seen.isUnwanted {
      throw provider.problem(.contractBroken, "generate returned OK without the end of an answer")
    }
  }
}

// Where a provider or trainer tells what it does: push, and `emit` may block, which is the back-pressure.
package import CPluginABI

/// Valid until the call that received it returns. Any thread; events of one choice in order are the caller's affair.
public struct EventSink: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<ote_event_sink>?

  package init(_ pointer: UnsafeMutablePointer<ote_event_sink>?) { self.pointer = pointer }

  /// Throws `PluginError.cancelled` once the receiver has had enough.
  public func emit(_ event: ModelEvent, choice: Int = 0) throws {
    guard let pointer, let emit = pointer.pointee.emit else { return }
    let (kind, payload) = event.wire
    let stop = payload.withUnsafeBufferPointer {
      emit(pointer, UInt32(choice), kind, ote_bytes(ptr: $0.baseAddress, len: UInt64($0.count)))
    }
    if stop != 0 { throw PluginError.cancelled }
  }

  /// False once nobody wants the answer any more. Ask beside `run.isCancelled` where no event comes for a while, and throw
  /// `PluginError.cancelled` then.
  public var isWanted: Bool {
    guard let pointer else { return true }
    let table = copyTable(pointer, as: ote_event_sink.self)
    return table.wanted.map { $0(pointer) != 0 } ?? true
  }

  /// A trainer's figure at a step.
  public func metric(_ name: String, _ value: Double, step: Int? = nil, unit: String = "") throws {
    try emit(.metric(name: name, value: value, step: step, unit: unit))
  }
}

/// Receives events in this module and hands them to a closure; answers the C face for the time of a call.
package final class EventReceiver: @unchecked Sendable {
  private let receive: (ModelEvent, Int) throws -> Bool
  private let isWanted: () -> Bool
  package private(set) var failure: PluginError?

  /// `receive` answers false when it wants no more; `isWanted` is asked between events, on any thread.
  package init(
    isWanted: @escaping () -> Bool = { true }, _ receive: @escaping (ModelEvent, Int) throws -> Bool
  ) {
    self.isWanted = isWanted
    self.receive = receive
  }

  package func withSink<R>(_ body: (UnsafeMutablePointer<ote_event_sink>) throws -> R) rethrows -> R {
    var sink = ote_event_sink(
      struct_size: size(ote_event_sink.self), reserved0: 0, ctx: Unmanaged.passUnretained(self).toOpaque(),
      emit: { sink, choice, kind, payload in
        guard let context = sink?.pointee.ctx else { return 1 }
        let receiver = Unmanaged<EventReceiver>.fromOpaque(context).takeUnretainedValue()
        let bytes = Array(UnsafeBufferPointer(start: payload.ptr, count: payload.ptr == nil ? 0 : Int(payload.len)))
        return receiver.take(kind, bytes, Int(choice)) ? 0 : 1
      },
      wanted: { sink in
        guard let context = sink?.pointee.ctx else { return 0 }
        return Unmanaged<EventReceiver>.fromOpaque(context).takeUnretainedValue().isWanted() ? 1 : 0
      })
    return try withExtendedLifetime(self) { try body(&sink) }
  }

  private func take(_ kind: UInt32, _ bytes: [UInt8], _ choice: Int) -> Bool {
    guard failure == nil else { return false }
    do { return try receive(ModelEvent(kind: kind, payload: bytes), choice) } catch {
      failure = PluginError(wrapping: error)
      return false
    }
  }
}

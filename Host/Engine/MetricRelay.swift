// What a trainer tells while it works: figures go to whoever watches, lines to the log.
import CPluginABI
import CWorker
import JSONValue
import Model
import PluginKit
import Synchronization
import WorkerProtocol

/// Lives for one call of train. Any thread.
final class MetricRelay: @unchecked Sendable {
  private let node: NodeRun
  private static let namesMax = 1000

  init(_ node: NodeRun) { self.node = node }

  func withSink<R>(_ body: (UnsafeMutablePointer<ote_event_sink>) throws -> R) rethrows -> R {
    var sink = ote_event_sink(
      struct_size: UInt32(MemoryLayout<ote_event_sink>.size), reserved0: 0,
      ctx: Unmanaged.passUnretained(self).toOpaque(),
      emit: { sink, _, kind, payload in
        guard let context = sink?.pointee.ctx else { return 1 }
        return Unmanaged<MetricRelay>.fromOpaque(context).takeUnretainedValue().take(kind, payload) ? 0 : 1
      },
      // A training ends with its run only.
      wanted: nil)
    return try withExtendedLifetime(self) { try body(&sink) }
  }

  private func take(_ kind: UInt32, _ payload: ote_bytes) -> Bool {
    ote_boundary_alive()
    node.noteActivity()
    let bytes = Array(UnsafeBufferPointer(start: payload.ptr, count: payload.ptr == nil ? 0 : Int(payload.len)))
    switch kind {
    case OTE_EVENT_METRIC: if let json = try? JSONValue(parsing: bytes) { tell(json) }
    case OTE_EVENT_TEXT:
      let text = String(String(decoding: bytes, as: UTF8.self).prefix(4000))
      node.state.link.send(
        .log(LogLine(at: TimeStamp.now(), level: .info, node: node.plan.name, from: "plugin", text: text)))
    default: break
    }
    return !node.state.isStopping
  }

  private func tell(_ json: JSONValue) {
    guard let name = json["name"]?.string, let value = json["value"]?.double, name.utf8.count <= 100 else { return }
    let isKept = node.remembered.withLock { kept in
      guard kept.metrics.count < Self.namesMax || kept.metrics[name] != nil else { return false }
      kept.metrics[name] = value
      return true
    }
    guard isKept else { return }
    node.state.link.send(
      .metric(
        MetricPoint(
          at: TimeStamp.now(), node: node.plan.name, name: name, value: value, step: json["step"]?.int,
          unit: json["unit"]?.string)))
  }
}

// Spans on their way to a collector: OTLP over HTTP, in JSON.
import JSONValue
package import Logging
import Synchronization

package final class Traces: Sendable {
  /// Requests whose runs have not begun. More than that are forgotten, which costs a link.
  private static let causesMax = 10_000

  let outbox: Outbox
  private let sampler: TraceSampler
  private let causes = Mutex<[String: TraceContext]>([:])

  package init(_ settings: TraceSettings, version: String, log: Logger) {
    sampler = settings.sampler
    var resource: [String: JSONValue] = [:]
    for (name, value) in settings.resource { resource[name] = .string(value) }
    resource["service.version"] = .string(version)
    let attributes = Span.attributes(resource).text
    let scope = JSONValue.object(["name": "opentrusteval", "version": .string(version)]).text
    let start = #"{"resourceSpans":[{"resource":{"attributes":"# + attributes + #"},"scopeSpans":[{"scope":"# + scope
    outbox = Outbox(
      "traces",
      to: Receiver(
        address: settings.address, headers: settings.headers, timeoutSeconds: settings.policy.timeoutSeconds),
      policy: settings.policy, log: log
    ) { spans in
      Array("\(start),\"spans\":[".utf8) + spans.joined(separator: Array(",".utf8)) + Array("]}]}]}".utf8)
    }
  }

  /// The context of a new span. Whether it is kept is decided with the trace's first one.
  package func begin(_ trace: TraceID, parent: TraceContext? = nil) -> TraceContext {
    TraceContext(trace: trace, span: Span.newID(), isSampled: sampler.keeps(trace, parent: parent))
  }

  /// Hands a finished span on. Never waits.
  package func end(_ span: Span) {
    guard span.context.isSampled else { return }
    outbox.add(Array(span.json.text.utf8))
  }

  // MARK: what led to a run

  /// The request that this task answers has ordered the run.
  package func noteOrder(ofRun run: String) {
    guard let cause = TraceContext.current else { return }
    causes.withLock { if $0.count < Self.causesMax { $0[run] = cause } }
  }

  package func takeCause(ofRun run: String) -> TraceContext? { causes.withLock { $0.removeValue(forKey: run) } }
}

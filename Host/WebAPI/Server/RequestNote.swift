// What is told of one request, to those who watch the host: its route, never its address, which may hold anything.
import JSONValue
import Logging
import Telemetry

struct RequestNote {
  private let began = ContinuousClock.now
  private let beganAt = Span.now()
  let method: String
  /// A path of the API document, one of the host's own addresses, `page` for the web UI's files, or `none`.
  var template = "page"
  var user: String?
  /// Where requests are traced.
  private(set) var span: TraceContext?
  private var parent: TraceContext?

  init(method: String) { self.method = method }

  /// `traceparent` as the request brings it; whoever sent it goes on with the same trace.
  mutating func beginSpan(_ traces: Traces?, traceparent: String?) {
    guard let traces else { return }
    parent = traceparent.flatMap { TraceContext(traceparent: $0) }
    span = traces.begin(parent?.trace ?? .random(), parent: parent)
  }

  func tell(status: Int, to telemetry: Telemetry) {
    let seconds = (ContinuousClock.now - began).seconds
    telemetry.requests.note(template: template, method: method, status: status, seconds: seconds)
    telemetry.log.log(
      level: status >= 500 ? .error : .debug, "\(method) \(template) answered \(status)",
      metadata: HostLog.facts([
        "event": "http.request", "method": method, "route": template, "status": "\(status)",
        "seconds": "\(seconds)", "user": user, "trace_id": span?.trace.hex,
      ]))
    if let span, let traces = telemetry.traces { traces.end(finished(span, status)) }
  }

  private func finished(_ context: TraceContext, _ status: Int) -> Span {
    var attributes: [String: JSONValue] = [
      "http.request.method": .string(method), "http.route": .string(template),
      "http.response.status_code": .int(Int64(status)), "url.scheme": "http",
    ]
    attributes["enduser.id"] = user.map { .string($0) }
    if status >= 500 { attributes["error.type"] = .string(String(status)) }
    return Span(
      "\(method) \(template)", context: context, parent: parent?.span, kind: .server, start: beganAt, end: Span.now(),
      attributes: attributes, failure: status >= 500 ? "status \(status)" : nil)
  }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

// A run as a trace: the run, its attempts, and in each attempt its nodes.
import JSONValue
import Model
import Telemetry

/// Used on the run's thread only.
final class RunTrace {
  private let traces: Traces
  private let order: RunOrder
  private let run: TraceContext
  private let cause: TraceContext?
  private let start = Span.now()
  private var attempt: (context: TraceContext, start: UInt64)?
  /// When a node was first seen to run, and when it was first seen to have ended.
  private var seen: [String: (start: UInt64, end: UInt64?)] = [:]

  /// nil where nobody wants it.
  init?(_ traces: Traces?, _ order: RunOrder) {
    guard let traces else { return nil }
    cause = traces.takeCause(ofRun: order.run)
    run = traces.begin(TraceID(run: order.run) ?? .random(), parent: nil)
    guard run.isSampled else { return nil }
    self.traces = traces
    self.order = order
  }

  func attemptBegan() {
    attempt = (traces.begin(run.trace, parent: run), Span.now())
    seen = [:]
  }

  func progressed(_ nodes: [NodeReport]) {
    let now = Span.now()
    for node in nodes where node.status != .waiting && node.status != .skipped {
      if seen[node.name] == nil { seen[node.name] = (now, nil) }
      // Until the worker speaks of it, a node looks as the attempt before has left it.
      if node.status == .running {
        seen[node.name]?.end = nil
      } else if seen[node.name]?.end == nil {
        seen[node.name]?.end = now
      }
    }
  }

  func attemptEnded(_ report: RunReport) {
    guard let attempt else { return }
    // A node of which nobody was told before the attempt's end has worked at some time in it.
    for node in report.nodes where seen[node.name] == nil { seen[node.name] = (attempt.start, nil) }
    progressed(report.nodes)
    let end = Span.now()
    let problem = report.problems.first
    for node in report.nodes where node.status != .waiting && node.status != .skipped {
      traces.end(span(of: node, in: attempt, end: end, problem: report.problems.first { $0.node == node.name }))
    }
    traces.end(
      Span(
        "attempt \(report.attempts)", context: attempt.context, parent: run.span, start: attempt.start, end: end,
        attributes: Self.facts(problem).merging(["ote.run.status": .string(report.status.rawValue)]) { $1 },
        failure: Self.failure(problem, report.status)))
    self.attempt = nil
  }

  func ended(_ report: RunReport) {
    let problem = report.problems.first
    let attributes: [String: JSONValue] = [
      "ote.run.id": .string(report.run), "ote.run.status": .string(report.status.rawValue),
      "ote.run.attempts": .int(Int64(report.attempts)), "ote.run.cause": .string(order.cause.rawValue),
      "ote.run.queued_at": .string(order.queuedAt), "ote.pipeline.name": .string(report.pipeline.name),
      "ote.pipeline.version": .int(Int64(report.pipeline.version)), "ote.project": .string(order.project),
      "enduser.id": .string(order.actor.name),
      "ote.problem.codes": .string(report.problems.map(\.code.rawValue).joined(separator: ",")),
    ]
    traces.end(
      Span(
        "run \(report.pipeline.name)", context: run, start: start, end: Span.now(),
        attributes: attributes.merging(Self.facts(problem)) { $1 }, link: cause,
        failure: Self.failure(problem, report.status)))
  }

  /// Its end is when progress told of it, at most a fifth of a second late; its length is the node's own.
  private func span(
    of node: NodeReport, in attempt: (context: TraceContext, start: UInt64), end: UInt64, problem: Problem?
  ) -> Span {
    let ended = seen[node.name]?.end ?? end
    var started = seen[node.name]?.start ?? attempt.start
    if let seconds = node.seconds { started = ended - min(ended, UInt64(max(0, seconds) * 1e9)) }
    var attributes: [String: JSONValue] = [
      "ote.node.name": .string(node.name), "ote.node.use": .string(node.use),
      "ote.node.status": .string(node.status.rawValue), "ote.plugin.digest": .string(node.pluginDigest),
    ]
    attributes["ote.rows.in"] = node.rowsIn.map { .int($0) }
    attributes["ote.rows.out"] = node.rowsOut.map { .int($0) }
    attributes["ote.bytes.out"] = node.bytesOut.map { .int($0) }
    attributes["ote.batches"] = node.batches.map { .int($0) }
    attributes["ote.node.fused_into"] = node.fusedInto.map { .string($0) }
    return Span(
      "node \(node.name)", context: traces.begin(run.trace, parent: run), parent: attempt.context.span,
      start: max(started, attempt.start), end: ended,
      attributes: attributes.merging(Self.facts(problem)) { $1 },
      failure: problem.map(Self.words) ?? (node.status == .failed ? "the node failed" : nil))
  }

  private static func facts(_ problem: Problem?) -> [String: JSONValue] {
    guard let problem else { return [:] }
    var facts: [String: JSONValue] = [
      "error.type": .string(problem.code.rawValue), "ote.problem.origin": .string(problem.origin.rawValue),
    ]
    facts["ote.problem.node"] = problem.node.map { .string($0) }
    facts["ote.problem.plugin"] = problem.plugin.map { .string($0) }
    return facts
  }

  private static func failure(_ problem: Problem?, _ status: RunStatus) -> String? {
    guard status == .failed || status == .stopped else { return nil }
    return problem.map(words) ?? "the run was \(status.rawValue)"
  }

  private static func words(_ problem: Problem) -> String { "\(problem.code.rawValue) \(problem.detail)" }
}

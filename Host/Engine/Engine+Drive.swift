// Moving data: one thread per sink, and one per output that nobody reads. Then the gates decide, and sinks commit or
// abort.
import CWorker
import JSONValue
import Model
import PluginKit
import PluginLoader
import Synchronization
import WorkerProtocol

extension Engine {
  /// Returns when every end of the graph has read its stream to the end, or the run stops.
  func drive() {
    do {
      for sink in sinks where !state.isStopping { try sink.begin() }
    } catch { state.fail(error) }
    guard !state.isStopping else { return }
    var threads: [WorkerThread] = []
    for sink in sinks {
      nonisolated(unsafe) let raw = sink.node.plan.inputs.first.flatMap { rawStream($0, of: sink.node) }
      let state = state
      threads.append(
        WorkerThread(sink.node.plan.name) {
          do throws(Problem) { try sink.write(raw: raw) } catch { state.fail(error) }
        })
    }
    for drain in drains { threads.append(drainThread(drain.node, drain.stream)) }
    threads += jobThreads()
    threads.forEach { $0.join() }
    // A reader may have stopped early and kept its stream: no check goes without its verdict.
    for check in checks { check.drain() }
    keepOutcomes()
  }

  private func drainThread(_ node: NodeRun, _ stream: any BatchStream) -> WorkerThread {
    nonisolated(unsafe) let stream = stream
    let state = state
    return WorkerThread(node.plan.name) {
      do {
        while try stream.next() != nil {}
      } catch let problem as Problem {
        state.fail(problem)
      } catch is Stopping {
      } catch { state.fail(node.problem(.hostFailed, "\(error)")) }
      stream.close()
    }
  }

  private func keepOutcomes() {
    for check in checks {
      guard case .success(let outcome)? = check.result.withLock({ $0 }) else {
        if !state.isStopping { state.fail(check.node.problem(.hostFailed, "the check has no verdict")) }
        continue
      }
      finished.withLock { $0.append((check.node.plan.name, outcome)) }
    }
    for node in nodes {
      if let outcome = jobs[node.plan.name]?.checked { finished.withLock { $0.append((node.plan.name, outcome)) } }
    }
  }

  /// Commits every sink, or none: a gate that blocks aborts them all. One that has nothing new to publish is left out.
  /// Answers the receipts.
  func conclude() -> [JSONValue] {
    guard !state.isStopping else { return [] }
    guard !outcomes.contains(where: \.blocks) else {
      abortSinks()
      return []
    }
    var receipts: [JSONValue] = []
    for sink in sinks {
      // Only a failure ends this: a wish to stop that comes between two commits would leave half a run.
      guard state.firstFailure == nil else { return receipts }
      if hasNothingNew(sink) {
        abort(sink)
        tell(.info, sink, "nothing is new since the last run that committed: nothing is published")
        continue
      }
      do { receipts.append(try sink.commit()) } catch {
        state.fail(error)
        return receipts
      }
    }
    state.settle()
    return receipts
  }

  func abortSinks() {
    for sink in sinks { abort(sink) }
  }

  private func abort(_ sink: SinkRun) {
    if let problem = sink.abort() { tell(.warning, sink, "abort failed: \(problem.detail)") }
  }

  private func tell(_ level: LogLine.Level, _ sink: SinkRun, _ text: String) {
    state.link.send(
      .log(LogLine(at: TimeStamp.now(), level: level, node: sink.node.plan.name, from: "host", text: text)))
  }
}

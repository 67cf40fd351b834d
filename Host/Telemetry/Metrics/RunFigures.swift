// What runs did since the host's start: ends, durations, rows, and what plugins did to them.
package import Model
import Synchronization

package final class RunFigures: Sendable {
  private static let bounds = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14400]
  /// More plugins than that are counted as `other`.
  private static let pluginsMax = 200

  private static let severities: Set<String> = ["info", "warn", "error"]

  private struct Failure: Hashable {
    var plugin: String
    var code: String
  }
  private struct Flow: Hashable {
    var kind: ComponentKind
    var direction: String
  }
  private struct State {
    var ended: [RunStatus: Int] = [:]
    var durations: [RunStatus: Histogram] = [:]
    var waits = Histogram(bounds: RunFigures.bounds)
    var retries = 0
    var rows: [Flow: Int64] = [:]
    var failures: [Failure: Int] = [:]
    var plugins: Set<String> = []
    var findings: [String: (passed: Int, failed: Int)] = [:]
  }

  private let state = Mutex(State())

  package init() {}

  /// A run has left the queue after so long.
  package func noteStart(waited seconds: Double?) {
    if let seconds { state.withLock { $0.waits.note(max(0, seconds)) } }
  }

  package func noteRetry() { state.withLock { $0.retries += 1 } }

  /// An attempt that a plugin has ended: by a crash, by what it took, or by what it returned.
  package func noteFailure(_ problem: Problem) {
    guard problem.origin == .plugin || problem.code == .memoryLimit || problem.code == .wallLimit else { return }
    state.withLock { state in
      var plugin = problem.plugin ?? "unknown"
      if !state.plugins.contains(plugin) {
        if state.plugins.count < Self.pluginsMax { state.plugins.insert(plugin) } else { plugin = "other" }
      }
      state.failures[Failure(plugin: plugin, code: problem.code.rawValue), default: 0] += 1
    }
  }

  /// `kinds` by node.
  package func noteEnd(_ report: RunReport, kinds: [String: ComponentKind]) {
    state.withLock { state in
      state.ended[report.status, default: 0] += 1
      if let seconds = report.seconds {
        state.durations[report.status, default: Histogram(bounds: Self.bounds)].note(seconds)
      }
      for node in report.nodes {
        guard let kind = kinds[node.name] else { continue }
        if let rows = node.rowsIn { state.rows[Flow(kind: kind, direction: "in"), default: 0] += rows }
        if let rows = node.rowsOut { state.rows[Flow(kind: kind, direction: "out"), default: 0] += rows }
      }
      for finding in report.findings {
        let severity = Self.severities.contains(finding.severity) ? finding.severity : "other"
        var counts = state.findings[severity] ?? (0, 0)
        if finding.passed { counts.passed += 1 } else { counts.failed += 1 }
        state.findings[severity] = counts
      }
    }
  }

  package func write(to page: inout MetricsText) {
    let state = state.withLock { $0 }
    let ends: [RunStatus] = [.succeeded, .failed, .stopped, .cancelled]
    page.add(
      "ote_runs_total", .counter, "Runs that ended since the host's start, by status.",
      ends.map { ([("status", $0.rawValue)], Double(state.ended[$0] ?? 0)) })
    page.add(
      "ote_run_duration_seconds", "Time from a run's start to its end.",
      ends.compactMap { status in state.durations[status].map { ([("status", status.rawValue)], $0) } })
    page.add("ote_run_queue_wait_seconds", "Time from a run's order to its start.", [([], state.waits)])
    page.add("ote_run_retries_total", .counter, "Attempts after the first one.", Double(state.retries))
    page.add(
      "ote_node_rows_total", .counter, "Rows that went into and out of nodes, by kind of component, where known.",
      state.rows.sorted { ($0.key.kind.rawValue, $0.key.direction) < ($1.key.kind.rawValue, $1.key.direction) }.map {
        ([("kind", $0.key.kind.rawValue), ("direction", $0.key.direction)], Double($0.value))
      })
    page.add(
      "ote_findings_total", .counter, "Findings of checks, by severity and result.",
      state.findings.sorted { $0.key < $1.key }.flatMap { severity, counts in
        [("passed", counts.passed), ("failed", counts.failed)].map {
          ([("severity", severity), ("result", $0.0)], Double($0.1))
        }
      })
    page.add(
      "ote_plugin_failures_total", .counter, "Attempts that a plugin has ended, by plugin and problem code.",
      state.failures.sorted { ($0.key.plugin, $0.key.code) < ($1.key.plugin, $1.key.code) }.map {
        ([("plugin", $0.key.plugin), ("code", $0.key.code)], Double($0.value))
      })
  }
}

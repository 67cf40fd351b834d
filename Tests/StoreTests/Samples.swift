// Values that several tests store.
import JSONValue
import Model

enum Samples {
  static func report(_ id: String, startedAt: String = "2026-01-01T00:00:00.000Z") -> RunReport {
    var first = NodeReport(name: "files", use: "local-files/list", status: .succeeded, pluginDigest: "sha256:a")
    first.rowsOut = 12
    first.seconds = 0.25
    first.progress = NodeProgress(done: 3, total: nil, phase: "listing")
    first.metrics = ["files": 12, "ratio": 0.5]
    var second = NodeReport(name: "rules", use: "expectations/check", status: .failed, pluginDigest: "sha256:b")
    second.fusedInto = "files"
    second.rowsIn = 9_007_199_254_740_993
    second.waits = [
      EdgeWait(input: "table", from: "files", output: "files", waitSeconds: 0.5, heldSeconds: 0.125)
    ]
    second.report = ["title": "rules", "metrics": [["name": "rows judged", "value": 12]]]
    var finding = FindingReport(node: "rules", rule: "not_null", severity: "error", passed: false)
    finding.column = "amount"
    finding.columns = ["amount", "id"]
    finding.observed = 0.25
    finding.limit = ["max": 0]
    finding.failingRows = 3
    finding.message = "3 of 12 rows"
    var report = RunReport(
      run: id, pipeline: PipelineIdentity(name: "p", version: 3, digest: "sha256:p"), status: .stopped,
      startedAt: startedAt, finishedAt: "2026-01-01T00:01:00.000Z", seconds: 60, attempts: 2,
      parameters: ["day": "2026-01-01", "limit": 5], nodes: [first, second], findings: [finding],
      gates: [GateReport(node: "rules", action: "stop", tripped: true, quarantinedRows: 3)],
      inputs: [InputReport(node: "in", dataset: "d", version: 4, digest: "sha256:d")],
      outputs: [["path": "/out/a.parquet", "bytes": 12]],
      problems: [
        Problem(.badData, "row 3", node: "rules", plugin: "expectations", at: ProblemLocation(line: 3), retryable: true)
      ])
    report.resources = RunResources(peakMemoryBytes: 20 << 20, cpuSeconds: 1.25)
    return report
  }

  static func draft(_ name: String, run: String) -> DatasetDraft {
    DatasetDraft(
      name: name, digest: "sha256:1", rows: 5, bytes: 100, schema: [["name": "a", "type": "int64"]],
      statistics: ["a": ["nulls": 0]], run: run, node: "out")
  }
}

extension Samples {
  static func user(_ name: String, isAdmin: Bool = false) -> User {
    User(name: name, title: name.uppercased(), isAdmin: isAdmin, createdAt: "2026-01-01T00:00:00.000Z")
  }

  static func order(_ run: String, pipeline: String = "p", cause: RunOrder.Cause = .manual) -> RunOrder {
    RunOrder(
      run: run, project: "default", pipeline: pipeline, version: 1, parameters: ["day": "2026-01-01"],
      actor: Actor(.user, "ann"), cause: cause, queuedAt: "2026-01-01T00:00:00.000Z")
  }
}

/// The code of the problem that `body` throws.
func problemCode(_ body: () throws -> some Any) -> ProblemCode? {
  do {
    _ = try body()
    return nil
  } catch {
    return (error as? Problem)?.code
  }
}

// What a run answers: the values behind `ote run --json` and `ote runs show --json`.
package import JSONValue

package enum RunStatus: String, Codable, Sendable {
  case queued, running, succeeded, failed
  /// A gate stopped it: the data did not pass, nothing was published.
  case stopped
  case cancelled

  package var isFinished: Bool { self != .queued && self != .running }
}

/// The whole answer of a run. Field names are a contract: they may grow, not change.
package struct RunReport: Codable, Sendable {
  package var run: String
  package var pipeline: PipelineIdentity
  package var status: RunStatus
  package var startedAt: String
  package var finishedAt: String?
  package var seconds: Double?
  package var attempts: Int
  package var parameters: [String: JSONValue]
  package var nodes: [NodeReport]
  package var findings: [FindingReport]
  package var gates: [GateReport]
  package var inputs: [InputReport]
  /// Registered models that it used; nil where there are none.
  package var models: [ModelInput]?
  package var outputs: [JSONValue]
  package var problems: [Problem]
  /// What its workers used; nil where nobody looked, as in runs of earlier versions.
  package var resources: RunResources?

  package init(
    run: String, pipeline: PipelineIdentity, status: RunStatus, startedAt: String, finishedAt: String? = nil,
    seconds: Double? = nil, attempts: Int = 0, parameters: [String: JSONValue] = [:], nodes: [NodeReport] = [],
    findings: [FindingReport] = [], gates: [GateReport] = [], inputs: [InputReport] = [], outputs: [JSONValue] = [],
    problems: [Problem] = []
  ) {
    self.run = run
    self.pipeline = pipeline
    self.status = status
    self.startedAt = startedAt
    self.finishedAt = finishedAt
    self.seconds = seconds
    self.attempts = attempts
    self.parameters = parameters
    self.nodes = nodes
    self.findings = findings
    self.gates = gates
    self.inputs = inputs
    self.outputs = outputs
    self.problems = problems
  }

  private enum CodingKeys: String, CodingKey {
    case run, pipeline, status, seconds, attempts, parameters, nodes, findings, gates, inputs, outputs, problems,
      resources, models
    case startedAt = "started_at"
    case finishedAt = "finished_at"
  }
}

package struct PipelineIdentity: Codable, Sendable, Hashable {
  package var name: String
  package var version: Int
  package var digest: String
  package init(name: String, version: Int, digest: String) {
    self.name = name
    self.version = version
    self.digest = digest
  }
}

package enum NodeStatus: String, Codable, Sendable {
  case waiting, running, succeeded, failed, cancelled, skipped
}

/// Figures of one node. A figure that is not known is absent, never zero: rows on a fused edge, for one.
package struct NodeReport: Codable, Sendable {
  package var name: String
  package var use: String
  package var status: NodeStatus
  package var rowsIn: Int64?
  package var rowsOut: Int64?
  package var bytesOut: Int64?
  package var batches: Int64?
  /// Wall seconds from the node's first to its last activity.
  package var seconds: Double?
  package var attempts: Int
  package var pluginDigest: String
  /// The node whose query this one became part of, where neighbours of one plugin fuse.
  package var fusedInto: String?
  /// Progress in the plugin's own words: done, total, unit.
  package var progress: NodeProgress?
  package var metrics: [String: Double]?
  /// By input, where something flowed that the host could see.
  package var waits: [EdgeWait]?
  /// What a check shows of its work: metrics, tables, charts, text. Known once the run has ended.
  package var report: JSONValue?

  package init(name: String, use: String, status: NodeStatus = .waiting, attempts: Int = 1, pluginDigest: String) {
    self.name = name
    self.use = use
    self.status = status
    self.attempts = attempts
    self.pluginDigest = pluginDigest
  }

  private enum CodingKeys: String, CodingKey {
    case name, use, status, batches, seconds, attempts, progress, metrics, waits, report
    case rowsIn = "rows_in"
    case rowsOut = "rows_out"
    case bytesOut = "bytes_out"
    case pluginDigest = "plugin_digest"
    case fusedInto = "fused_into"
  }
}

package struct NodeProgress: Codable, Sendable, Hashable {
  package var done: UInt64
  package var total: UInt64?
  package var phase: String
  package init(done: UInt64, total: UInt64?, phase: String) {
    self.done = done
    self.total = total
    self.phase = phase
  }
}

package struct FindingReport: Codable, Sendable {
  package var node: String
  package var rule: String
  package var column: String?
  package var columns: [String]?
  package var severity: String
  package var passed: Bool
  package var observed: JSONValue?
  package var limit: JSONValue?
  package var unit: String?
  package var failingRows: Int64?
  package var message: String?

  package init(node: String, rule: String, severity: String, passed: Bool) {
    self.node = node
    self.rule = rule
    self.severity = severity
    self.passed = passed
  }

  private enum CodingKeys: String, CodingKey {
    case node, rule, column, columns, severity, passed, observed, limit, unit, message
    case failingRows = "failing_rows"
  }
}

package struct GateReport: Codable, Sendable {
  package var node: String
  package var action: String
  package var tripped: Bool
  /// Rows that a quarantine gate took out of the stream.
  package var quarantinedRows: Int64?
  package init(node: String, action: String, tripped: Bool, quarantinedRows: Int64? = nil) {
    self.node = node
    self.action = action
    self.tripped = tripped
    self.quarantinedRows = quarantinedRows
  }

  private enum CodingKeys: String, CodingKey {
    case node, action, tripped
    case quarantinedRows = "quarantined_rows"
  }
}

/// A dataset version that the run read.
package struct InputReport: Codable, Sendable, Hashable {
  package var node: String
  package var dataset: String
  package var version: Int
  package var digest: String
  package init(node: String, dataset: String, version: Int, digest: String) {
    self.node = node
    self.dataset = dataset
    self.version = version
    self.digest = digest
  }
}

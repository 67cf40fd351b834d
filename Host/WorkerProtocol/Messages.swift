// What control plane and worker say to each other. Versioned alone: both sides refuse what they do not know.
package import JSONValue
package import Model

/// The version of this file. A worker of another version is refused at its first message.
package let workerProtocolVersion = 3

/// From the control plane to a worker.
package enum ControlMessage: Codable, Sendable {
  /// The first message: load one file and describe it, then exit.
  case scan(path: String)
  /// The first message: bind or run a plan.
  case plan(RunPlan)
  /// Stop in order; what is staged is aborted.
  case cancel
  /// The answer to `WorkerMessage.request` with the same number.
  case reply(id: Int, ReplyOutcome)
  /// To a worker that serves: a question to one of its providers. Events and then `answer` come with the same number.
  case ask(id: Int, ModelQuestion)
  /// Nobody waits for the answer any more.
  case forget(id: Int)
}

/// What is asked of a model that a worker serves.
package struct ModelQuestion: Codable, Sendable {
  /// The provider's.
  package var node: String
  /// In the shape that all providers share (ote_plugin.h).
  package var request: JSONValue

  package init(node: String, request: JSONValue) {
    self.node = node
    self.request = request
  }
}

package enum ReplyOutcome: Codable, Sendable {
  case answered(JSONValue)
  case failed(Problem)
}

/// From a worker to the control plane.
package enum WorkerMessage: Codable, Sendable {
  /// Always the first message.
  case hello(protocolVersion: Int, abi: UInt32)
  case described(JSONValue)
  case bound([BoundNode])
  /// All nodes whose figures changed; at most five times a second. Doubles as the heartbeat.
  case progress([NodeReport])
  case log(LogLine)
  /// The first failure: the worker is stopping, and has the grace period to do so.
  case failing(Problem)
  /// Rows of a preview: the schema as in `BoundNode`, then rows of JSON values.
  case preview(schema: JSONValue, rows: [[JSONValue]])
  /// What a component answered to a form, in the plugin's words: nobody has looked at it yet.
  case answered(JSONValue)
  /// The providers of a worker that serves are loaded: it can be asked.
  case serving
  /// An event of a question's answer: kind and payload as in ote_plugin.h, the payload as text.
  case event(id: Int, choice: Int, kind: UInt32, payload: String)
  /// The end of a question's answer.
  case answer(id: Int, ReplyOutcome)
  /// A trainer's figure at a step.
  case metric(MetricPoint)
  /// A check has finished: its verdict outlives the attempt.
  case checked(CheckedNode)
  case request(id: Int, WorkerRequest)
  /// The last message; the worker exits after it.
  case finished(RunOutcome)
}

/// What a worker asks for while a plan runs. Each carries the node that asks.
package enum WorkerRequest: Codable, Sendable {
  case publish(node: String, path: String, kind: String, metadata: JSONValue)
  case fetch(node: String, reference: String)
  /// The value of a secret that the node's configuration names.
  case secret(node: String, name: String)
  case stateGet(node: String, component: String, key: String)
  case statePut(node: String, component: String, key: String, value: [UInt8], ifRevision: UInt64)
  case stateRemove(node: String, component: String, key: String)
}

/// Schemas of one node's outputs before any data moved; nil where only the data tells.
package struct BoundNode: Codable, Sendable {
  package var node: String
  /// By output port: [{"name","type","nullable"}], or nil.
  package var outputs: [String: JSONValue?]
  /// By input name: the columns the node says it needs, or nil for all.
  package var columns: [String: [String]?]
  /// The node that this one's query becomes part of.
  package var fusedInto: String?

  package init(
    node: String, outputs: [String: JSONValue?], columns: [String: [String]?] = [:], fusedInto: String? = nil
  ) {
    self.node = node
    self.outputs = outputs
    self.columns = columns
    self.fusedInto = fusedInto
  }
}

/// One point of a figure that changes while a trainer works.
package struct MetricPoint: Codable, Sendable, Hashable {
  package var at: String
  package var node: String
  package var name: String
  package var value: Double
  package var step: Int64?
  package var unit: String?

  package init(at: String, node: String, name: String, value: Double, step: Int64?, unit: String?) {
    self.at = at
    self.node = node
    self.name = name
    self.value = value
    self.step = step
    self.unit = unit
  }
}

/// A check's verdict.
package struct CheckedNode: Codable, Sendable {
  package var node: String
  package var findings: [FindingReport]
  package var gate: GateReport
  /// Its gate forbids publishing.
  package var blocks: Bool

  package init(node: String, findings: [FindingReport], gate: GateReport, blocks: Bool) {
    self.node = node
    self.findings = findings
    self.gate = gate
    self.blocks = blocks
  }
}

package struct LogLine: Codable, Sendable {
  package enum Level: Int, Codable, Sendable { case debug, info, warning, error }
  package var at: String
  package var level: Level
  package var node: String?
  /// `plugin` for a log call, `output` for a line printed on stdout or stderr, `host` for our own.
  package var from: String
  package var text: String
  package var fields: JSONValue?

  package init(at: String, level: Level, node: String?, from: String, text: String, fields: JSONValue? = nil) {
    self.at = at
    self.level = level
    self.node = node
    self.from = from
    self.text = text
    self.fields = fields
  }
}

/// How a plan ended, told by the worker itself.
package struct RunOutcome: Codable, Sendable {
  package var status: RunStatus
  package var nodes: [NodeReport]
  package var findings: [FindingReport]
  package var gates: [GateReport]
  package var outputs: [JSONValue]
  package var problems: [Problem]
  /// Nodes whose materialised output is complete: a later attempt may resume from them.
  package var materialized: [String]

  package init(
    status: RunStatus, nodes: [NodeReport] = [], findings: [FindingReport] = [], gates: [GateReport] = [],
    outputs: [JSONValue] = [], problems: [Problem] = [], materialized: [String] = []
  ) {
    self.status = status
    self.nodes = nodes
    self.findings = findings
    self.gates = gates
    self.outputs = outputs
    self.problems = problems
    self.materialized = materialized
  }
}

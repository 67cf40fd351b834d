// A pipeline resolved down to what a worker needs: components with digests, configurations, edges. No names to look up.
package import JSONValue

package struct RunPlan: Codable, Sendable {
  package enum Mode: Codable, Sendable, Hashable {
    case run
    /// Stops after schemas are known.
    case bind
    /// Reads the first rows of the last node, at one of its ports or at its main one.
    case preview(rows: Int, port: String? = nil)
    /// What a form asks of a component, the plan's only node: choices for the field at a JSON pointer. A sign-in elsewhere
    /// may send the browser back to the page at `returnAddress`.
    case options(field: String, text: String, returnAddress: String? = nil)
    /// And whether it works with its configuration.
    case test
    /// Tells the plan's only node, a notifier, what has happened.
    case notify(JSONValue)
    /// Keeps the plan's providers loaded and lets the control plane ask them, until it says to stop.
    case serve
  }

  package var mode: Mode
  package var run: String
  package var attempt: Int
  package var pipeline: String
  package var startedAt: String
  package var plugins: [PlanPlugin]
  /// In topological order.
  package var nodes: [PlanNode]
  /// A folder of this run's own, on the artifact store's file system: staging, spill and materialised outputs.
  package var folder: String
  package var limits: RunLimits

  package init(
    mode: Mode, run: String, attempt: Int, pipeline: String, startedAt: String, plugins: [PlanPlugin],
    nodes: [PlanNode], folder: String, limits: RunLimits
  ) {
    self.mode = mode
    self.run = run
    self.attempt = attempt
    self.pipeline = pipeline
    self.startedAt = startedAt
    self.plugins = plugins
    self.nodes = nodes
    self.folder = folder
    self.limits = limits
  }
}

package struct PlanPlugin: Codable, Sendable, Hashable {
  package var name: String
  package var version: String
  package var digest: String
  /// A host-owned copy named by its digest: what was hashed is what is loaded.
  package var path: String
  /// Names or patterns of the secrets that its nodes may be given; never a value.
  package var secrets: [String]
  package init(name: String, version: String, digest: String, path: String, secrets: [String] = []) {
    self.name = name
    self.version = version
    self.digest = digest
    self.path = path
    self.secrets = secrets
  }
}

package struct PlanNode: Codable, Sendable {
  package var name: String
  package var plugin: String
  package var component: ComponentDescription
  package var configuration: JSONValue
  package var inputs: [PlanInput]
  package var gate: Gate?
  package var materialize: Bool
  /// The output already lies in `RunPlan.folder` from an earlier attempt: read it, do not compute it.
  package var resume: Bool
  /// Inserted by the host (a `read` on a files to table edge), not written by the user.
  package var inserted: Bool
  /// The document of a registered model that a provider makes callable; nil where none is named.
  package var model: JSONValue?
  /// What a provider may use of its connection's budget; nil where there is none.
  package var allowance: ConnectionAllowance?

  package init(
    name: String, plugin: String, component: ComponentDescription, configuration: JSONValue, inputs: [PlanInput],
    gate: Gate? = nil, materialize: Bool = false, resume: Bool = false, inserted: Bool = false,
    model: JSONValue? = nil
  ) {
    self.name = name
    self.plugin = plugin
    self.component = component
    self.configuration = configuration
    self.inputs = inputs
    self.gate = gate
    self.materialize = materialize
    self.resume = resume
    self.inserted = inserted
    self.model = model
  }

  package var use: String { "\(plugin)/\(component.name)" }
}

/// One edge, seen from its end: the input `name` comes from output `output` of node `node`.
package struct PlanInput: Codable, Sendable, Hashable {
  /// The component's port; several inputs may share a port that takes many.
  package var port: String
  /// The name the component sees (a SQL table name, for one).
  package var name: String
  package var node: String
  package var output: String
  package init(port: String, name: String, node: String, output: String) {
    self.port = port
    self.name = name
    self.node = node
    self.output = output
  }
}

/// What to do when findings of that severity fail, or a report's figures are not what is required.
package struct Gate: Codable, Sendable, Hashable {
  /// A figure that a report must have. One that is missing does not pass.
  package struct Requirement: Codable, Sendable, Hashable {
    package enum Bound: String, Codable, Sendable, CaseIterable { case value, low, high }
    package var metric: String
    /// The figure itself, or an end of its interval.
    package var bound = Bound.value
    package var atLeast: Double?
    package var atMost: Double?
    package init(metric: String, bound: Bound = .value, atLeast: Double? = nil, atMost: Double? = nil) {
      self.metric = metric
      self.bound = bound
      self.atLeast = atLeast
      self.atMost = atMost
    }
  }

  package enum Action: String, Codable, Sendable, CaseIterable { case stop, quarantine, warn }
  /// The least severity that trips it.
  package enum Trigger: String, Codable, Sendable, CaseIterable { case warn, error }
  package var on: Trigger
  package var action: Action
  package var require: [Requirement]
  package init(on: Trigger = .error, action: Action = .stop, require: [Requirement] = []) {
    self.on = on
    self.action = action
    self.require = require
  }
}

/// Bounds of one worker. A plugin that passes one is stopped and reported, never trusted.
package struct RunLimits: Codable, Sendable, Hashable {
  package var memoryBytes: Int64 = 2 << 30
  package var wallSeconds: Double = 6 * 3600
  /// Longest silence of a node that is inside a plugin.
  package var stallSeconds: Double = 60
  /// Between the request to stop and SIGKILL.
  package var graceSeconds: Double = 10
  package var threads: Int = 2
  package var openFiles: Int = 4096
  package var processes: Int = 4096
  package var logLinesPerSecond: Int = 1000
  package var logBytes: Int64 = 64 << 20
  /// Bytes a fan-out or quarantine buffer holds in memory before it spills to disk.
  package var edgeBytes: Int64 = 64 << 20
  package var batchRows: Int = 8192
  package init() {}
}

extension PlanNode {
  /// The type of the port that an input goes to.
  package func type(of input: PlanInput) -> PortType? { component.inputs.first { $0.name == input.port }?.type }

  /// Inputs that rows flow through, in port order.
  package var streamInputs: [PlanInput] { inputs.filter { [.table, .files].contains(type(of: $0)) } }
  package var modelInputs: [PlanInput] { inputs.filter { type(of: $0) == .model } }
  package var reportInputs: [PlanInput] { inputs.filter { type(of: $0) == .report } }
}

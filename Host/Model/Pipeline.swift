// A pipeline as its document says it: names, not yet looked up in any catalog.
package import JSONValue

package struct Pipeline: Sendable, Hashable {
  package var name: String
  package var title: String?
  package var description: String?
  package var labels: [String: String] = [:]
  package var requiredPlugins: [RequiredPlugin] = []
  package var parameters: [ParameterDeclaration] = []
  /// In the order of the document.
  package var nodes: [PipelineNode] = []
  package var limits = LimitSettings()
  package var retry = RetryPolicy()
  /// In the order of the document: each becomes a provider node of its name.
  package var models: [ModelBinding] = []
  package var notify: [NotificationRule] = []
  /// Kept as written: only a control plane acts on it.
  package var schedule: JSONValue?

  package init(name: String) { self.name = name }
}

package struct RequiredPlugin: Sendable, Hashable {
  package var name: String
  package var range: VersionRange
  package init(name: String, range: VersionRange) {
    self.name = name
    self.range = range
  }
}

package struct ParameterDeclaration: Sendable, Hashable {
  package var name: String
  /// JSON Schema of its value.
  package var schema: JSONValue
  package init(name: String, schema: JSONValue) {
    self.name = name
    self.schema = schema
  }

  package var defaultValue: JSONValue? { schema["default"] }
}

package struct PipelineNode: Sendable, Hashable {
  package var name: String
  package var plugin: String
  package var component: String
  /// What follows `@` in `use`.
  package var version: VersionRange?
  package var inputs: NodeInputs = .none
  /// As written, references not yet replaced.
  package var configuration: JSONValue = .object([:])
  package var gate: Gate?
  package var materialize = false
  package var limits: LimitSettings?
  package var retry: RetryPolicy?
  /// The saved configuration beneath `with`.
  package var connection: String?
  /// The part of the document that it stands in: `nodes`, `models` for a binding, `notify` for a notifier.
  package var section = "nodes"
  /// The document of the registered model behind a binding, once it is looked up.
  package var model: JSONValue?

  package init(name: String, plugin: String, component: String, version: VersionRange? = nil) {
    self.name = name
    self.plugin = plugin
    self.component = component
    self.version = version
  }

  package var use: String { "\(plugin)/\(component)" }
}

/// An entry of `models`: a provider by its component, by a saved connection, or by a registered model that says which.
package struct ModelBinding: Sendable, Hashable {
  package var name: String
  /// What stands there; plugin and component are empty where `use` is left to the model or connection.
  package var node: PipelineNode
  package var model: ModelReference?

  package init(_ node: PipelineNode, model: ModelReference? = nil) {
    name = node.name
    self.node = node
    self.model = model
  }

  package var saysComponent: Bool { !node.plugin.isEmpty }
}

/// The value of `in`.
package enum NodeInputs: Sendable, Hashable {
  case none
  /// `in: node` or `in: [a, b]`: the component's ports decide where each goes.
  case unnamed([OutputReference])
  /// `in: {name: node}`, in document order.
  case named([NamedInput])
}

package struct NamedInput: Sendable, Hashable {
  package var name: String
  package var source: OutputReference
  package init(name: String, source: OutputReference) {
    self.name = name
    self.source = source
  }
}

/// `node` or `node.port`.
package struct OutputReference: Sendable, Hashable, CustomStringConvertible {
  package var node: String
  package var port: String?
  package init(node: String, port: String? = nil) {
    self.node = node
    self.port = port
  }

  package var description: String { port.map { "\(node).\($0)" } ?? node }
}

/// The bounds a document sets; what it leaves out stays as the host has it.
package struct LimitSettings: Sendable, Hashable {
  package var memoryBytes: Int64?
  package var wallSeconds: Double?
  package var stallSeconds: Double?
  package var graceSeconds: Double?
  package var threads: Int?
  package var edgeBytes: Int64?
  package var batchRows: Int?
  package init() {}

  package func applied(to limits: RunLimits) -> RunLimits {
    var limits = limits
    limits.memoryBytes = memoryBytes ?? limits.memoryBytes
    limits.wallSeconds = wallSeconds ?? limits.wallSeconds
    limits.stallSeconds = stallSeconds ?? limits.stallSeconds
    limits.graceSeconds = graceSeconds ?? limits.graceSeconds
    limits.threads = threads ?? limits.threads
    limits.edgeBytes = edgeBytes ?? limits.edgeBytes
    limits.batchRows = batchRows ?? limits.batchRows
    return limits
  }
}

// What a component says about itself before it is ever made.
public import JSONValue

/// What flows through a port.
public enum PortType: String, Sendable, Hashable {
  case table, files, model, report
}

/// One input or output of a component.
public struct Port: Sendable, Hashable {
  public var name: String
  public var type: PortType
  public var required: Bool
  /// Takes any number of inputs, whose names the pipeline chooses.
  public var many: Bool

  public init(_ name: String, _ type: PortType, required: Bool = true, many: Bool = false) {
    self.name = name
    self.type = type
    self.required = required
    self.many = many
  }

  public static func table(_ name: String = "table", required: Bool = true, many: Bool = false) -> Port {
    Port(name, .table, required: required, many: many)
  }

  public static func files(_ name: String = "files", required: Bool = true, many: Bool = false) -> Port {
    Port(name, .files, required: required, many: many)
  }

  public static func model(_ name: String = "model", required: Bool = true) -> Port {
    Port(name, .model, required: required)
  }

  public static func report(_ name: String = "report", required: Bool = true) -> Port {
    Port(name, .report, required: required)
  }

  var json: JSONValue {
    ["name": .string(name), "type": .string(type.rawValue), "required": .bool(required), "many": .bool(many)]
  }
}

/// What a component does; PluginKit derives it from the protocol the component conforms to.
public enum ComponentKind: String, Sendable, Hashable {
  case source, stage, check, sink, provider, trainer, evaluator, action, notifier
}

/// A configuration to start from.
public struct Example: Sendable, Hashable {
  public var title: String
  public var config: JSONValue

  public init(_ title: String, config: JSONValue) {
    self.title = title
    self.config = config
  }

  public init(title: String, config: JSONValue) { self.init(title, config: config) }
}

/// A component's entry in the plugin's descriptor.
public struct ComponentDescriptor: Sendable, Hashable {
  public var name: String
  /// Filled in from the component's protocol when the plugin describes itself.
  public var kind: ComponentKind = .source
  public var title: String
  /// One line.
  public var summary: String
  /// Markdown.
  public var docs: String
  public var inputs: [Port]
  public var outputs: [Port]
  /// JSON Schema of the configuration, with the x- hints of the form.
  public var config: JSONValue
  public var configVersion: Int
  public var examples: [Example]
  /// The parts of a scan request it honours: "columns", "filters", "limit".
  public var pushdown: [String]
  /// It may look at its own neighbour's stream, so the host hands that over unwrapped.
  public var fuses: Bool
  /// The host may insert it where files meet a table.
  public var adapts: Bool
  public var deterministic: Bool
  /// Calls of a function that may run at once, by its name.
  public var concurrency: [String: Int]

  public init(
    _ name: String, title: String, summary: String, docs: String = "", inputs: [Port] = [], outputs: [Port] = [],
    config: JSONValue = ["type": "object"], configVersion: Int = 1, examples: [Example] = [], pushdown: [String] = [],
    fuses: Bool = false, adapts: Bool = false, deterministic: Bool = false, concurrency: [String: Int] = [:]
  ) {
    self.name = name
    self.title = title
    self.summary = summary
    self.docs = docs
    self.inputs = inputs
    self.outputs = outputs
    self.config = config
    self.configVersion = configVersion
    self.examples = examples
    self.pushdown = pushdown
    self.fuses = fuses
    self.adapts = adapts
    self.deterministic = deterministic
    self.concurrency = concurrency
  }

  /// The entry as the host reads it.
  public var json: JSONValue {
    [
      "name": .string(name), "kind": .string(kind.rawValue), "title": .string(title), "summary": .string(summary),
      "docs": .string(docs), "inputs": .array(inputs.map(\.json)), "outputs": .array(outputs.map(\.json)),
      "config": config, "config_version": .int(Int64(configVersion)),
      "examples": .array(examples.map { ["title": .string($0.title), "config": $0.config] }),
      "pushdown": .array(pushdown.map { .string($0) }), "fuses": .bool(fuses), "adapts": .bool(adapts),
      "deterministic": .bool(deterministic), "concurrency": .object(concurrency.mapValues { .int(Int64($0)) }),
    ]
  }
}

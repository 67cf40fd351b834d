// Components that deal in models: what answers, what trains, what judges, and what is done with the result.
public import JSONValue

/// What the host tells a component beside its streams.
public struct NodeRequest: Sendable, Hashable {
  /// The names of the input streams, in their order.
  public var inputs: [String]
  /// Model documents (ote_plugin.h) by the input's name.
  public var models: [String: JSONValue]
  /// Reports by the input's name.
  public var reports: [String: JSONValue]

  public init(inputs: [String] = [], models: [String: JSONValue] = [:], reports: [String: JSONValue] = [:]) {
    self.inputs = inputs
    self.models = models
    self.reports = reports
  }

  public init(json: JSONValue) {
    inputs = json["inputs"]?.array?.compactMap(\.string) ?? []
    models = json["models"]?.object ?? [:]
    reports = json["reports"]?.object ?? [:]
  }

  public var json: JSONValue {
    ["inputs": .array(inputs.map { .string($0) }), "models": .object(models), "reports": .object(reports)]
  }
}

/// An input stream and the name the pipeline gave it. The stream is the component's to keep and close.
public struct NamedStream {
  public let name: String
  public let stream: ImportedStream

  public init(name: String, stream: ImportedStream) {
    self.name = name
    self.stream = stream
  }
}

/// Makes a model callable.
public protocol Provider: Component {
  /// The "Test" button: {"ok", "message"}, and what else a report may hold.
  func check(_ run: Run) throws -> JSONValue
  /// {"id", "title", "context_length", "capabilities"} each; capabilities: generate, embed, logprobs, tools ...
  func list(_ run: Run) throws -> [JSONValue]
  /// Once, before the first use, with the document at the input `model` ([:] where nothing is connected). May be slow:
  /// show progress, look whether the run is cancelled.
  func load(_ model: JSONValue, _ run: Run) throws
  func unload(_ run: Run) throws
  /// Any thread, as many calls at once as `descriptor.concurrency["generate"]` says, else one.
  func generate(_ request: GenerateRequest, _ events: EventSink, _ run: Run) throws
  /// The column "text" in; one column "embedding" (list of float32) out, as many rows, in order.
  func embed(_ input: ImportedStream, _ request: JSONValue, _ run: Run) throws -> any BatchStream
  /// Any thread.
  func countTokens(_ request: GenerateRequest, _ run: Run) throws -> Int
}

extension Provider {
  public func check(_ run: Run) throws -> JSONValue { ["ok": true] }
  public func list(_ run: Run) throws -> [JSONValue] { [] }
  public func load(_ model: JSONValue, _ run: Run) throws {}
  public func unload(_ run: Run) throws {}

  public func embed(_ input: ImportedStream, _ request: JSONValue, _ run: Run) throws -> any BatchStream {
    throw PluginError(.unsupported, "\(Self.descriptor.title) makes no embeddings")
  }

  public func countTokens(_ request: GenerateRequest, _ run: Run) throws -> Int {
    throw PluginError(.unsupported, "\(Self.descriptor.title) counts no tokens before it generates")
  }
}

/// Makes a model from tables.
public protocol Trainer: Component {
  /// {"memory_bytes", "device", "words"}, before anything is spent.
  func estimate(_ request: NodeRequest, _ run: Run) throws -> JSONValue
  /// Metrics go to `events` as they come. What is published becomes a version when the run succeeds.
  func train(
    _ request: NodeRequest, _ inputs: [NamedStream], _ events: EventSink, _ run: Run
  ) throws -> TrainedModel
}

extension Trainer {
  public func estimate(_ request: NodeRequest, _ run: Run) throws -> JSONValue {
    throw PluginError(.unsupported, "\(Self.descriptor.title) makes no estimate")
  }
}

public struct TrainedModel: Sendable, Hashable {
  /// The model document.
  public var model: JSONValue
  public var report: JSONValue?

  public init(_ model: JSONValue, report: JSONValue? = nil) {
    self.model = model
    self.report = report
  }
}

/// Judges tables, and models by asking them.
public protocol Evaluator: Component {
  /// The schema of the port `rows`; nil where only the data tells, or there are no rows at all.
  func bind(_ request: NodeRequest, _ inputs: [InputSchema], _ run: Run) throws -> Schema?
  func evaluate(_ request: NodeRequest, _ inputs: [NamedStream], _ run: Run) throws -> Evaluation
}

/// What an evaluator found.
public struct Evaluation {
  /// One row for each judged row, for whoever wants to look at single ones.
  public var rows: (any BatchStream)?
  /// In the shape of reports; a figure that could not be computed is null, with a word why.
  public var report: JSONValue
  /// Judged by the node's gate, as a check's are.
  public var findings: [Finding]

  public init(report: JSONValue, rows: (any BatchStream)? = nil, findings: [Finding] = []) {
    self.rows = rows
    self.report = report
    self.findings = findings
  }
}

/// Does something once, after everything that is connected to it.
public protocol Action: Component {
  func perform(_ request: NodeRequest, _ inputs: [NamedStream], _ run: Run) throws -> ActionResult
}

public struct ActionResult: Sendable, Hashable {
  public var report: JSONValue
  public var findings: [Finding]

  public init(report: JSONValue, findings: [Finding] = []) {
    self.report = report
    self.findings = findings
  }
}

/// Tells somebody outside.
public protocol Notifier: Component {
  /// Answers a receipt. The same `event["id"]` twice tells once.
  func notify(_ event: JSONValue, _ run: Run) throws -> JSONValue
}

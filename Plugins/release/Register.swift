// The action `register`: a version of a model under a name, with its reports' figures beside it.
import JSONValue
import PluginKit

final class RegisterAction: PluginKit.Action {
  struct Configuration: Decodable, Sendable {
    var name: String
    var alias: String?
    var description: String?
    var license: String?
  }

  static let descriptor = ComponentDescriptor(
    "register", title: "Register a model",
    summary: "Makes a version of a model in the registry, visible when the run has succeeded.",
    docs: """
      The model at the input becomes the next version of `name`. What a trainer has published is registered where it lies;
      files that lie elsewhere are copied into the store first. Reports at further inputs give their figures to the version; a
      gate on a node above stops the run before anything is registered.

      A model behind a remote service has no files here and cannot be registered.
      """,
    inputs: [.model(), Port("report", .report, required: false, many: true)], outputs: [.report()],
    config: [
      "type": "object", "additionalProperties": false, "required": ["name"],
      "properties": [
        "name": [
          "type": "string", "title": "Name", "x-order": 1, "pattern": "^[A-Za-z0-9][A-Za-z0-9._/-]{0,127}$",
        ],
        "alias": [
          "type": "string", "title": "Alias", "x-order": 2, "pattern": "^[a-z][a-z0-9_-]{0,63}$",
          "description": "Points to this version from now on: candidate, champion …",
        ],
        "description": ["type": "string", "title": "Description", "x-order": 3, "format": "multiline"],
        "license": [
          "type": "string", "title": "Licence", "x-order": 4, "minLength": 1,
          "description": "An SPDX name, where the model's document has none or another one is right.",
        ],
      ],
    ],
    examples: [Example("As candidate", config: ["name": "smollm2-bfcl", "alias": "candidate"])])

  private let configuration: Configuration

  init(configuration: Configuration, host: Host) throws { self.configuration = configuration }

  func perform(_ request: NodeRequest, _ inputs: [NamedStream], _ run: Run) throws -> ActionResult {
    guard let document = request.models["model"]?.object else {
      throw PluginError(.invalidArgument, "no model is connected to the input `model`")
    }
    guard let path = document["path"]?.string, !path.isEmpty else {
      throw PluginError(
        .data, "the model at the input has no files on this machine, so there is nothing to register",
        details: ["next": "Connect a trainer, or a provider whose model lies in a file here."])
    }
    let figures = Self.figures(request.reports)
    let metadata = self.metadata(document, figures)
    try run.checkCancelled()
    let receipt = try run.publish(try place(path, document, run), kind: "model", metadata: metadata)
    return ActionResult(
      report: report(metadata, receipt, figures),
      findings: [Self.licence(metadata), Self.registered(configuration.name, receipt)])
  }

  /// The document as the version keeps it.
  private func metadata(_ document: [String: JSONValue], _ figures: [JSONValue]) -> JSONValue {
    var metadata = document
    for key in ["path", "version", "use", "config"] { metadata[key] = nil }
    // Served later as it is served here; where its files lie is the registry's affair then.
    if metadata["serve"] == nil, let use = document["use"] {
      let settings = (document["config"]?.object ?? [:]).filter { $0.key != "path" && !$0.value.isNull }
      metadata["serve"] = ["use": use, "with": .object(settings)]
    }
    metadata["name"] = .string(configuration.name)
    metadata["alias"] = configuration.alias.map { .string($0) }
    if let license = configuration.license { metadata["license"] = .string(license) }
    if let description = configuration.description { metadata["description"] = .string(description) }
    if !figures.isEmpty { metadata["figures"] = .array(figures) }
    return .object(metadata)
  }

  /// Where the host takes it from: as it lies when it was published before, else in this node's own folder.
  private func place(_ path: String, _ document: [String: JSONValue], _ run: Run) throws -> String {
    if document["artifact"]?.string?.hasPrefix("sha256:") == true { return path }
    let own = try run.temporaryFolder()
    if path.hasPrefix(own + "/") { return path }
    run.log(.info, "the model is copied into the store", fields: ["path": .string(path)])
    return try ModelCopy(run).copy(path, into: own)
  }

  /// The figures of all reports, each with the input it came by.
  static func figures(_ reports: [String: JSONValue]) -> [JSONValue] {
    reports.sorted { $0.key < $1.key }.flatMap { name, report in
      (report["metrics"]?.array ?? []).compactMap { metric -> JSONValue? in
        guard var figure = metric.object, figure["name"]?.string != nil else { return nil }
        figure["report"] = .string(name)
        return .object(figure)
      }
    }
  }

  private func report(_ metadata: JSONValue, _ receipt: JSONValue, _ figures: [JSONValue]) -> JSONValue {
    let lines: [(String, JSONValue)] = [
      ("name", .string(configuration.name)), ("alias", metadata["alias"] ?? .null),
      ("format", metadata["format"] ?? .null), ("licence", metadata["license"] ?? .null),
      ("base", metadata["base"]?["name"] ?? .null), ("artifact", receipt["digest"] ?? .null),
    ]
    var tables: [JSONValue] = [
      [
        "title": "Registered", "columns": ["what", "value"], "rows": .array(lines.map { [.string($0.0), $0.1] }),
      ]
    ]
    if !figures.isEmpty {
      let rows = figures.map { figure -> JSONValue in
        let interval = figure["interval"]?.array ?? []
        return [
          figure["report"] ?? .null, figure["name"] ?? .null, figure["value"] ?? .null, interval.first ?? .null,
          interval.last ?? .null,
        ]
      }
      tables.append(
        ["title": "Figures", "columns": ["report", "figure", "value", "low", "high"], "rows": .array(rows)])
    }
    return [
      "title": .string("Version of \(configuration.name)"), "tables": .array(tables),
      "metrics": [["name": "bytes", "value": receipt["bytes"] ?? .null, "unit": "B"]],
      "text": "The version gets its number, and the alias points to it, when the whole run has succeeded.",
    ]
  }

  private static func licence(_ metadata: JSONValue) -> Finding {
    let words = metadata["license"]?.string ?? metadata["base"]?["license"]?.string
    return Finding(
      rule: "licence", severity: .warn, passed: words?.isEmpty == false, observed: words.map { .string($0) },
      message: words.map { "the licence is \($0)" } ?? "nobody says under which licence the model may be used")
  }

  private static func registered(_ name: String, _ receipt: JSONValue) -> Finding {
    Finding(
      rule: "registered", passed: true, observed: receipt["digest"],
      message: "becomes a version of \(name) when the run has succeeded")
  }
}

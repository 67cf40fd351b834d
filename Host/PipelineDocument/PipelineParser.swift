// From document values to a Pipeline: shapes, names and units. What it refuses, it refuses at its line.
import JSONValue
import Model

struct PipelineParser {
  let problems: ProblemCollection
  var warnings: [DocumentWarning] = []

  init(problems: ProblemCollection) { self.problems = problems }

  static let keys = [
    "apiVersion", "kind", "metadata", "requires", "parameters", "nodes", "limits", "retry", "isolation", "models",
    "schedule", "notify",
  ]

  /// Nil, with at least one problem, when there is nothing to build on.
  mutating func pipeline(_ root: DocumentValue) -> Pipeline? {
    let whole = Field(key: "document", pointer: "", position: root.position, value: root)
    guard let fields = mapping(whole, "The document", allowing: Self.keys) else { return nil }
    checkVersion(fields, whole)
    var pipeline = Pipeline(name: "")
    readMetadata(required("metadata", fields, whole), into: &pipeline)
    if let field = fields["requires"] { pipeline.requiredPlugins = requiredPlugins(field) }
    if let field = fields["parameters"] { pipeline.parameters = parameters(field) }
    if let field = required("nodes", fields, whole) {
      pipeline.nodes = nodes(field, mayBeNone: fields["models"] != nil)
    }
    if let field = fields["limits"] { pipeline.limits = limits(field) }
    if let field = fields["retry"] { pipeline.retry = retry(field) }
    if let field = fields["isolation"] { checkIsolation(field, node: nil) }
    if let field = fields["models"] {
      pipeline.models = models(field)
      checkNamesApart(pipeline, field)
    }
    pipeline.schedule = fields["schedule"].flatMap { schedule($0) }
    pipeline.notify = fields["notify"].map { notify($0) } ?? []
    return pipeline
  }

  private func checkVersion(_ fields: [String: Field], _ whole: Field) {
    for (key, wanted) in [("apiVersion", "opentrusteval/v1"), ("kind", "Pipeline")] {
      guard let field = required(key, fields, whole), let text = text(field), text != wanted else { continue }
      report(.unsupportedVersion, "\(key) is '\(shortened(text))'; this version reads '\(wanted)'.", field)
    }
  }

  private func readMetadata(_ field: Field?, into pipeline: inout Pipeline) {
    guard let field, let fields = mapping(field, "metadata", allowing: ["name", "title", "description", "labels"])
    else { return }
    if let name = required("name", fields, field), let text = text(name) {
      checkName(text, "A pipeline", name)
      pipeline.name = text
    }
    pipeline.title = fields["title"].flatMap { text($0) }
    pipeline.description = fields["description"].flatMap { text($0) }
    guard let labels = fields["labels"], let entries = entries(labels) else { return }
    for label in entries { pipeline.labels[label.key] = text(label) }
  }

  private func requiredPlugins(_ field: Field) -> [RequiredPlugin] {
    guard let fields = mapping(field, "requires", allowing: ["plugins"]), let plugins = fields["plugins"],
      let entries = entries(plugins)
    else { return [] }
    return entries.compactMap { entry in
      guard let text = text(entry) else { return nil }
      guard let range = VersionRange(text) else {
        report(
          .wrongType, "'\(shortened(text))' is no version range.", entry,
          next: "Write '>=1.0', '^1.2', '1.x' or '=1.0.0'.")
        return nil
      }
      return RequiredPlugin(name: entry.key, range: range)
    }
  }

  private func parameters(_ field: Field) -> [ParameterDeclaration] {
    (entries(field) ?? []).compactMap { entry in
      checkName(entry.key, "A parameter", entry)
      guard entries(entry) != nil else { return nil }
      let schema = entry.value.json
      for finding in SchemaLint.findings(in: schema) {
        let pointer = entry.pointer + finding.pointer
        let path = readablePath(finding.pointer, under: "parameters.\(entry.key)")
        problems.add(
          finding.keyword == "unknown" ? .unknownKey : .wrongType, "\(path) \(finding.message).",
          at: entry.position(at: finding.pointer), pointer: pointer)
      }
      return ParameterDeclaration(name: entry.key, schema: schema)
    }
  }

  /// Only the worker that all nodes of a run share exists so far.
  func checkIsolation(_ field: Field, node: String?) {
    guard let text = text(field), text != "run" else { return }
    let known = ["run", "process"].contains(text)
    report(
      known ? .notAvailable : .wrongType,
      known
        ? "isolation: process is not available in this version: all nodes of a run share one worker process."
        : "isolation must be 'run', is '\(shortened(text))'.", field, node: node,
      next: "Remove the key, or write isolation: run.")
  }
}

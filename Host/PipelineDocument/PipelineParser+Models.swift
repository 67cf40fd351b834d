// The `models` part of a document: names for models, which nodes connect to like any other.
import JSONValue
import Model

extension PipelineParser {
  static let bindingKeys = ["use", "in", "with", "connection", "model"]

  func models(_ field: Field) -> [ModelBinding] {
    (entries(field) ?? []).compactMap { entry in
      checkName(entry.key, "A model binding", entry)
      return binding(entry)
    }
  }

  /// `NAME@ALIAS` alone is short for {model: NAME@ALIAS}.
  private func binding(_ field: Field) -> ModelBinding? {
    var node = PipelineNode(name: field.key, plugin: "", component: "")
    node.section = "models"
    if case .string = field.value.content {
      return reference(toModel: field).map { ModelBinding(node, model: $0) }
    }
    guard let fields = mapping(field, "A model binding", allowing: Self.bindingKeys, node: field.key) else {
      return nil
    }
    let says = ["use", "model", "connection"].filter { fields[$0] != nil }
    guard !says.isEmpty else {
      report(
        .missingKey, "The model binding '\(field.key)' says no model: it needs 'use', 'model' or 'connection'.", field,
        node: field.key, next: "Write use: plugin/component, or model: NAME@ALIAS.")
      return nil
    }
    if let use = fields["use"] {
      guard let named = component(use, node: field.key) else { return nil }
      node.plugin = named.plugin
      node.component = named.component
      node.version = named.version
    }
    if let field = fields["with"], entries(field) != nil { node.configuration = field.value.json }
    if let field = fields["connection"] { node.connection = text(field) }
    if let input = fields["in"] {
      if fields["model"] != nil {
        report(
          .invalidConfiguration,
          "The model binding '\(field.key)' has both 'model' and 'in': a model comes from the registry or from a node.",
          input, node: field.key, next: "Remove one of the two.")
      }
      node.inputs = inputs(input, node: field.key)
    }
    return ModelBinding(node, model: fields["model"].flatMap { reference(toModel: $0) })
  }

  private func reference(toModel field: Field) -> ModelReference? {
    guard let text = text(field) else { return nil }
    do throws(Problem) {
      return try ModelReference(parsing: text)
    } catch {
      report(
        .invalidName, "'\(shortened(text))' names no model.", field,
        next: "Write NAME, NAME@VERSION or NAME@ALIAS.")
      return nil
    }
  }

  /// Nodes and models are connected by their names alike.
  func checkNamesApart(_ pipeline: Pipeline, _ models: Field) {
    let nodes = Set(pipeline.nodes.map(\.name))
    for entry in entries(models) ?? [] where nodes.contains(entry.key) {
      report(
        .duplicateName, "A node and a model are both called '\(entry.key)'.", entry, node: entry.key,
        next: "Rename one of them.")
    }
  }
}

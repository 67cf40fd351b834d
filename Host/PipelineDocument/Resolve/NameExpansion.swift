// Looks up what a document names beside plugins: connections become fields of nodes, bindings become provider nodes.
import JSONValue
import Model

struct NameExpansion {
  private let registry: RegistryLookup
  private let plugins: [InstalledPlugin]
  private let problems: ProblemCollection
  private let root: DocumentValue
  /// With a node for each binding, in front of the document's own.
  private(set) var document: PipelineDocument
  private(set) var connections: [String: UsedConnection] = [:]

  init(
    _ document: PipelineDocument, registry: RegistryLookup, plugins: [InstalledPlugin], problems: ProblemCollection
  ) {
    self.registry = registry
    self.plugins = plugins
    self.problems = problems
    self.document = document
    root = document.root
    let bindings = document.pipeline.models.map { bound($0) }
    let nodes = document.pipeline.nodes.map { connected($0) ?? unusable($0) }
    self.document.pipeline.nodes = bindings + nodes
  }

  /// A node without a component stands for one whose problem is told already.
  private func unusable(_ node: PipelineNode) -> PipelineNode {
    var node = node
    node.plugin = ""
    node.component = ""
    return node
  }

  private mutating func bound(_ binding: ModelBinding) -> PipelineNode {
    var node = binding.node
    if let reference = binding.model {
      do throws(Problem) {
        node = try filled(node, with: try registry.model(reference))
      } catch {
        report(error, node, "model")
        return unusable(node)
      }
    }
    return connected(node) ?? unusable(node)
  }

  /// The document of a registered model says which provider serves it, unless the binding does.
  private func filled(_ node: PipelineNode, with model: JSONValue) throws(Problem) -> PipelineNode {
    var node = node
    node.model = model
    node.configuration = Self.merged(model["serve"]?["with"], beneath: node.configuration)
    guard node.plugin.isEmpty, node.connection == nil else { return node }
    guard let use = model["serve"]?["use"]?.string else {
      throw Problem(
        .missingKey, "The model '\(model["name"]?.string ?? node.name)' does not say which provider serves it.",
        next: "Write it beside the model: use: plugin/component.")
    }
    return try Self.naming(use, node)
  }

  /// nil, with a problem, where the connection cannot be used there.
  private mutating func connected(_ node: PipelineNode) -> PipelineNode? {
    guard let name = node.connection else { return node }
    do throws(Problem) {
      let connection = try registry.connection(name)
      var node = node
      if node.plugin.isEmpty { node = try Self.naming(connection.use, node) }
      let plugin = connection.use.prefix { $0 != "/" }
      guard plugin == node.plugin else {
        throw Problem(
          .invalidConfiguration,
          "The connection '\(name)' is for \(connection.use); '\(node.name)' uses \(node.use).",
          next: "Name a connection that was saved for '\(node.plugin)': ote connections list")
      }
      node.configuration = Self.merged(fields(of: connection, for: node), beneath: node.configuration)
      connections[node.name] = UsedConnection(name: name, revision: connection.revision)
      return node
    } catch {
      report(error, node, "connection")
      return nil
    }
  }

  /// A component of the same plugin takes those fields of another's connection that it has too.
  private func fields(of connection: SavedConnection, for node: PipelineNode) -> JSONValue {
    guard connection.use != node.use, let entries = connection.config.object else { return connection.config }
    let component = plugins.first { $0.name == node.plugin && $0.isUsable }?.component(node.component)
    guard let known = component?.config["properties"]?.object else { return connection.config }
    return .object(entries.filter { known[$0.key] != nil })
  }

  private static func naming(_ use: String, _ node: PipelineNode) throws(Problem) -> PipelineNode {
    let names = use.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard names.count == 2, names.allSatisfy(isName) else {
      throw Problem(.invalidName, "'\(shortened(use))' names no component.")
    }
    var node = node
    node.plugin = names[0]
    node.component = names[1]
    return node
  }

  private static func merged(_ below: JSONValue?, beneath above: JSONValue) -> JSONValue {
    guard let below = below?.object, let above = above.object else { return above }
    return .object(below.merging(above, uniquingKeysWith: { $1 }))
  }

  /// At the key that names it; a model may also stand right behind the binding's name.
  private func report(_ problem: Problem, _ node: PipelineNode, _ key: String) {
    let pointer = "\(node.pointer)/\(key)"
    problems.add(
      problem.code, "\(node.title): \(problem.detail)",
      at: root.position(at: pointer), pointer: pointer, node: node.name, next: problem.next)
  }
}

extension PipelineNode {
  /// Where the document writes it.
  var pointer: String { "/\(section)/\(pointerToken(name))" }

  /// What problems call it.
  var title: String {
    switch section {
    case "models": "Model '\(name)'"
    case "notify": "Notification \((Int(name) ?? 0) + 1)"
    default: "Node '\(name)'"
    }
  }
}

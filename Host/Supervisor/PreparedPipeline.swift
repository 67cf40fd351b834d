// A pipeline document made ready to run or to be looked at: read, resolved against the installed plugins, bounded.
import ArtifactStore
import FoundationEssentials
package import JSONValue
package import Model
package import PipelineDocument

package struct PreparedPipeline: Sendable {
  package let document: PipelineDocument
  package let resolved: ResolvedPipeline
  package let text: String

  /// `plugins` answers those of these names, or all that are installed where it is given nil; `registry` knows connections
  /// and models.
  package init(
    document: PipelineDocument, text: String, parameters: [String: JSONValue], run: String, startedAt: String,
    plugins: (Set<String>?) -> [InstalledPlugin], registry: RegistryLookup
  ) throws(Problems) {
    self.document = document
    self.text = text
    let pipeline = document.pipeline
    let bound = pipeline.models.filter(\.saysComponent).map(\.node.plugin) + pipeline.notify.map(\.node.plugin)
    let named = Set(pipeline.nodes.map(\.plugin) + bound + pipeline.requiredPlugins.map(\.name))
    var installed = plugins(named)
    var resolved: ResolvedPipeline
    do {
      resolved = try document.resolve(
        parameters: parameters, plugins: installed, run: run, startedAt: startedAt, registry: registry)
    } catch {
      // Something is missing: with every plugin at hand, one may fit, or at least be named in the problem.
      installed = plugins(nil)
      resolved = try document.resolve(
        parameters: parameters, plugins: installed, run: run, startedAt: startedAt, registry: registry)
    }
    // One worker runs all plugins of the run, so the strictest of the admin's bounds holds for it.
    let used = Set(resolved.plugins.map { "\($0.name) \($0.version)" })
    for plugin in installed where used.contains("\(plugin.name) \(plugin.version)") {
      if let limits = plugin.policy?.limits { resolved.limits = resolved.limits.tightened(by: limits) }
    }
    self.resolved = resolved
  }

  package func plan(_ mode: RunPlan.Mode, run: String, startedAt: String, folder: String) -> RunPlan {
    RunPlan(
      mode: mode, run: run, attempt: 1, pipeline: resolved.pipeline.name, startedAt: startedAt,
      plugins: resolved.plugins, nodes: resolved.nodes, folder: folder, limits: resolved.limits)
  }

  package func request(run: String, startedAt: String, resuming: RunReport? = nil) -> RunRequest {
    let document = document
    return RunRequest(
      resolved: resolved, document: text, canonicalText: document.canonicalText, run: run, startedAt: startedAt,
      resuming: resuming, locate: { Self.locate($0, in: document) })
  }

  /// Names the document's values, whatever its comments and the order of its keys.
  package static func digest(of document: PipelineDocument) -> String {
    "sha256:\(FileDigest.hex(of: Array(document.canonicalText.utf8)))"
  }

  /// A plugin names a field of its own configuration; the reader of the document wants file and line.
  package static func locate(_ problem: Problem, in document: PipelineDocument) -> Problem {
    guard let node = problem.node, let field = problem.at?.pointer, problem.at?.file == nil else { return problem }
    var problem = problem
    let token = node.replacing("~", with: "~0").replacing("/", with: "~1")
    let isBinding = document.pipeline.models.contains { $0.name == node }
    problem.at = document.location(at: "/\(isBinding ? "models" : "nodes")/\(token)/with\(field)")
    return problem
  }
}

// A model as a document would name it, made ready to be served: the same words, the same problems.
import ArtifactStore
package import JSONValue
package import Model
import PipelineDocument
import WorkerProtocol

package struct ServedBinding: Sendable {
  /// The name that the model has in its worker.
  package static let node = "model"

  package let plan: RunPlan
  /// Names everything that makes it this model: plugin, configuration, registered version, admin's limits.
  package let key: String
  /// The saved connection that it goes through.
  package let connection: String?

  /// `binding` is what stands under `models` in a document: "name@alias", or {use, with, connection, model}. The worker's
  /// folder is the caller's to remove. Throws problems whose places are within the binding.
  package init(
    _ binding: JSONValue, run: String, folder: String, plugins: (Set<String>?) -> [InstalledPlugin],
    registry: RegistryLookup
  ) throws(Problems) {
    let text = JSONValue.object([
      "apiVersion": "opentrusteval/v1", "kind": "Pipeline", "metadata": ["name": "served"],
      "models": .object([Self.node: binding]), "nodes": [:],
    ]).text
    let prepared: PreparedPipeline
    do throws(Problems) {
      prepared = try PreparedPipeline(
        document: try PipelineDocument(parsing: text), text: text, parameters: [:], run: run,
        startedAt: TimeStamp.now(), plugins: plugins, registry: registry)
    } catch { throw Problems(error.all.map(Self.placed)) }
    var plan = prepared.plan(.serve, run: run, startedAt: TimeStamp.now(), folder: folder)
    // It ends when nobody asks any more, not after a time.
    plan.limits.wallSeconds = 1e8
    self.plan = plan
    connection = prepared.resolved.connections[Self.node]?.name
    let parts: JSONValue = [
      "nodes": .array(
        plan.nodes.map { ["use": .string($0.use), "with": $0.configuration, "model": $0.model ?? .null] }),
      "plugins": .array(plan.plugins.map { .string($0.digest) }),
    ]
    key = FileDigest.hex(of: Array(parts.text.utf8))
  }

  /// The document is ours: a place in it says nothing to somebody who named a model, only one within the binding does.
  private static func placed(_ problem: Problem) -> Problem {
    var problem = problem
    let pointer = problem.at?.pointer.map {
      $0.hasPrefix("/models/\(node)") ? String($0.dropFirst(8 + node.count)) : $0
    }
    problem.at = pointer.flatMap { $0.isEmpty ? nil : ProblemLocation(pointer: $0) }
    return problem
  }
}

// Asking a model by hand: it is loaded in a worker of its own, stays for a while, and answers as it goes.
import ArtifactStore
package import JSONValue
import Model
import Registry
package import Supervisor
import WorkerProtocol

package struct Playground: Sendable {
  let plane: ControlPlane
  package init(_ plane: ControlPlane) { self.plane = plane }

  /// Blocks until the answer has ended. `tell` gets its events one by one until `leaving` says that nobody listens any more.
  /// Throws `Problems` for a model that cannot be named so, `Problem` for what failed on the way.
  package func ask(
    _ binding: JSONValue, _ request: JSONValue, project: String, leaving: Leaving,
    tell: @escaping @Sendable (JSONValue) -> Void
  ) throws {
    let run = RunIdentifier.make()
    let folder = try plane.artifacts.runFolder(run)
    let served = try served(binding, project: project, run: run, folder: folder)
    let artifacts = plane.artifacts
    var isNew = false
    defer { if !isNew { try? artifacts.removeRunFolder(run) } }
    try plane.serving.with(
      "\(project) \(served.key)",
      make: { () throws(Problem) in
        isNew = true
        return ServedModel(
          served.plan, workers: plane.workers, secrets: plane.vault.lookup(in: project),
          requests: DatasetLookup(metadata: plane.metadata, artifacts: artifacts),
          account: ConnectionAccount(served, project: project, metadata: plane.metadata),
          ended: { try? artifacts.removeRunFolder(run) })
      }
    ) { (model) throws(Problem) in
      let question = ModelQuestion(node: ServedBinding.node, request: request)
      try model.ask(question, leaving: leaving) { choice, kind, payload in
        if let event = ModelAnswer.event(choice: choice, kind: kind, payload: payload) { tell(event) }
        return !leaving.hasLeft
      }
    }
  }

  private func served(
    _ binding: JSONValue, project: String, run: String, folder: String
  ) throws -> ServedBinding {
    do throws(Problems) {
      return try ServedBinding(
        binding, run: run, folder: folder, plugins: plane.plugins.installed,
        registry: plane.registry.lookup(in: project))
    } catch {
      try? plane.artifacts.removeRunFolder(run)
      throw error
    }
  }
}

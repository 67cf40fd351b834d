// What a node may do with files: a folder of its own, publishing, and the facts of its run.
import CPluginABI
import FoundationEssentials
import JSONValue
import Model
import Synchronization
import WorkerProtocol

extension NodeRun {
  /// Made on first use; the whole run folder goes when the run ends.
  func temporaryFolder() throws(Problem) -> String {
    let path =
      plan.component.kind == .trainer
      ? TrainerFolder(state.plan, plan.name).path : "\(state.plan.folder)/tmp/\(plan.name)"
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch { throw problem(.inputOutputFailed, "cannot make a temporary folder: \(error)") }
    return path
  }

  /// Only while the node commits: what was not audited is not published.
  func publish(path: String, kind: String, metadata: String) throws(Problem) -> JSONValue {
    guard mayPublish.load(ordering: .sequentiallyConsistent) else {
      throw problem(.contractBroken, "publish is legal only inside commit")
    }
    guard let value = try? JSONValue(parsing: metadata), value.object != nil else {
      throw problem(.contractBroken, "the metadata of publish is not a JSON object")
    }
    return try state.link.ask(.publish(node: plan.name, path: path, kind: kind, metadata: value))
  }

  /// What ote.run/1 meta answers.
  var meta: JSONValue {
    let limits = state.plan.limits
    var meta: [String: JSONValue] = [
      "run": .string(state.plan.run), "attempt": .int(Int64(state.plan.attempt)),
      "pipeline": .string(state.plan.pipeline), "node": .string(plan.name),
      "started_at": .string(state.plan.startedAt), "memory_bytes": .int(limits.memoryBytes),
      "threads": .int(Int64(limits.threads)), "batch_rows": .int(Int64(limits.batchRows)),
    ]
    if case .options(_, _, let address?) = state.plan.mode { meta["return_address"] = .string(address) }
    return .object(meta)
  }
}

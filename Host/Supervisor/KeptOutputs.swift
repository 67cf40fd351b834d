// Outputs that a failed attempt has kept, and what trainers had on their way. They serve again only the very nodes that made
// them: a resumed document may have changed.
import ArtifactStore
import FoundationEssentials
import Glibc
import JSONValue
import Model

struct KeptOutputs {
  private let runFolder: String
  private var folder: String { "\(runFolder)/materialized" }

  init(runFolder: String) { self.runFolder = runFolder }

  /// Forgets what other nodes have left under the names of this plan's, and notes whose outputs come next.
  func settle(for plan: RunPlan) throws(Problem) {
    for node in plan.nodes where node.materialize || node.component.kind == .trainer {
      let key = Self.key(of: node, in: plan)
      let keyPath = "\(folder)/\(node.name).key"
      guard (try? String(contentsOfFile: keyPath, encoding: .utf8)) != key else { continue }
      do {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for ending in [".batches", ".batches.part", ".trained"] { unlink("\(folder)/\(node.name)\(ending)") }
        let work = "\(folder)/\(node.name).work"
        if access(work, F_OK) == 0 { try FileManager.default.removeItem(atPath: work) }
        try key.write(toFile: keyPath, atomically: true, encoding: .utf8)
      } catch {
        let full = errno == ENOSPC || errno == EDQUOT
        throw Problem(full ? .diskFull : .inputOutputFailed, "cannot write \(keyPath): \(error)", node: node.name)
      }
    }
  }

  /// Removes what nobody can go on from: temporary files and outputs that were not written to their end.
  func dropUnfinished() {
    try? FileManager.default.removeItem(atPath: "\(runFolder)/tmp")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names where name.hasSuffix(".part") { unlink("\(folder)/\(name)") }
    let kept = [".batches", ".work", ".trained"]
    if !names.contains(where: { name in kept.contains { name.hasSuffix($0) } }) { dropAll() }
  }

  /// Removes kept outputs too. The run's lock stays.
  func dropAll() {
    try? FileManager.default.removeItem(atPath: "\(runFolder)/tmp")
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Names the node and everything above it: components, digests, configurations, edges and gates.
  private static func key(of node: PlanNode, in plan: RunPlan) -> String {
    let byName = Dictionary(plan.nodes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let digests = Dictionary(plan.plugins.map { ($0.name, $0.digest) }, uniquingKeysWith: { first, _ in first })
    var seen: Set<String> = [node.name]
    var waiting = [node]
    var above: [PlanNode] = []
    while let next = waiting.popLast() {
      above.append(next)
      for input in next.inputs {
        if let source = byName[input.node], seen.insert(source.name).inserted { waiting.append(source) }
      }
    }
    let words = above.sorted { $0.name < $1.name }.map { node -> JSONValue in
      var words: [String: JSONValue] = [
        "node": .string(node.name), "use": .string(node.use), "digest": .string(digests[node.plugin] ?? ""),
        "with": node.configuration, "in": (try? JSONValue(encoding: node.inputs)) ?? .null,
        "gate": (try? JSONValue(encoding: node.gate)) ?? .null,
      ]
      words["model"] = node.model
      return .object(words)
    }
    return FileDigest.hex(of: Array(JSONValue.array(words).text.utf8))
  }
}

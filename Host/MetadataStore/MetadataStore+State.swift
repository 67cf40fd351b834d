// Durable state of components: keys and values with revisions, so that a lost update is noticed.
import Foundation
import GRDB
package import Model

extension MetadataStore {
  package func state(_ key: String, in scope: StateScope) throws(Problem) -> StateEntry? {
    try read { database in try StateRows.entry(key, scope, database) }
  }

  /// All keys of the scope, sorted.
  package func stateKeys(in scope: StateScope) throws(Problem) -> [String] {
    try read { database in
      try database.rows(
        "SELECT key FROM state WHERE pipeline = ? AND node = ? AND component = ? ORDER BY key",
        [scope.pipeline, scope.node, scope.component]
      ) { $0[0] }
    }
  }

  /// Stores the value if the key is as `condition` expects it; otherwise answers what is there.
  package func putState(
    _ value: [UInt8], for key: String, in scope: StateScope, if condition: StateCondition = .any
  ) throws(Problem) -> StateAnswer {
    try write { database in
      let current = try StateRows.entry(key, scope, database)?.revision
      switch condition {
      case .any: break
      case .new where current == nil: break
      case .revision(let expected) where current == expected: break
      case .new, .revision: return .conflict(current: current)
      }
      let revision = (current ?? 0) + 1
      try database.perform(
        "INSERT OR REPLACE INTO state VALUES (?, ?, ?, ?, ?, ?)",
        [scope.pipeline, scope.node, scope.component, key, Data(value), Int64(revision)])
      return .stored(revision: revision)
    }
  }

  /// What the nodes of a pipeline have kept, by node.
  package func keptState(of pipeline: String) throws(Problem) -> [KeptState] {
    try read { database in try StateRows.kept(pipeline, database) }
  }

  /// Removes it, of one node or of all; answers what there was. An incremental source then begins anew, and kept answers of
  /// models are asked for again. Not while the pipeline runs: half of what a run keeps would be gone.
  package func forgetState(of pipeline: String, node: String? = nil) throws(Problem) -> [KeptState] {
    try write { database in
      let running = try database.row(
        "SELECT id FROM run WHERE pipeline = ? AND status = ? LIMIT 1", [pipeline, RunStatus.running.rawValue])
      if let running {
        let run: String = running["id"]
        throw Problem(.wrongState, "run \(run) of \(pipeline) is under way", next: "Wait for its end, or cancel it.")
      }
      let kept = try StateRows.kept(pipeline, database).filter { node == nil || $0.node == node }
      for node in Set(kept.map(\.node)) {
        try database.perform("DELETE FROM state WHERE pipeline = ? AND node = ?", [pipeline, node])
      }
      return kept
    }
  }

  package func removeState(_ key: String, in scope: StateScope) throws(Problem) {
    try write { database in
      try database.perform(
        "DELETE FROM state WHERE pipeline = ? AND node = ? AND component = ? AND key = ?",
        [scope.pipeline, scope.node, scope.component, key])
    }
  }
}

private enum StateRows {
  static func kept(_ pipeline: String, _ database: Database) throws -> [KeptState] {
    try database.rows(
      """
      SELECT node, component, count(*) AS keys, sum(length(value)) AS bytes FROM state WHERE pipeline = ?
      GROUP BY node, component ORDER BY node, component
      """, [pipeline]
    ) { KeptState(node: $0["node"], component: $0["component"], keys: $0["keys"], bytes: $0["bytes"]) }
  }

  static func entry(_ key: String, _ scope: StateScope, _ database: Database) throws -> StateEntry? {
    try database.row(
      "SELECT value, revision FROM state WHERE pipeline = ? AND node = ? AND component = ? AND key = ?",
      [scope.pipeline, scope.node, scope.component, key]
    ).map { row in
      let value: Data = row["value"]
      let revision: Int64 = row["revision"]
      return StateEntry(value: [UInt8](value), revision: UInt64(revision))
    }
  }
}

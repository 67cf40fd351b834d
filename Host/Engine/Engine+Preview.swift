// The first rows at a port of the last node, as JSON, for people to look at.
import JSONValue
import Model
import PluginKit
import WorkerProtocol

extension Engine {
  /// The port of the node that is to be shown; nil for nodes that only lead there.
  func shownPort(of node: NodeRun) -> String? {
    guard case .preview(_, let port) = plan.mode, node === nodes.last else { return nil }
    return port ?? mainOutput(of: node)
  }

  /// Reads no more than it shows, but for what a check found: that it knows at its end. Sinks do not take part.
  func preview(_ count: Int) throws(Problem) {
    guard let last = drains.last else {
      throw Problem(.kindNotRunnable, "nothing to preview: the last node has no table output")
    }
    var rows: [[JSONValue]] = []
    do {
      while rows.count < count, let batch = try last.stream.next() {
        let columns = (0..<batch.columnCount).map { batch.column($0) }
        for row in 0..<min(batch.rowCount, count - rows.count) { rows.append(columns.map { $0.json(row) }) }
      }
    } catch { throw error as? Problem ?? last.node.problem(.badData, "\(error)") }
    last.stream.close()
    for stream in unread { stream.close() }
    state.link.send(.preview(schema: last.stream.schema.json, rows: rows))
  }
}

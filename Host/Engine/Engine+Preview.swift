// The first rows at one port of the last node, as JSON, for people to look at.
import JSONValue
import Model
import PluginKit
import WorkerProtocol

extension Engine {
  /// nil unless this is a preview.
  var previewRows: Int? {
    guard case .preview(let rows) = plan.mode else { return nil }
    return rows
  }

  /// Whether the preview is of this port.
  func isLooked(_ node: NodeRun, _ port: String) -> Bool {
    guard previewRows != nil, node.plan.name == nodes.last?.plan.name else { return false }
    return port == lookedPort ?? mainOutput(of: node)
  }

  /// Reads no more than it shows; sinks do not take part.
  func preview(_ count: Int) throws(Problem) {
    guard let last = nodes.last else { throw Problem(.kindNotRunnable, "nothing to preview: the plan has no node") }
    let main = drains.last { $0.node === last }?.stream
    let isMain = lookedPort == nil || lookedPort == mainOutput(of: last) || last.plan.component.kind == .sink
    guard let stream = isMain ? main : looked else {
      let detail = isMain ? "it has no table output" : "it has no output '\(lookedPort ?? "")'"
      throw last.problem(.kindNotRunnable, "nothing to preview: \(detail)")
    }
    do {
      // What a check found is known only once the whole table has passed it.
      if !isMain, last.plan.component.kind == .check { while try main?.next() != nil {} }
      let rows = try firstRows(count, of: stream)
      state.link.send(.preview(schema: stream.schema.json, rows: rows))
    } catch { throw error as? Problem ?? state.firstFailure ?? last.problem(.badData, "\(error)") }
    stream.close()
    main?.close()
    looked?.close()
  }

  private func firstRows(_ count: Int, of stream: any BatchStream) throws -> [[JSONValue]] {
    var rows: [[JSONValue]] = []
    while rows.count < count, let batch = try stream.next() {
      let columns = (0..<batch.columnCount).map { batch.column($0) }
      for row in 0..<min(batch.rowCount, count - rows.count) { rows.append(columns.map { $0.json(row) }) }
    }
    return rows
  }
}

// Rows and figures of published versions, read by the plugin that wrote them, in a worker. A version never changes, so
// what was read once is kept.
package import JSONValue
package import Model
import Synchronization

package final class DatasetReading: Sendable {
  package typealias Rows = (schema: JSONValue, rows: [[JSONValue]])

  private struct Kept: Sendable {
    var answers: [String: (rows: Rows, bytes: Int)] = [:]
    var order: [String] = []
    var bytes = 0
  }

  private static let bytesMax = 16 << 20
  private let desk: PipelineDesk
  private let plugins: PluginShelf
  private let kept = Mutex(Kept())

  package init(_ plane: ControlPlane) {
    desk = PipelineDesk(plane)
    plugins = plane.plugins
  }

  /// Rows of one version by a query over the table `t`. Blocks for a worker's life the first time.
  package func rows(of version: DatasetVersion, query: String?, count: Int) throws(Problem) -> Rows {
    let key = "\(version.digest)\n\(count)\n\(query ?? "")"
    if let rows = kept.withLock({ $0.answers[key]?.rows }) { return rows }
    let rows = try desk.rows(of: nodes(version, query: query), plugins: [plan()], count: count)
    keep(rows, key)
    return rows
  }

  private func nodes(_ version: DatasetVersion, query: String?) throws(Problem) -> [PlanNode] {
    let plugin = try reader()
    let table = try component("table", plugin)
    let source = PlanNode(
      name: "rows", plugin: plugin.name, component: table,
      configuration: ["dataset": .string(version.dataset), "version": .int(Int64(version.version))], inputs: [])
    guard let query else { return [source] }
    let stage = try component("sql", plugin)
    let sql = PlanNode(
      name: "query", plugin: plugin.name, component: stage, configuration: ["query": .string(query)],
      inputs: [
        PlanInput(
          port: stage.inputs.first?.name ?? "", name: "t", node: "rows", output: table.outputs.first?.name ?? "table")
      ])
    return [source, sql]
  }

  private func plan() throws(Problem) -> PlanPlugin {
    let plugin = try reader()
    return PlanPlugin(
      name: plugin.name, version: plugin.version, digest: plugin.digest ?? "", path: plugin.path ?? "")
  }

  private func reader() throws(Problem) -> InstalledPlugin {
    guard let plugin = plugins.installed(["duckdb"]).first(where: \.isUsable) else {
      throw Problem(.missingPlugin, "reading a dataset needs the plugin 'duckdb'", plugin: "duckdb")
    }
    return plugin
  }

  private func component(_ name: String, _ plugin: InstalledPlugin) throws(Problem) -> ComponentDescription {
    guard let component = plugin.component(name) else {
      throw Problem(.missingPlugin, "the plugin duckdb \(plugin.version) offers no \(name)", plugin: "duckdb")
    }
    return component
  }

  private func keep(_ rows: Rows, _ key: String) {
    let bytes = JSONValue.array(rows.rows.map { .array($0) }).text.utf8.count + key.utf8.count
    guard bytes < Self.bytesMax / 4 else { return }
    kept.withLock { kept in
      guard kept.answers[key] == nil else { return }
      kept.answers[key] = (rows, bytes)
      kept.order.append(key)
      kept.bytes += bytes
      while kept.bytes > Self.bytesMax, let oldest = kept.order.first {
        kept.order.removeFirst()
        kept.bytes -= kept.answers.removeValue(forKey: oldest)?.bytes ?? 0
      }
    }
  }
}

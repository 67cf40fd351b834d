// How plugins did in runs: how often they ran, what they crashed, and who uses them.
import GRDB
package import Model

package struct PluginFigures: Sendable, Hashable {
  package var runs = 0
  package var rowsOut: Int64?
  package var seconds: Double?
  /// Of the workers of its runs, in which other plugins may have worked too: the most, and the mean of their peaks.
  package var memoryPeakBytes: Int64?
  package var memoryMeanBytes: Int64?
  package var cpuSeconds: Double?
  package var crashes = 0
  package var lastCrashAt: String?
}

package struct PluginCrash: Codable, Sendable, Hashable {
  package var run: String
  package var at: String
  package var code: String
  package var detail: String
  package var node: String?
}

extension MetadataStore {
  /// By plugin, over the newest 1,000 runs.
  package func pluginFigures() throws(Problem) -> [String: PluginFigures] {
    try read { database in
      var figures: [String: PluginFigures] = [:]
      let used = try database.rows(
        """
        SELECT substr(use, 1, instr(use, '/') - 1) AS plugin, count(DISTINCT run) AS runs, sum(rows_out) AS rows_out,
          sum(seconds) AS seconds
        FROM run_node WHERE run IN (SELECT id FROM run ORDER BY started_at DESC, id DESC LIMIT 1000) GROUP BY plugin
        """
      ) { ($0["plugin"] as String, $0["runs"] as Int, $0["rows_out"] as Int64?, $0["seconds"] as Double?) }
      for (plugin, runs, rows, seconds) in used {
        figures[plugin] = PluginFigures(runs: runs, rowsOut: rows, seconds: seconds)
      }
      let workers = try database.rows(
        """
        SELECT plugin, max(peak_memory) AS peak, CAST(avg(peak_memory) AS INTEGER) AS mean, sum(cpu_seconds) AS cpu
        FROM (SELECT DISTINCT substr(use, 1, instr(use, '/') - 1) AS plugin, run FROM run_node
          WHERE run IN (SELECT id FROM run ORDER BY started_at DESC, id DESC LIMIT 1000)) AS used
        JOIN run ON run.id = used.run WHERE peak_memory IS NOT NULL GROUP BY plugin
        """
      ) { ($0["plugin"] as String, $0["peak"] as Int64, $0["mean"] as Int64, $0["cpu"] as Double?) }
      for (plugin, peak, mean, cpu) in workers {
        figures[plugin]?.memoryPeakBytes = peak
        figures[plugin]?.memoryMeanBytes = mean
        figures[plugin]?.cpuSeconds = cpu
      }
      let crashed = try database.rows(
        """
        SELECT problem.plugin AS plugin, count(*) AS crashes, max(run.started_at) AS last FROM problem
        JOIN run ON run.id = problem.run
        WHERE problem.plugin IS NOT NULL AND problem.origin = 'plugin' GROUP BY problem.plugin
        """
      ) { ($0["plugin"] as String, $0["crashes"] as Int, $0["last"] as String?) }
      for (plugin, crashes, last) in crashed {
        figures[plugin, default: PluginFigures()].crashes = crashes
        figures[plugin]?.lastCrashAt = last
      }
      return figures
    }
  }

  /// The newest 50 failures that are the plugin's own fault.
  package func crashes(ofPlugin name: String, projects: [String]?) throws(Problem) -> [PluginCrash] {
    var filter = RowFilter()
    filter.add("run.project", in: projects)
    filter.add("problem.plugin = ? AND problem.origin = 'plugin'", [name])
    return try read { database in
      try database.rows(
        """
        SELECT run.id AS id, run.started_at AS at, problem.code AS code, run.detail AS detail, problem.node AS node
        FROM problem JOIN run ON run.id = problem.run \(filter.clause)
        ORDER BY run.started_at DESC LIMIT 50
        """, filter.arguments
      ) {
        PluginCrash(run: $0["id"], at: $0["at"], code: $0["code"], detail: $0["detail"] ?? "", node: $0["node"])
      }
    }
  }

  /// Pipelines whose runs used it, by name.
  package func pipelines(using plugin: String, projects: [String]?) throws(Problem) -> [String] {
    var filter = RowFilter()
    filter.add("run.project", in: projects)
    filter.add("run_node.use >= ? AND run_node.use < ?", ["\(plugin)/", "\(plugin)0"])
    return try read { database in
      try database.rows(
        """
        SELECT DISTINCT run.pipeline FROM run_node JOIN run ON run.id = run_node.run
        \(filter.clause) ORDER BY run.pipeline LIMIT 200
        """, filter.arguments
      ) { $0[0] }
    }
  }
}

// What rules found over time, and what needs somebody's attention now.
import GRDB
package import JSONValue
package import Model

/// One rule of one node over the newest runs of its pipeline, the oldest first.
package struct QualityTrend: Codable, Sendable, Hashable {
  package var pipeline: String
  package var project: String
  package var node: String
  package var rule: String
  package var column: String?
  package var columns: [String]?
  package var unit: String?
  /// What the pipeline publishes, where that is one dataset.
  package var dataset: String?
  package var points: [Point]

  package struct Point: Codable, Sendable, Hashable {
    package var run: String
    package var at: String
    package var passed: Bool
    package var severity: String
    package var observed: JSONValue?
    package var limit: JSONValue?
    package var failingRows: Int64?
    /// Its place in the run's findings.
    package var finding: Int

    private enum CodingKeys: String, CodingKey {
      case run, at, passed, severity, observed, limit, finding
      case failingRows = "failing_rows"
    }
  }
}

/// A pipeline whose latest finished run failed or broke a rule that counts as an error.
package struct AttentionEntry: Codable, Sendable, Hashable {
  package var pipeline: String
  package var project: String
  package var run: String
  package var status: RunStatus
  package var at: String
  package var failedRules: Int
  /// The first problem's code and detail.
  package var problem: String?
  package var detail: String?

  private enum CodingKeys: String, CodingKey {
    case pipeline, project, run, status, at, problem, detail
    case failedRules = "failed_rules"
  }
}

extension MetadataStore {
  /// Over at most `limit` runs of each pipeline. With a dataset: of the pipelines that publish it.
  package func qualityTrends(
    projects: [String]? = nil, dataset: String? = nil, pipeline: String? = nil, limit: Int = 50
  ) throws(Problem) -> [QualityTrend] {
    let (filter, sql) = QualityRows.trends(projects: projects, dataset: dataset, pipeline: pipeline)
    let arguments: StatementArguments = [max(0, limit)]
    return try read { database in
      var order: [QualityTrend] = []
      var places: [[String?]: Int] = [:]
      _ = try database.rows(sql, arguments + filter.arguments) { row in
        let columns: String? = row["columns"]
        let series = QualityTrend(
          pipeline: row["pipeline"], project: row["project"], node: row["node"], rule: row["rule"],
          column: row["column_name"], columns: try SQL.json(columns)?.decode([String].self), unit: row["unit"],
          dataset: row["dataset"], points: [])
        let key = [series.pipeline, series.node, series.rule, series.column, columns]
        let place = places[key] ?? order.count
        if place == order.count {
          order.append(series)
          places[key] = place
        }
        order[place].points.append(try QualityRows.point(row))
      }
      return order.sorted {
        ($0.pipeline, $0.node, $0.rule, $0.column ?? "") < ($1.pipeline, $1.node, $1.rule, $1.column ?? "")
      }
    }
  }

  /// The newest first.
  package func attention(projects: [String]? = nil, limit: Int = 50) throws(Problem) -> [AttentionEntry] {
    var filter = RowFilter()
    filter.add("o.archived_at IS NULL")
    filter.add("o.project", in: projects)
    let arguments = filter.arguments + [max(0, limit)]
    return try read { database in
      try database.rows("\(QualityRows.attention) \(filter.clause) \(QualityRows.attentionEnd)", arguments) {
        AttentionEntry(
          pipeline: $0["pipeline"], project: $0["project"], run: $0["id"], status: try RunRows.status($0),
          at: $0["started_at"], failedRules: $0["failed_rules"], problem: $0["problem"], detail: $0["detail"])
      }
    }
  }

  /// Runs of the last 24 hours by status, in one walk over that part of the index.
  package func runCounts(projects: [String]? = nil) throws(Problem) -> [RunStatus: Int] {
    var filter = RowFilter()
    filter.add("started_at > strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-24 hours')")
    filter.add("+project", in: projects)
    return try read { database in
      let pairs = try database.rows(
        "SELECT status, count(*) AS count FROM run INDEXED BY run_by_start \(filter.clause) GROUP BY status",
        filter.arguments
      ) { (try RunRows.status($0), $0["count"] as Int) }
      return Dictionary(uniqueKeysWithValues: pairs)
    }
  }
}
